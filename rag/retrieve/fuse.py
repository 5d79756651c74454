"""Fusion: one ranking out of the lexical and the dense one.

A convex combination of scores, the lexical one by its theoretical maximum (Bruch, Gai and Ingber, "An
Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023): where few of a question's words were
found, meaning decides. Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) sees ranks
alone, not that one ranking is sure of its first chunk and the other has fifty alike: whatever its weights, it
lost to the better of the two rankings on some corpus. docs/decisions.md has the figures.
"""

from __future__ import annotations

from collections.abc import Sequence

Ranking = Sequence[tuple[str, float]]
"""Chunk ids with their scores, best first."""

LEXICAL_WEIGHT = 0.65
"""Of the lexical ranking; the dense one has the rest of 1."""


def fuse(lexical: Ranking, dense: Ranking, lexical_weight: float = LEXICAL_WEIGHT) -> list[tuple[str, float]]:
    """Every chunk of either ranking, best first, with a score in [0, 1]; among equals the smaller id comes first.

    Lexical scores lie in [0, 1] already; cosines are taken as shares of the best one. A chunk that is not in
    the lexical ranking is worth nothing there; one not in the dense ranking as much as the last that is.
    """
    words, meaning = dict(lexical), _shares(dense)
    least = min(meaning.values(), default=0.0)
    fused = {
        chunk: lexical_weight * words.get(chunk, 0.0) + (1 - lexical_weight) * meaning.get(chunk, least)
        for chunk in {**words, **meaning}
    }
    return sorted(fused.items(), key=lambda ranked: (-ranked[1], ranked[0]))


def _shares(ranking: Ranking) -> dict[str, float]:
    """Each score as a share of the best, at least 0; all 0 where the best is not positive: then nothing is alike."""
    best = ranking[0][1] if ranking else 0.0
    return {chunk: max(0.0, score / best) if best > 0 else 0.0 for chunk, score in ranking}
