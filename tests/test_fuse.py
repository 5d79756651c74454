"""Fusion: what both rankings have comes first, and the same input gives the same order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.retrieve.fuse import fuse

rankings = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1, 1, allow_nan=False), max_size=8).map(
    lambda scores: sorted(scores.items(), key=lambda ranked: -ranked[1])
)


def order(fused: list[tuple[str, float]]) -> list[str]:
    return [chunk for chunk, _ in fused]


def test_a_chunk_that_both_have_beats_those_that_one_has() -> None:
    assert order(fuse([("a", 0.5), ("b", 0.5)], [("c", 0.8), ("b", 0.8), ("d", 0.2)]))[0] == "b"


def test_where_few_of_the_words_were_found_meaning_decides() -> None:
    dense = [("meant", 0.9), ("worded", 0.6)]
    assert order(fuse([("worded", 0.1)], dense)) == ["meant", "worded"]
    assert order(fuse([("worded", 0.9)], dense)) == ["worded", "meant"]


def test_scores_are_weighted_means_of_shares() -> None:
    assert dict(fuse([("a", 0.4)], [("b", 0.8), ("c", 0.4)], lexical_weight=0.6)) == pytest.approx(
        {"a": 0.6 * 0.4 + 0.4 * 0.5, "b": 0.4, "c": 0.4 * 0.5}
    )


def test_equals_come_in_the_order_of_their_ids() -> None:
    assert order(fuse([], [("b", 0.0), ("a", 0.0)])) == ["a", "b"]


def test_one_empty_ranking_leaves_the_order_of_the_other() -> None:
    assert order(fuse([], [("x", 0.9), ("a", 0.2)])) == ["x", "a"]
    assert order(fuse([("x", 0.9), ("a", 0.2)], [])) == ["x", "a"]
    assert fuse([], []) == []


@given(rankings, rankings)
def test_every_chunk_is_there_once_with_a_score_of_at_most_one(
    lexical: list[tuple[str, float]], dense: list[tuple[str, float]]
) -> None:
    fused = fuse(lexical, dense)
    assert sorted(order(fused)) == sorted({chunk for chunk, _ in (*lexical, *dense)})
    assert all(score <= 1 + 1e-9 for _, score in fused)
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
