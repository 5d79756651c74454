"""Fusion: one ranking out of the lexical and the dense one.

Each score is divided by the best of its ranking, and the two are averaged: a convex combination
(Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023). Reciprocal
rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009) was measured beside it and lost: it cannot see
that one ranking is sure of its first chunk where the other has fifty alike. docs/decisions.md has
the figures.
"""

from __future__ import annotations

from collections.abc import Sequence

Ranking = Sequence[tuple[str, float]]
"""Chunk ids with their scores, best first."""

LEXICAL_WEIGHT = 0.5
"""Of the lexical ranking; the dense one has the rest."""


def fuse(lexical: Ranking, dense: Ranking, lexical_weight: float = LEXICAL_WEIGHT) -> list[tuple[str, float]]:
    """Every chunk of either ranking, best first, with a score up to 1; among equals the smaller id comes first.

    A chunk that one ranking does not have is worth as much there as the last that it has.
    """
    lexical_shares, dense_shares = _shares(lexical), _shares(dense)
    lexical_floor = min(lexical_shares.values(), default=0.0)
    dense_floor = min(dense_shares.values(), default=0.0)
    fused = {
        chunk: lexical_weight * lexical_shares.get(chunk, lexical_floor)
        + (1 - lexical_weight) * dense_shares.get(chunk, dense_floor)
        for chunk in {**lexical_shares, **dense_shares}
    }
    return sorted(fused.items(), key=lambda ranked: (-ranked[1], ranked[0]))


def _shares(ranking: Ranking) -> dict[str, float]:
    """Each score as a share of the best; nothing where the best is not positive, as such a ranking says nothing."""
    best = ranking[0][1] if ranking else 0.0
    return {chunk: score / best for chunk, score in ranking} if best > 0 else {}
