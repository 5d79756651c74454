import math
import random

import ir_measures
import pytest
from ir_measures import RR, nDCG

from eval.metrics.retrieval import group_ranks, in_order, ndcg, nothing_found, pieces, scores
from rag.types import Chunk, Passage
from tests.eval_fixtures import documents, item, span

RICE = item(
    "rice", "?", "Tuesday", (span("menu.txt", "On Tuesday there is rice with beans."),),
    (span("menu.txt", "Nobody likes the rice."), span("pump.txt", "Ada Byron signed for it.")),
)  # fmt: skip


def passage(source: str, quote: str, rank: int, score: float = 0.5) -> Passage:
    place = span(source, quote)
    return Passage(Chunk(source, place.sha256, place.start, place.end, quote, ()), score, rank)


NOISE = passage("roof.txt", "Three firms replied.", 1)
TUESDAY = passage("menu.txt", "On Tuesday there is rice with beans.", 2)
NOBODY = passage("menu.txt", "Nobody likes the rice.", 3)
SIGNED = passage("pump.txt", "Ada Byron signed for it.", 4)


def scored(*passages: Passage) -> dict[str, float]:
    return scores(RICE, [pieces(p) for p in passages], documents())


def test_a_ranking_by_hand() -> None:
    found = scored(NOISE, TUESDAY, NOBODY)
    assert found["recall@1"] == 0.0
    assert found["recall@3"] == 1.0
    assert found["full@5"] == 1.0
    assert found["mrr"] == 0.5
    best, had = 1 + 1 / math.log2(3), 1 / math.log2(3) + 1 / math.log2(4)
    assert found["ndcg@10"] == pytest.approx(had / best)
    assert found["covered@5"] == 1.0
    assert found["document@1"] == 0.0


def test_one_span_of_a_group_is_enough() -> None:
    assert scored(TUESDAY, SIGNED)["full@5"] == 1.0


def test_a_span_cut_by_two_passages_is_found_with_the_second() -> None:
    left, right = passage("menu.txt", "On Tuesday there is", 1), passage("menu.txt", " rice with beans.", 2)
    assert group_ranks(RICE, [pieces(left), pieces(right)], documents()) == [2, None]


def test_half_a_span_is_covered_by_half_and_not_found() -> None:
    found = scored(passage("menu.txt", "On Tuesday there is rice", 1))
    assert found["recall@24"] == 0.0
    # 20 of 29 letters of the first group, none of the second
    assert found["covered@5"] == pytest.approx(20 / 29 / 2)


def test_text_that_was_folded_into_a_passage_counts_at_its_rank() -> None:
    folded = Passage(NOISE.chunk, 1.0, 1, duplicates=(TUESDAY.chunk,))
    assert group_ranks(RICE, [pieces(folded)], documents()) == [1, None]


def test_ties_stand_by_source_and_place_whatever_order_they_came_in() -> None:
    tied = [passage("roof.txt", "Three firms replied.", 1), passage("menu.txt", "Nobody likes the rice.", 2)]
    assert [p.chunk.source for p in in_order(tied)] == ["menu.txt", "roof.txt"]


def test_nothing_retrieved_scores_nothing_by_the_same_names() -> None:
    assert scored() == nothing_found()


def test_ndcg_and_mrr_agree_with_trec_eval_on_random_rankings() -> None:
    draw = random.Random(11)
    for _ in range(300):
        groups = draw.randint(1, 6)
        ranks = [draw.choice([None, *range(1, 15)]) for _ in range(groups)]
        gains: dict[str, int] = {}
        for group, rank in enumerate(ranks):
            name = f"p{rank:02d}" if rank else f"missed{group}"
            gains[name] = gains.get(name, 0) + 1
        qrels = [ir_measures.Qrel("q", name, gain) for name, gain in gains.items()]
        run = [ir_measures.ScoredDoc("q", f"p{rank:02d}", 100 - rank) for rank in range(1, 15)]
        # trec_eval's nDCG has linear gains; ours has to be the same
        trusted = ir_measures.calc_aggregate([nDCG @ 10, RR], qrels, run)
        assert ndcg(ranks, 10) == pytest.approx(trusted[nDCG @ 10], abs=1e-6)
        assert max((1 / rank for rank in ranks if rank), default=0.0) == pytest.approx(trusted[RR], abs=1e-6)
