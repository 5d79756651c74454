"""The commands over many runs, and the one that asks a judge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.arguments import CorpusFolder, Data, Gold, Limit, Out, Set, SuiteName, benchmark_of


def sweep(
    grid: Annotated[
        list[str], typer.Option(metavar="NAME=VALUE,VALUE", help="An axis, e.g. k=4,8; may repeat.", show_default=False)
    ],
    metric: Annotated[str, typer.Option(help="What to rank by.")] = "utility",
    gold: Gold = None,
    corpus: CorpusFolder = None,
    suite: SuiteName = None,
    data: Data = None,
    out: Out = None,
    limit: Limit = None,
    settings: Set = None,
) -> None:
    """Try a grid of settings on the tune split and rank them; the test split stays unseen."""
    from eval.run import Options
    from eval.screen import console, progress, settings_from
    from eval.sweep import RUNS
    from eval.sweep import sweep as run_sweep
    from eval.verdicts import show_trials, trials_page

    fixed, folder = settings or [], out or RUNS
    with benchmark_of(gold, corpus, suite, data) as benchmark, progress() as show:
        options = Options(out=folder, limit=limit)
        trials = run_sweep(benchmark, grid, metric, lambda varied: settings_from([*fixed, *varied]), options, show)
    (folder / "sweep.md").write_text(trials_page(trials, metric), encoding="utf-8")
    show_trials(trials, metric, console())


def judge(
    run_folder: Annotated[Path, typer.Argument(help="The folder of a finished run.", show_default=False)],
    gold: Gold = None,
    corpus: CorpusFolder = None,
    repeats: Annotated[int, typer.Option(min=1, help="How often each answer is graded.")] = 3,
    cache: Annotated[Path, typer.Option(help="Where replies are kept.")] = Path("eval/runs/judge-cache"),
    settings: Set = None,
) -> None:
    """Let the configured language model grade a run's answers; its name becomes part of the metric's."""
    from eval.benchmark import choose
    from eval.folder import load, save_judged
    from eval.judge import Judge, judge_run
    from eval.rows import RunError
    from eval.screen import console, language_model
    from eval.table import interval
    from rag.answer.cache import CachedModel

    finished = load(run_folder)
    asked = finished.meta.options
    benchmark = choose(gold, corpus).part(asked["split"], asked["limit"], asked["seed"])
    if finished.meta.gold_sha256 != benchmark.sha256():
        raise RunError(
            f"{run_folder} asked other questions than {benchmark.name} holds; give the gold that it was run over"
        )
    judged = judge_run(finished, benchmark.items, Judge(CachedModel(language_model(settings or []), cache), repeats))
    save_judged(judged.run)
    for measure in judged.run.results.measures:
        if measure.name.startswith("judged ") and measure.estimate:
            console().print(f"{measure.name}: {interval(measure.estimate)}, n = {measure.estimate.n}")
    agreement = "–" if judged.self_agreement is None else f"{judged.self_agreement:.3f}"
    typer.echo(f"unscored: {judged.unscored} of {len(judged.judgements)}; all repeats agree on {agreement}")


def agreement(
    people: Annotated[
        Path, typer.Argument(help="Pairs of answers with people's labels, as RAGChecker has them.", show_default=False)
    ],
    repeats: Annotated[int, typer.Option(min=1, help="How often each answer is graded.")] = 3,
    limit: Limit = None,
    cache: Annotated[Path, typer.Option(help="Where replies are kept.")] = Path("eval/runs/judge-cache"),
    settings: Set = None,
) -> None:
    """Say how far the configured language model as a judge agrees with people; a gate wants to know."""
    from eval.agreement import agreement as agreement_of
    from eval.agreement import fixed_sample, read_pairs
    from eval.judge import Judge
    from eval.screen import language_model
    from eval.table import interval
    from rag.answer.cache import CachedModel

    pairs = fixed_sample(read_pairs(people), limit)
    judge = Judge(CachedModel(language_model(settings or []), cache), repeats)
    found = agreement_of(judge, pairs)
    shown = f"{interval(found.estimate)}, n = {found.estimate.n}" if found.estimate else "it decided no pair"
    typer.echo(f"{judge.identity}: {shown}; {found.undecided} undecided")
