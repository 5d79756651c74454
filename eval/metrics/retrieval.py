"""Retrieval against evidence: which groups of evidence the first passages hold, and how high they stand.

A span of evidence is found at k when the first k passages together hold all its letters; a group is
found when one of its spans is. Passages stand in the order of their ranks; where neighbours tie in
score, they stand by source and place, so that no figure hangs on the order of a dictionary.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from eval.gold import Item
from eval.gold import Span as Evidence
from eval.metrics.spans import held
from rag.types import Chunk, Document, Passage, Span

DEPTH = 24
"""Passages that are asked for."""
CUTS = (1, 3, 5, 8, 24)
FULL_CUTS = (5, 8, 24)
DOCUMENT_CUTS = (1, 5, 24)

_CUTS_OF = {"recall": CUTS, "full": FULL_CUTS, "document": DOCUMENT_CUTS}

Pieces = Sequence[tuple[str, int, int]]
"""(source, start, end) of a passage and of the duplicates folded into it."""


def pieces(passage: Passage) -> Pieces:
    """Where the passage's text stands: its chunk and the same text elsewhere."""
    return [_place(chunk) for chunk in (passage.chunk, *passage.duplicates)]


def in_order(passages: Iterable[Passage]) -> list[Passage]:
    """By rank; ties in score by source and place."""
    ranked = sorted(passages, key=lambda passage: passage.rank)
    tied = groupby(ranked, key=lambda passage: passage.score)
    return [passage for _, run in tied for passage in sorted(run, key=lambda p: _place(p.chunk))]


def group_ranks(item: Item, ranking: Sequence[Pieces], corpus: Mapping[str, Document]) -> list[int | None]:
    """For each group of evidence the rank, from 1, at which it is found; None where it is not."""
    return [_first_rank(group, ranking, corpus) for group in item.evidence]


def scores(item: Item, ranking: Sequence[Pieces], corpus: Mapping[str, Document]) -> dict[str, float]:
    """The retrieval scores of an answerable item.

    Recall at k is of as many groups as k passages can hold at one each.
    """
    ranks = group_ranks(item, ranking, corpus)
    result = {f"recall@{k}": min(1.0, _found(ranks, k) / min(k, len(ranks))) for k in CUTS}
    result |= {f"full@{k}": float(_found(ranks, k) == len(ranks)) for k in FULL_CUTS}
    result["mrr"] = max((1 / rank for rank in ranks if rank), default=0.0)
    result["ndcg@10"] = ndcg(ranks, 10)
    result["covered@5"] = covered(item, ranking[:5], corpus)
    documents = list(dict.fromkeys(passage[0][0] for passage in ranking))
    wanted = {span.source for group in item.evidence for span in group}
    result.update({f"document@{k}": float(not wanted.isdisjoint(documents[:k])) for k in DOCUMENT_CUTS})
    return result


def nothing_found() -> dict[str, float]:
    """The same scores where retrieval failed."""
    names = [f"{name}@{k}" for name, cuts in _CUTS_OF.items() for k in cuts]
    return dict.fromkeys([*names, "mrr", "ndcg@10", "covered@5"], 0.0)


def ndcg(ranks: Sequence[int | None], k: int) -> float:
    """nDCG at k, where a passage gains 1 for each group that it completes (Järvelin and Kekäläinen 2002).

    The best order puts the passages that gained most first; a group that was not found counts as
    one passage more.
    """
    gains: dict[int, int] = {}
    for rank in ranks:
        if rank is not None:
            gains[rank] = gains.get(rank, 0) + 1
    best = sorted([*gains.values(), *(1 for rank in ranks if rank is None)], reverse=True)[:k]
    ideal = math.fsum(gain / math.log2(place + 1) for place, gain in enumerate(best, 1))
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in gains.items() if rank <= k) / ideal


def covered(item: Item, ranking: Sequence[Pieces], corpus: Mapping[str, Document]) -> float:
    """The share of the evidence's characters that these passages hold; of each group the best span."""
    return math.fsum(max(_held(span, ranking, corpus) for span in group) for group in item.evidence) / len(
        item.evidence
    )


def _found(ranks: Iterable[int | None], k: int) -> int:
    return sum(rank is not None and rank <= k for rank in ranks)


def _first_rank(group: Iterable[Evidence], ranking: Sequence[Pieces], corpus: Mapping[str, Document]) -> int | None:
    ranks = [rank for span in group if (rank := _rank(span, ranking, corpus)) is not None]
    return min(ranks, default=None)


def _rank(span: Evidence, ranking: Sequence[Pieces], corpus: Mapping[str, Document]) -> int | None:
    touching: list[Pieces] = []
    for rank, passage in enumerate(ranking, 1):
        if any(source == span.source and start < span.end and span.start < end for source, start, end in passage):
            touching.append(passage)
            if _held(span, touching, corpus) == 1:
                return rank
    return None


def _held(span: Evidence, ranking: Sequence[Pieces], corpus: Mapping[str, Document]) -> float:
    spans: list[Span] = [(start, end) for passage in ranking for source, start, end in passage if source == span.source]
    return held(corpus[span.source].text, (span.start, span.end), spans)


def _place(chunk: Chunk) -> tuple[str, int, int]:
    return chunk.source, chunk.start, chunk.end
