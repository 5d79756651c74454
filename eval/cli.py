"""The command `rag eval`: runs an evaluation, and says what is better, worse or not distinguishable.

Exit codes: 0 done, 1 error or gate failed, 2 usage, 5 gate inconclusive for this many questions.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from eval.run import Show
    from rag.settings import Settings

app = typer.Typer(
    name="eval",
    help="Measure the assistant on gold questions. Without a command: run. Nothing leaves this machine but what the "
    "chosen answerer sends.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Gold = Annotated[Path | None, typer.Option("--gold", help="Questions, one JSON object a line.")]
CorpusFolder = Annotated[Path | None, typer.Option("--corpus", help="The folder that they are about.")]
Out = Annotated[Path | None, typer.Option("--out", help="The run's folder; a broken-off run in it is taken up.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting, e.g. k=4; may repeat.")]


@app.callback()
def run(
    context: typer.Context,
    gold: Gold = None,
    corpus: CorpusFolder = None,
    out: Out = None,
    home: Annotated[Path | None, typer.Option(help="Keep the library here.", show_default="temporary")] = None,
    split: Annotated[str, typer.Option(help="all, tune or test.")] = "all",
    limit: Annotated[int | None, typer.Option(min=1, help="A fixed sample of this many questions.")] = None,
    seed: Annotated[int, typer.Option(help="Of samples and intervals.")] = 0,
    full: Annotated[bool, typer.Option("--full", help="Paraphrases, planted instructions and conflicts too.")] = False,
    settings: Set = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every metric.")] = False,
) -> None:
    """Measure the assistant on gold questions."""
    if context.invoked_subcommand:
        return
    from eval.benchmark import choose
    from eval.output import write_all
    from eval.run import Options
    from eval.run import run as run_benchmark
    from eval.table import show

    benchmark = choose(gold, corpus)
    options = Options(out=out, home=home, split=split, limit=limit, seed=seed, full=full)
    with _progress() as progress:
        finished = run_benchmark(benchmark, None, _settings(settings), options, progress)
    summary = write_all(finished)
    show(finished, _console(), everything)
    typer.echo(f"the run: {finished.folder}, in short: {summary.name}")


def main() -> None:
    """Run the command; an error on purpose is one sentence on stderr."""
    from rag.errors import RagError

    try:
        app()
    except RagError as error:
        typer.echo(f"rag eval: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("rag eval: stopped; the same command with the run's folder as --out goes on with it", err=True)
        sys.exit(130)


def _settings(assignments: list[str] | None) -> Settings:
    from pydantic import ValidationError

    from rag.errors import ConfigurationError
    from rag.settings import Settings

    values: dict[str, str] = {}
    for assignment in assignments or []:
        name, equals, value = assignment.partition("=")
        if not equals or name not in Settings.model_fields:
            known = ", ".join(sorted(Settings.model_fields))
            raise ConfigurationError(f"--set {assignment}: NAME=VALUE was wanted, the names are {known}")
        values[name] = value
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        fault = error.errors()[0]
        raise ConfigurationError(f"the setting {fault['loc'][0]} is {fault['input']!r}: {fault['msg']}") from error


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False)


@contextlib.contextmanager
def _progress() -> Iterator[Show]:
    """A bar on stderr with the question at hand; nothing where that is no screen."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
               TextColumn("{task.fields[current]}", style="dim", markup=False))  # fmt: skip
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None, current="reading the corpus")
        yield lambda progress: bar.update(
            task, total=progress.total, completed=progress.done, current=progress.current[:60]
        )
