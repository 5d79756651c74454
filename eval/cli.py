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

    from eval.folder import Run
    from eval.run import Options, Show
    from rag.settings import Settings

GATES = Path(__file__).parent / "gates.toml"

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
    baseline: Annotated[Path | None, typer.Option(help="A run to compare with in the report.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every metric.")] = False,
) -> None:
    """Measure the assistant on gold questions."""
    if context.invoked_subcommand:
        return
    from eval.run import Options
    from eval.table import show

    options = Options(out=out, home=home, split=split, limit=limit, seed=seed, full=full)
    finished = _run(gold, corpus, options, settings, baseline)
    show(finished, _console(), everything)
    typer.echo(f"report: {finished.folder / 'report.html'}")


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="The folder of the run to compare with.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="The folder of the run in question.", show_default=False)],
    everything: Annotated[bool, typer.Option("--all", help="Every metric; the more, the harder to be sure.")] = False,
) -> None:
    """Say what is better, worse or not distinguishable between two runs, and which questions flipped."""
    from eval.compare import compare as compare_runs
    from eval.folder import load
    from eval.table import show_comparison

    show_comparison(compare_runs(load(before), load(after), everything), _console())


@app.command()
def gate(
    run_folder: Annotated[Path | None, typer.Argument(help="A run's folder.", show_default="a new run")] = None,
    config: Annotated[Path, typer.Option(help="The conditions.", show_default="eval/gates.toml")] = GATES,
    gold: Gold = None,
    corpus: CorpusFolder = None,
    out: Out = None,
    settings: Set = None,
) -> None:
    """Hold a run against floors, a baseline and a list of what must never be: 0 passed, 1 failed, 5 cannot be told."""
    from eval.folder import load
    from eval.gate import check, read_gates, verdict
    from eval.run import Options
    from eval.table import show_checks

    gates = read_gates(config)
    finished = load(run_folder) if run_folder else _run(gold, corpus, Options(out=out), settings)
    checks = check(finished, gates)
    show_checks(checks, _console())
    raise typer.Exit(verdict(checks))


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


def _run(
    gold: Path | None, corpus: Path | None, options: Options, settings: list[str] | None, baseline: Path | None = None
) -> Run:
    """A run with all that belongs into its folder."""
    from eval.benchmark import choose
    from eval.folder import load
    from eval.output import write_all
    from eval.run import run as run_benchmark

    benchmark = choose(gold, corpus)
    with _progress() as progress:
        finished = run_benchmark(benchmark, None, _settings(settings), options, progress)
    write_all(finished, benchmark, load(baseline) if baseline else None)
    return finished


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
