"""Fusion: one ranking out of the lexical and the dense one, by scores and by ranks.

The scores are combined convexly, the lexical one by its theoretical maximum (Bruch, Gai and Ingber, "An
Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023): where few of a question's words were
found, meaning decides. Each is raised by the reciprocal of its rank (Cormack, Clarke and Büttcher,
"Reciprocal Rank Fusion", SIGIR 2009), so that what one ranking has on top is never far down.
Scores or ranks alone lose to the better of the two rankings on some corpus; docs/decisions.md has
the figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Ranking = Sequence[tuple[str, float]]
"""Chunk ids with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much."""

    lexical: float = 0.65
    """Of the lexical ranking; the dense one has the rest of 1."""
    head: float = 0.5
    """A score counts by 1 + `head` / rank: the first of a ranking for 1.5, the fifth for 1.1."""


FUSION = Weights()


def fuse(lexical: Ranking, dense: Ranking, weights: Weights = FUSION) -> list[tuple[str, float]]:
    """Every chunk of either ranking, best first, with a score in [0, 1]; among equals the smaller id comes first.

    Lexical scores lie in [0, 1] already; cosines are taken as shares of the best one. A chunk that is not in
    the lexical ranking is worth nothing there; one not in the dense ranking as much as the last that is.
    """
    words = dict(_raised(lexical, weights.head))
    shares = _shares(dense)
    meaning = dict(_raised(shares, weights.head))
    least = shares[-1][1] / (1 + weights.head) if shares else 0.0
    fused = {
        chunk: weights.lexical * words.get(chunk, 0.0) + (1 - weights.lexical) * meaning.get(chunk, least)
        for chunk in {**words, **meaning}
    }
    return sorted(fused.items(), key=lambda ranked: (-ranked[1], ranked[0]))


def _shares(ranking: Ranking) -> Ranking:
    """Each score as a share of the best, at least 0; all 0 where the best is not positive: then nothing is alike."""
    best = ranking[0][1] if ranking else 0.0
    return [(chunk, max(0.0, score / best) if best > 0 else 0.0) for chunk, score in ranking]


def _raised(ranking: Ranking, head: float) -> Iterator[tuple[str, float]]:
    """The scores, raised by rank, the highest possible one still 1."""
    for rank, (chunk, score) in enumerate(ranking, start=1):
        yield chunk, score * (1 + head / rank) / (1 + head)
