"""One metric in two runs over the same questions: the difference, its interval, and whether it is more than chance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eval import statistics
from eval.metrics.abstention import Decision
from eval.metrics.catalogue import Metric
from eval.rows import Row
from eval.statistics import Estimate

Verdict = Literal["better", "worse", "not distinguishable", "the same"]
SIGNIFICANT = 0.05
Pairs = Sequence[tuple[Row, Row]]
"""The same questions before and after."""


@dataclass(frozen=True, slots=True)
class Change:
    """One metric in both runs, paired by question."""

    metric: Metric
    before: float
    after: float
    difference: Estimate
    """After minus before."""
    p: float
    adjusted_p: float
    """Corrected for the number of metrics looked at (Holm)."""
    smallest: float | None
    """The difference that this many pairs would show in four of five tries."""

    @property
    def verdict(self) -> Verdict:
        if self.difference.value == self.difference.low == self.difference.high == 0:
            return "the same"
        if self.adjusted_p >= SIGNIFICANT:
            return "not distinguishable"
        return "better" if (self.difference.value > 0) != self.metric.lower_is_better else "worse"

    @property
    def words(self) -> str:
        """ "better by 6.2 points [1.1, 11.4]"."""
        low, high = sorted((self.difference.low, self.difference.high))
        if self.verdict == "the same":
            return "the same"
        if self.verdict == "not distinguishable":
            shown = f"; {100 * self.smallest:.1f} would show" if self.smallest else ""
            return (
                f"not distinguishable: {_points(self.difference.value)} [{_points(low)}, {_points(high)}] points{shown}"
            )
        if self.difference.value < 0:
            low, high = -high, -low
        return f"{self.verdict} by {100 * abs(self.difference.value):.1f} points [{100 * low:.1f}, {100 * high:.1f}]"


def of_metric(metric: Metric, pairs: Pairs) -> Change | None:
    """A mean over the questions that have the metric in both runs; None where none has."""
    robust = metric.group == "Robustness"
    scored = [
        (one.scores[metric.name], other.scores[metric.name], one.cluster)
        for one, other in pairs
        if metric.name in one.scores and metric.name in other.scores and (robust or not one.probe)
    ]
    if not scored:
        return None
    differences = [after - before for before, after, _ in scored]
    clusters = [cluster for _, _, cluster in scored]
    if metric.yes_no:
        p = statistics.mcnemar(sum(d > 0 for d in differences), sum(d < 0 for d in differences))
    else:
        p = statistics.sign_flip(differences, clusters)
    return Change(
        metric,
        math.fsum(before for before, _, _ in scored) / len(scored),
        math.fsum(after for _, after, _ in scored) / len(scored),
        _difference(differences, clusters),
        p,
        p,
        statistics.smallest_difference(differences, clusters),
    )


def _difference(differences: Sequence[float], clusters: Sequence[str]) -> Estimate:
    if not any(differences):
        return Estimate(0.0, 0.0, 0.0, len(differences), "bootstrap")
    return statistics.mean(differences, clusters)


def of_number(metric: Metric, compute: Callable[[Sequence[Decision]], float | None], pairs: Pairs) -> Change | None:
    """A number that is no mean over questions; None where one of the runs has none."""
    asked = [(one, other) for one, other in pairs if not one.probe]
    before, after = [one.decision for one, _ in asked], [other.decision for _, other in asked]
    clusters = [one.cluster for one, _ in asked]
    values = compute(before), compute(after)
    if values[0] is None or values[1] is None:
        return None
    found = statistics.statistic(partial(_of_rows, compute, before, after), clusters)
    p = statistics.swap(partial(_swapped, compute, before, after), clusters) if before != after else 1.0
    if found is None or before == after:
        found = Estimate(0.0, 0.0, 0.0, len(asked), "bootstrap")
    return Change(metric, values[0], values[1], found, p, p, None)


def _of_rows(
    compute: Callable[[Sequence[Decision]], float | None],
    before: Sequence[Decision],
    after: Sequence[Decision],
    rows: Iterable[int],
) -> float | None:
    chosen = list(rows)
    return _less(compute([after[i] for i in chosen]), compute([before[i] for i in chosen]))


def _swapped(
    compute: Callable[[Sequence[Decision]], float | None],
    before: Sequence[Decision],
    after: Sequence[Decision],
    changed: NDArray[np.bool_],
) -> float | None:
    one = [b if swap else a for a, b, swap in zip(before, after, changed, strict=True)]
    other = [a if swap else b for a, b, swap in zip(before, after, changed, strict=True)]
    return _less(compute(other), compute(one))


def _less(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before


def _points(difference: float) -> str:
    return f"{100 * difference:+.1f}"
