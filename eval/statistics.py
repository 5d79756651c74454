"""How sure a number is: intervals, paired tests, and the smallest difference that could have been seen.

Everything that draws at random takes a seed and gives the same numbers for the same seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
POWER = 0.8
RESAMPLES = 2000
FLIPS = 10_000
EXACT_UP_TO = 13
"""Clusters for which all sign flips are gone through (8,192 of them)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95% interval and what it was taken over."""

    value: float
    low: float
    high: float
    n: int
    """Items that it was taken over."""
    method: str
    """"wilson" or "bootstrap"."""


def z(confidence: float = CONFIDENCE) -> float:
    """How many standard errors the interval reaches to each side."""
    return float(ndtri(0.5 + confidence / 2))


def wilson(successes: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927); `n` may be an effective size.

    Raises `ValueError` for no trials.
    """
    if n <= 0:
        raise ValueError("a proportion of no trials has no interval")
    share, square = successes / n, z(confidence) ** 2
    middle = (share + square / (2 * n)) / (1 + square / n)
    reach = math.sqrt(square * (share * (1 - share) / n + square / (4 * n * n))) / (1 + square / n)
    low = 0.0 if successes <= 0 else max(0.0, middle - reach)
    high = 1.0 if successes >= n else min(1.0, middle + reach)
    return low, high


def rule_of_three(n: int) -> float:
    """The largest failure rate that no failure in `n` trials leaves open, at 95%."""
    if n <= 0:
        raise ValueError("no trials say nothing about failures")
    return min(1.0, 3 / n)


