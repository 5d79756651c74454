"""Figures with their 95% intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

RESAMPLES = 1000


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Probability that a positive scores above a negative; ties count half."""
    below = np.searchsorted(np.sort(negative), positive, side="left")
    upto = np.searchsorted(np.sort(negative), positive, side="right")
    return float((below + upto).mean() / 2 / len(negative))


def interval(
    statistic: Callable[[np.ndarray], float], clusters: Sequence[object], seed: int = 7
) -> tuple[float, float]:
    """Bootstrap over whole clusters (documents): `statistic` takes the numbers of the resampled items."""
    rng = np.random.default_rng(seed)
    members: dict[object, list[int]] = {}
    for i, cluster in enumerate(clusters):
        members.setdefault(cluster, []).append(i)
    groups = [np.array(m) for m in members.values()]
    values = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([groups[i] for i in rng.integers(0, len(groups), len(groups))])
        value = statistic(drawn)
        if not np.isnan(value):
            values.append(value)
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def stated(name: str, statistic: Callable[[np.ndarray], float], clusters: Sequence[object]) -> str:
    """ "name 0.712 [0.650, 0.768] (n 300)"."""
    low, high = interval(statistic, clusters)
    return f"{name} {statistic(np.arange(len(clusters))):.3f} [{low:.3f}, {high:.3f}] (n {len(clusters)})"


def split_auroc(scores: np.ndarray, positive: np.ndarray) -> Callable[[np.ndarray], float]:
    """AUROC as a statistic over item numbers; not a number where a resample lacks one of the classes."""

    def of(items: np.ndarray) -> float:
        chosen, label = scores[items], positive[items]
        if label.all() or not label.any():
            return float("nan")
        return auroc(chosen[label], chosen[~label])

    return of
