"""A grid over settings, run on the tune split alone and ranked with intervals; the test split stays unseen."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from eval.benchmark import Benchmark
from eval.compare import compare
from eval.folder import Run
from eval.metrics.numbers import LOWER_IS_BETTER
from eval.paired import Change
from eval.rows import RunError
from eval.run import Options, Show, run
from eval.statistics import Estimate
from rag.settings import Settings
from rag.types import CHUNK_TOKENS

RUNS = Path("eval/runs/sweep")
"""Where the runs are kept when no folder is named."""
MOST = 200
"""Combinations at most: more want another method than trying them all."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One combination of the grid and what it reached."""

    assignments: tuple[str, ...]
    run: Run
    estimate: Estimate | None
    against_first: Change | None = None
    """The difference from the grid's first combination; None for that one itself."""


def combinations(grid: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """From `["k=4,8", "candidates=20,50"]` to every combination, the first values first; raises `RunError`."""
    axes = []
    for axis in grid:
        name, equals, values = axis.partition("=")
        choices = [value.strip() for value in values.split(",") if value.strip()]
        if not equals or not choices:
            raise RunError(f"--grid {axis}: NAME=VALUE,VALUE was wanted, such as k=4,8")
        axes.append([f"{name.strip()}={value}" for value in choices])
    if not axes:
        raise RunError("a sweep needs at least one --grid NAME=VALUE,VALUE")
    made = tuple(product(*axes))
    if len(made) > MOST:
        raise RunError(f"the grid has {len(made)} combinations, at most {MOST} are run; leave some values out")
    return made


def sweep(
    benchmark: Benchmark,
    grid: Sequence[str],
    metric: str,
    settings_of: Callable[[Sequence[str]], Settings],
    options: Options,
    progress: Show,
) -> tuple[Trial, ...]:
    """Every combination on the tune split, best first by `metric`.

    The runs are kept under `options.out`, so a sweep that was broken off goes on there. What needs the same library
    (embedder and size of chunks) shares one, built once. Raises `RunError` for an unknown metric, before anything
    is run.
    """
    if metric not in LOWER_IS_BETTER:
        raise RunError(f"there is no metric named {metric!r}; there are {', '.join(LOWER_IS_BETTER)}")
    every = combinations(grid)
    chosen = [settings_of(assignments) for assignments in every]
    folder = options.out or RUNS
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="footnote-sweep-") as libraries:
        for assignments, settings in zip(every, chosen, strict=True):
            name = ",".join(assignments).replace("/", "_")
            asked = replace(options, out=folder / name, home=_home(Path(libraries), settings), split="tune")
            finished = run(benchmark, None, settings, asked, progress)
            change = _change(trials[0].run, finished, metric) if trials else None
            trials.append(Trial(assignments, finished, finished.results[metric].estimate, change))
    return tuple(sorted(trials, key=lambda trial: _place(trial, LOWER_IS_BETTER[metric])))


def _home(libraries: Path, settings: Settings) -> Path:
    """Of the library that these settings need."""
    made_with = f"{settings.embedder} {settings.chunk_tokens or CHUNK_TOKENS}"
    return libraries / hashlib.sha256(made_with.encode()).hexdigest()[:12]


def _change(before: Run, after: Run, metric: str) -> Change | None:
    changes = compare(before, after, everything=True).changes
    return next((change for change in changes if change.metric.name == metric), None)


def _place(trial: Trial, lower_is_better: bool) -> float:
    """What sorts the best first; a combination for which the metric is undefined comes last."""
    if trial.estimate is None:
        return float("inf")
    return trial.estimate.value if lower_is_better else -trial.estimate.value
