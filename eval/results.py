"""From rows to numbers: each metric with its interval, slices, curves, faults, cost and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from eval import statistics
from eval.metrics import abstention
from eval.metrics.abstention import Decision, Point
from eval.metrics.catalogue import BY_NAME, METRICS, Metric, judged
from eval.metrics.numbers import OVER_ALL
from eval.rows import Row, main_rows
from eval.statistics import Estimate

SLICED = ("correct", "token_f1", "citation_precision", "citation_recall", "answered", "false_answer", "recall@8")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the run, or why there is none."""

    name: str
    label: str
    group: str
    meaning: str
    estimate: Estimate | None
    undefined: str = ""
    lower_is_better: bool = False
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """How long a stage took over the questions, in seconds."""

    name: str
    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class Slice:
    """The questions of one kind or source."""

    by: str
    value: str
    n: int
    estimates: dict[str, Estimate]


@dataclass(frozen=True, slots=True)
class Results:
    """All that a run says in numbers."""

    questions: int
    errors: int
    coverage: Estimate
    """The share of questions that did not end in an error."""
    measures: tuple[Measure, ...]
    slices: tuple[Slice, ...]
    baselines: dict[str, dict[str, Estimate]]
    faults: dict[str, int]
    citations: int
    curve: tuple[Point, ...]
    stages: tuple[Stage, ...]
    tokens: int
    cost_usd: float | None
    """None where no price is known for a model that was called."""
    words: float
    """Median length of an answer."""

    def __getitem__(self, name: str) -> Measure:
        return next(measure for measure in self.measures if measure.name == name)


def results(rows: Sequence[Row], seed: int = 0) -> Results:
    """The numbers over these rows; raises `ValueError` for none."""
    asked = main_rows(rows)
    if not asked:
        raise ValueError("a run without questions has no results")
    metrics = (*METRICS, *judged(name for row in rows for name in row.scores))
    measures = [_measure(metric, rows, seed) for metric in metrics]
    measures += _over_all(asked, seed)
    answered = [row for row in asked if row.outcome == "answered"]
    return Results(
        questions=len(asked),
        errors=sum(row.status == "error" for row in rows),
        coverage=statistics.proportion([float(r.status == "ok") for r in asked], [r.cluster for r in asked]),
        measures=tuple(measures),
        slices=(*_slices("kind", asked, seed), *_slices("source", asked, seed)),
        baselines=_baselines(asked, seed),
        faults=_summed(row.faults for row in rows),
        citations=sum(len(row.citations) for row in rows),
        curve=abstention.risk_coverage([row.decision for row in asked]),
        stages=_stages(rows),
        tokens=int(sum((row.usage.get(f"{part}_tokens") or 0) for row in rows for part in ("prompt", "completion"))),
        cost_usd=_cost(rows),
        words=float(np.median([len(row.text.split()) for row in answered])) if answered else 0.0,
    )


def estimate(metric: Metric, rows: Iterable[Row], seed: int = 0) -> Estimate | None:
    """One metric over the rows that it applies to; None where it applies to none."""
    scored = [(row.scores[metric.name], row.cluster) for row in rows if metric.name in row.scores]
    return _estimate(metric, scored, seed)


def _measure(metric: Metric, rows: Sequence[Row], seed: int) -> Measure:
    pool = rows if metric.group == "Robustness" else main_rows(rows)
    found = estimate(metric, pool, seed)
    return _measured(metric, found, "no question in this run asks for it")


def _estimate(metric: Metric, scored: Sequence[tuple[float, str]], seed: int) -> Estimate | None:
    if not scored:
        return None
    values, clusters = [value for value, _ in scored], [cluster for _, cluster in scored]
    return statistics.proportion(values, clusters) if metric.yes_no else statistics.mean(values, clusters, seed)


def _over_all(rows: Sequence[Row], seed: int) -> list[Measure]:
    """The numbers that are no mean over questions."""
    decisions = [row.decision for row in rows]
    clusters = [row.cluster for row in rows]
    measures = []
    for metric, why, compute in OVER_ALL:
        found = statistics.statistic(partial(_of_chosen, compute, decisions), clusters, seed)
        if found and found.low == found.high:  # resampling rows that are all alike would claim certainty
            low, high = statistics.wilson(found.value * found.n, found.n)
            found = replace(found, low=low, high=high, method="wilson")
        measures.append(_measured(metric, found, why))
    return measures


def _of_chosen(
    compute: Callable[[Sequence[Decision]], float | None], decisions: Sequence[Decision], chosen: Iterable[int]
) -> float | None:
    return compute([decisions[i] for i in chosen])


def _measured(metric: Metric, found: Estimate | None, why: str) -> Measure:
    return Measure(
        metric.name,
        metric.label,
        metric.group,
        metric.meaning,
        found,
        "" if found else why,
        metric.lower_is_better,
        metric.headline,
    )


def _slices(by: str, rows: Sequence[Row], seed: int) -> tuple[Slice, ...]:
    values = sorted({value for row in rows if (value := getattr(row, by))})
    slices = []
    for value in values if len(values) <= 20 else []:
        chosen = [row for row in rows if getattr(row, by) == value]
        estimates = {name: found for name in SLICED if (found := estimate(BY_NAME[name], chosen, seed))}
        slices.append(Slice(by, value, len(chosen), estimates))
    return tuple(slices)


def _baselines(rows: Sequence[Row], seed: int) -> dict[str, dict[str, Estimate]]:
    found: dict[str, dict[str, Estimate]] = {}
    for name in dict.fromkeys(name for row in rows for name in row.baselines):
        for metric in METRICS:
            scored = [
                (row.baselines[name][metric.name], row.cluster)
                for row in rows
                if metric.name in row.baselines.get(name, {})
            ]
            if estimated := _estimate(metric, scored, seed):
                found.setdefault(name, {})[metric.name] = estimated
    return found


def _stages(rows: Sequence[Row]) -> tuple[Stage, ...]:
    seconds: dict[str, list[float]] = {}
    for row in rows:
        for name, took in row.timings.items():
            seconds.setdefault(name, []).append(took)
    return tuple(
        Stage(name, float(np.percentile(took, 50)), float(np.percentile(took, 95)), len(took))
        for name, took in seconds.items()
    )


def _cost(rows: Sequence[Row]) -> float | None:
    paid = [row for row in rows if row.usage.get("calls")]
    costs = [row.usage.get("cost_usd") for row in paid]
    return None if None in costs else float(sum(cost for cost in costs if cost is not None))


def _summed(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for count in counts:
        for name, n in count.items():
            total[name] = total.get(name, 0) + n
    return total
