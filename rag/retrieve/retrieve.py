"""Retrieval: from a question to the passages that an answer may rest on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.errors import UserError
from rag.library.snapshot import Snapshot
from rag.retrieve import lexical
from rag.retrieve.fold import fold
from rag.retrieve.fuse import LEXICAL_WEIGHT, fuse
from rag.types import Embedder, Filter, K, Passage

CANDIDATES = 100
"""Four times what an answer rests on: further down, too few chunks have a score in both rankings."""
QUESTION_LIMIT = 2_000
"""Characters of a question that are searched for; what comes after is left out."""


@dataclass(frozen=True, slots=True)
class Stages:
    """How the library is searched."""

    fusion: Literal["both", "lexical", "dense"] = "both"
    """Both rankings, fused, or one of them alone."""
    lexical_weight: float = LEXICAL_WEIGHT
    candidates: int = CANDIDATES
    """Chunks that each ranking brings, or `k` where that is more."""


_EVERYTHING_ELSE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def retrieve(
    snapshot: Snapshot,
    embedder: Embedder,
    query: str,
    k: int = K,
    where: Filter = Filter(),
    stages: Stages = Stages(),
) -> tuple[Passage, ...]:
    """The `k` best passages of the documents that `where` lets through, best first; fewer where there are fewer.

    The lexical and the dense ranking, fused, or as `stages` says; text that stands in several places is one passage
    with `duplicates`. Scores are at most 1 and compare only within one call. Raises `UserError` where
    nothing can be searched for: a query without a word, `k` below 1, a date that is none, an end
    before the start.
    """
    searched = searchable(query)
    if k < 1:
        raise UserError(f"the number of passages (k) must be 1 or more, not {k}; the default is {K}")
    _check_dates(where)
    allowed = snapshot.matching(where)
    depth = max(stages.candidates, k)
    words, meaning = stages.fusion != "dense", stages.fusion != "lexical"
    by_words = lexical.search(snapshot.connection, searched, depth, allowed) if words else []
    by_meaning = _by_meaning(snapshot, embedder, searched, depth, allowed) if meaning else []
    ranked = fuse(by_words, by_meaning, stages.lexical_weight) if words and meaning else by_words or by_meaning
    # Folding leaves out a few at most, and what cannot come among the best k is not worth reading.
    return tuple(fold(_passages(snapshot, ranked[: max(stages.candidates, 2 * k)], allowed))[:k])


def searchable(query: str) -> str:
    """What is searched for: the query without control characters, at most `QUESTION_LIMIT` characters of it.

    Raises `UserError` where no letter or digit is in that.
    """
    cut = _on_one_line(query)[:QUESTION_LIMIT]
    if not any(character.isalnum() for character in cut):
        found = f"{cut[:40]!r} has none" if cut else "it was empty"
        raise UserError(f"a question with at least one word or number was expected, but {found}; ask in words")
    return cut


def note_on_length(query: str) -> str:
    """A sentence for the answer's notes where not all of the query was searched for; empty where all of it was."""
    length = len(_on_one_line(query))
    if length <= QUESTION_LIMIT:
        return ""
    return f"The question has {length:,} characters; only the first {QUESTION_LIMIT:,} were searched for."


def _on_one_line(query: str) -> str:
    return " ".join(_EVERYTHING_ELSE.sub(" ", query).split())


def _by_meaning(
    snapshot: Snapshot, embedder: Embedder, searched: str, depth: int, allowed: Sequence[str] | None
) -> list[tuple[str, float]]:
    snapshot.open_index()  # first: Chroma's import takes longer than the models, which are opened beside it
    return snapshot.nearest(embedder.embed_question(searched), depth, allowed)


def _passages(snapshot: Snapshot, ranked: Sequence[tuple[str, float]], allowed: Sequence[str] | None) -> list[Passage]:
    """The ranked chunks as passages, those of equal content in other documents as their duplicates."""
    ids = [chunk for chunk, _ in ranked]
    scores = dict(ranked)
    sources = snapshot.sources(ids, allowed)
    return [
        Passage(
            chunk,
            scores[chunk.id],
            rank,
            tuple(replace(chunk, source=other) for other in sources[chunk.id] if other != chunk.source),
        )
        for rank, chunk in enumerate(snapshot.chunks(ids, allowed), start=1)
    ]


def _check_dates(where: Filter) -> None:
    for name, option in (("published_from", "--from"), ("published_to", "--to")):
        given = getattr(where, name)
        try:
            valid = not given or date.fromisoformat(given).isoformat() == given
        except ValueError:
            valid = False
        if not valid:
            raise UserError(f"{name} ({option}) must be a date like 2023-11-14, not {given!r}")
    if where.published_to and where.published_from > where.published_to:
        raise UserError(
            f"no day is both on or after {where.published_from} (published_from, --from) and on or before "
            f"{where.published_to} (published_to, --to); swap them"
        )
