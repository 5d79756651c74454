"""The command `rag eval`: runs an evaluation, and says what is better, worse or not distinguishable.

Exit codes: 0 done, 1 error or gate failed, 2 usage, 5 gate inconclusive for this many questions.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval import cli_gold, cli_more
from eval.arguments import CorpusFolder, Data, Gold, Limit, Out, Set, SuiteName, benchmark_of

if TYPE_CHECKING:
    from eval.benchmark import Benchmark
    from eval.folder import Run
    from eval.run import Options

HERE = Path(__file__).parent

app = typer.Typer(
    name="eval",
    help="Measure the assistant on gold questions. Without a command: run. Nothing leaves this machine but what the "
    "chosen answerer sends.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def run(
    context: typer.Context,
    gold: Gold = None,
    corpus: CorpusFolder = None,
    suite: SuiteName = None,
    data: Data = None,
    out: Out = None,
    home: Annotated[Path | None, typer.Option(help="Keep the library here.", show_default="temporary")] = None,
    split: Annotated[str, typer.Option(help="all, tune or test.")] = "all",
    limit: Limit = None,
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
    from eval.screen import console
    from eval.table import show

    options = Options(out=out, home=home, split=split, limit=limit, seed=seed, full=full)
    with benchmark_of(gold, corpus, suite, data) as benchmark:
        finished = _run(benchmark, options, settings, baseline)
    show(finished, console(), everything)
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
    from eval.screen import console
    from eval.verdicts import show_comparison

    show_comparison(compare_runs(load(before), load(after), everything), console())


@app.command()
def gate(
    run_folder: Annotated[Path | None, typer.Argument(help="A run's folder.", show_default="a new run")] = None,
    config: Annotated[Path, typer.Option(help="The conditions.", show_default="the repository's")] = HERE
    / "gates.toml",
    gold: Gold = None,
    corpus: CorpusFolder = None,
    out: Out = None,
    settings: Set = None,
) -> None:
    """Hold a run against floors, a baseline and a list of what must never be: 0 passed, 1 failed, 5 cannot be told."""
    from eval.folder import load
    from eval.gate import check, read_gates, verdict
    from eval.run import Options
    from eval.screen import console
    from eval.verdicts import show_checks

    gates = read_gates(config)
    if run_folder:
        finished = load(run_folder)
    else:
        with benchmark_of(gold, corpus) as benchmark:
            finished = _run(benchmark, Options(out=out), settings)
    checks = check(finished, gates)
    show_checks(checks, console())
    raise typer.Exit(verdict(checks))


@app.command()
def results(
    data: Annotated[Path, typer.Option("--data", help="The folder with the public sets.", show_default=False)],
    config: Annotated[Path, typer.Option(help="Which sets, and how much of them.")] = HERE / "public.toml",
    out: Annotated[Path, typer.Option(help="Where the runs are kept; they are taken up there.")] = Path(
        "eval/runs/public"
    ),
    page: Annotated[Path, typer.Option(help="The page to write.")] = HERE / "RESULTS.md",
    settings: Set = None,
) -> None:
    """Measure on the repository's questions and on public sets, and write RESULTS.md."""
    from eval.public import measure, read_sets
    from eval.public import page as page_of
    from eval.screen import progress, settings_from

    with progress() as show:
        runs = measure(data, read_sets(config), settings_from(settings or []), out, show)
    page.write_text(page_of(runs), encoding="utf-8")
    typer.echo(f"{page}: {len(runs)} sets")


for command in (cli_gold.lint, cli_gold.add, cli_gold.draft, cli_more.sweep, cli_more.judge, cli_more.agreement):
    app.command()(command)


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


def _run(benchmark: Benchmark, options: Options, settings: list[str] | None, baseline: Path | None = None) -> Run:
    """A run with all that belongs into its folder."""
    from eval.folder import load
    from eval.output import write_all
    from eval.run import run as run_benchmark
    from eval.screen import progress, settings_from

    before = load(baseline) if baseline else None
    with progress() as show:
        finished = run_benchmark(benchmark, None, settings_from(settings or []), options, show)
    write_all(finished, benchmark, before)
    return finished
