"""Fusions to choose from: the package's own with other weights, and others to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import zip_longest

from rag.retrieve.fuse import fuse

Ranking = list[tuple[str, float]]
Fusion = Callable[[Ranking, Ranking], Ranking]
"""From the lexical and the dense ranking."""
HEAD = 8


def fusions() -> Iterator[tuple[str, Fusion]]:
    """Each with its name."""
    for weight in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8):
        yield f"scores, lexical {weight}", partial(fuse, lexical_weight=weight)
    for weight in (0.5, 0.55, 0.6):
        yield f"cosines as they are, lexical {weight}", partial(cosines, lexical_weight=weight)
    yield f"the first {HEAD} by scores, then by turns", alternating
    for constant in (0, 5, 20, 60):
        for weight in (0.25, 0.4, 0.5, 0.6):
            name = f"reciprocal ranks, lexical {weight}, constant {constant}"
            yield name, partial(reciprocal_ranks, lexical_weight=weight, constant=constant)


def cosines(words: Ranking, near: Ranking, lexical_weight: float) -> Ranking:
    """The package's fusion with the cosines themselves, not as shares of the best one."""
    score, cosine = dict(words), dict(near)
    least = min(cosine.values(), default=0.0)
    return _ordered(
        {
            chunk: lexical_weight * score.get(chunk, 0.0) + (1 - lexical_weight) * cosine.get(chunk, least)
            for chunk in {**score, **cosine}
        }
    )


def reciprocal_ranks(words: Ranking, near: Ranking, lexical_weight: float, constant: int) -> Ranking:
    """Weighted reciprocal rank fusion."""
    scores: dict[str, float] = {}
    for ranking, share in ((words, lexical_weight), (near, 1 - lexical_weight)):
        for rank, (chunk, _) in enumerate(ranking, start=1):
            scores[chunk] = scores.get(chunk, 0.0) + share / (constant + rank)
    return _ordered(scores)


def alternating(words: Ranking, near: Ranking) -> Ranking:
    """The first by fused scores, then by turns the best left of each ranking."""
    left = (ranked for turn in zip_longest(near, words) for ranked in turn if ranked)
    return list({**dict(fuse(words, near)[:HEAD]), **dict(left)}.items())


def _ordered(scores: dict[str, float]) -> Ranking:
    return sorted(scores.items(), key=lambda ranked: (-ranked[1], ranked[0]))