def design_effect(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """By how much clusters inflate the variance of the mean; 1 where they do not (Kish), never less."""
    scores = np.asarray(values, dtype=np.float64)
    n, spread = len(scores), float(np.var(scores))
    sums, counts = _by_cluster(scores, clusters)
    groups = len(sums)
    if groups < 2 or spread == 0:
        return 1.0
    residuals = sums - counts * scores.mean()
    clustered = groups / (groups - 1) * float(residuals @ residuals) / n**2
    return max(1.0, clustered / (spread / n))


def proportion(values: Sequence[float], clusters: Sequence[Hashable] | None = None) -> Estimate:
    """The share of ones among zeros and ones: Wilson's interval at the size the clusters leave of `n`."""
    n = len(values)
    if n == 0:
        raise ValueError("a share of no items is undefined")
    share = math.fsum(values) / n
    effective = n / (design_effect(values, clusters) if clusters is not None else 1.0)
    low, high = wilson(share * effective, effective)
    return Estimate(share, low, high, n, "wilson")


def mean(values: Sequence[float], clusters: Sequence[Hashable] | None = None, seed: int = 0) -> Estimate:
    """The mean with a percentile bootstrap over clusters (each value its own where none are given).

    Values that are all the same get Wilson's interval over the clusters, mirrored below 0: resampling them would
    claim certainty. Outside [-1, 1] there is no such interval, and they get none.
    """
    scores = np.asarray(values, dtype=np.float64)
    n = len(scores)
    if n == 0:
        raise ValueError("a mean of no items is undefined")
    value = math.fsum(values) / n
    if np.all(scores == scores[0]):
        return _all_the_same(value, n, len(set(clusters)) if clusters is not None else n)
    sums, counts = _by_cluster(scores, clusters if clusters is not None else range(n))
    draws = _draws(len(sums), seed)
    low, high = _percentiles(sums[draws].sum(axis=1) / counts[draws].sum(axis=1))
    return Estimate(value, low, high, n, "bootstrap")


def statistic(
    compute: Callable[[NDArray[np.intp]], float | None],
    clusters: Sequence[Hashable],
    seed: int = 0,
    resamples: int = 400,
) -> Estimate | None:
    """Any number over rows, with a percentile bootstrap over their clusters.

    `compute` gets row numbers, with repetition, and gives None where its number is undefined;
    resamples where it is are left out. None where it is undefined over all rows.
    """
    members = _members(clusters)
    value = compute(np.arange(len(clusters)))
    if value is None:
        return None
    draws = _draws(len(members), seed, resamples)
    drawn = (compute(np.concatenate([members[i] for i in draw])) for draw in draws)
    low, high = _percentiles(np.array([v for v in drawn if v is not None] or [value]))
    return Estimate(value, min(low, value), max(high, value), len(clusters), "bootstrap")


# Two runs over the same items.


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided exact p that yes/no answers changed both ways alike (McNemar 1947, binomial form)."""
    changed = gained + lost
    if changed == 0:
        return 1.0
    return min(1.0, 2 * float(bdtr(min(gained, lost), changed, 0.5)))


def sign_flip(differences: Sequence[float], clusters: Sequence[Hashable] | None = None, seed: int = 0) -> float:
    """Two-sided permutation p that the mean difference is zero; whole clusters change sign together.

    Exact for few clusters, otherwise over random flips, counting the observed one (Phipson and Smyth 2010).
    """
    scores = np.asarray(differences, dtype=np.float64)
    sums, _ = _by_cluster(scores, clusters if clusters is not None else range(len(scores)))
    sums = sums[np.abs(sums) > 1e-12]
    if len(sums) == 0:
        return 1.0
    observed = abs(float(sums.sum())) - 1e-12
    if len(sums) <= EXACT_UP_TO:
        signs = np.array(list(product((-1.0, 1.0), repeat=len(sums))))
        return float(np.mean(np.abs(signs @ sums) >= observed))
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(FLIPS, len(sums)))
    return (1 + int(np.sum(np.abs(signs @ sums) >= observed))) / (1 + FLIPS)


def swap(
    compute: Callable[[NDArray[np.bool_]], float | None], clusters: Sequence[Hashable], seed: int = 0, swaps: int = 500
) -> float:
    """Two-sided permutation p that a number does not tell two runs apart.

    `compute` gives its difference where the marked rows have changed sides; whole clusters change together.
    """
    members = _members(clusters)
    unchanged = np.zeros(len(clusters), dtype=np.bool_)
    observed = abs(compute(unchanged) or 0.0) - 1e-12
    draws = np.random.default_rng(seed).random((swaps, len(members))) < 0.5
    as_far = 0
    for draw in draws:
        changed = unchanged.copy()
        for chosen, rows in zip(draw, members, strict=True):
            changed[rows] = chosen
        as_far += abs(compute(changed) or 0.0) >= observed
    return (1 + as_far) / (1 + swaps)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted for their number, in their order (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    worst = 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = worst
    return tuple(adjusted)


def smallest_difference(differences: Sequence[float], clusters: Sequence[Hashable] | None = None) -> float | None:
    """The true mean difference that this many pairs would show in four of five tries.

    None for fewer than two pairs, or where no pair differs: then nothing is known of their spread.
    """
    scores = np.asarray(differences, dtype=np.float64)
    if len(scores) < 2 or np.all(scores == scores[0]):
        return None
    inflation = design_effect(differences, clusters) if clusters is not None else 1.0
    error = math.sqrt(float(np.var(scores, ddof=1)) * inflation / len(scores))
    return (z() + float(ndtri(POWER))) * error


def _all_the_same(value: float, n: int, groups: int) -> Estimate:
    if abs(value) > 1:
        return Estimate(value, value, value, n, "bootstrap")
    low, high = wilson(abs(value) * groups, groups)
    return Estimate(value, *((low, high) if value >= 0 else (-high, -low)), n, "wilson")


def _by_cluster(scores: Floats, clusters: Sequence[Hashable]) -> tuple[Floats, Floats]:
    members = _members(clusters)
    return np.array([scores[m].sum() for m in members]), np.array([float(len(m)) for m in members])


def _members(clusters: Sequence[Hashable]) -> list[NDArray[np.intp]]:
    rows: dict[Hashable, list[int]] = {}
    for row, cluster in enumerate(clusters):
        rows.setdefault(cluster, []).append(row)
    return [np.array(numbers, dtype=np.intp) for numbers in rows.values()]


def _draws(n: int, seed: int, resamples: int = RESAMPLES) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, n, size=(resamples, n))


def _percentiles(values: Floats) -> tuple[float, float]:
    low, high = np.percentile(values, [50 * (1 - CONFIDENCE), 50 * (1 + CONFIDENCE)])
    return float(low), float(high)
