"""Lexical search: BM25 over the words of a question, in the catalog's FTS5 index."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, column, func, literal_column, select, table, text

from rag.library.nearest import of_sources
from rag.library.schema import chunks
from rag.retrieve.words import without_stop_words, words

WEIGHTS = "2.0, 1.0, 1.0"
"""Of title, heading and text in BM25."""
MAX_WORDS = 32
"""The rarest are searched for; the rest of a long question is left out."""
COMMON = 0.1
"""Words in more than this share of the chunks are left out where rarer ones remain: reading their postings
is what a search costs."""
CHEAP = 5_000
"""Up to so many chunks no word is left out: it costs little, and in a small library a name can stand in half
of the chunks."""

_SATURATION = 2.2
"""k1 + 1 in FTS5's BM25: what a word's weight is multiplied by, at most, however often it stands there."""
_LEAST_WEIGHT = 1e-6
"""FTS5's for words in more than half of the chunks."""

_FTS = table("chunks_fts", column("rowid"))
_MATCH = text("chunks_fts MATCH :expression")
_COUNT = text("""
    SELECT value AS word, (
        SELECT count(*) FROM (
            SELECT 1 FROM chunks_fts WHERE chunks_fts MATCH '"' || value || '"' LIMIT :enough
        )
    ) AS frequency
    FROM json_each(:words)
""")


@dataclass(frozen=True, slots=True)
class Match:
    """What is asked of FTS5."""

    expression: str
    ceiling: float
    """The BM25 that no chunk can exceed."""


def search(
    connection: Connection, question: str, k: int, allowed: Collection[str] | None = None
) -> list[tuple[str, float]]:
    """The `k` best chunk ids with their scores, best first, of all documents or of the `allowed` sources.

    A score is the BM25 as a share in [0, 1] of what a chunk full of all the question's words would have, words
    that no chunk has included: it says how much of the question was found. Words match by their stem. Empty
    where no chunk has any of them.
    """
    match = compose(connection, question)
    if match is None:
        return []
    bm25: ColumnElement[float] = literal_column(f"bm25(chunks_fts, {WEIGHTS})").label("bm25")
    found = select(_FTS.c.rowid.label("key"), bm25).where(_MATCH)
    if allowed is not None:
        # `+` keeps SQLite from looking up one chunk after the other, which starts BM25 anew for each.
        found = found.where(literal_column("+chunks_fts.rowid").in_(of_sources(allowed)))
    best = found.order_by(text("bm25"), _FTS.c.rowid).limit(k).subquery()
    rows = connection.execute(
        select(chunks.c.id, best.c.bm25).join(best, best.c.key == chunks.c.key).order_by(best.c.bm25, best.c.key),
        {"expression": match.expression},
    )
    # FTS5 gives the better match the smaller number.
    return [(row.id, min(1.0, -row.bm25 / match.ceiling)) for row in rows]


def compose(connection: Connection, question: str) -> Match | None:
    """The search for chunks with any of the question's words that matter; None where no chunk has one.

    Only letters and digits, in quotes, get into it, so that nothing in a question is syntax.
    """
    total = connection.scalar(select(func.count()).select_from(chunks)) or 0
    limit = max(CHEAP, int(COMMON * total))
    frequency = _frequencies(connection, without_stop_words(words(question)), limit)
    known = [word for word in frequency if frequency[word]]
    rare = [word for word in known if frequency[word] <= limit]
    kept = sorted(rare or known, key=frequency.__getitem__)[:MAX_WORDS]
    if not kept:
        return None
    unknown = [word for word in frequency if not frequency[word]][:MAX_WORDS]
    ceiling = _SATURATION * sum(_weight(frequency[word], total) for word in (*kept, *unknown))
    return Match(" OR ".join(f'"{word}"' for word in kept), ceiling)


def _frequencies(connection: Connection, candidates: list[str], limit: int) -> Mapping[str, int]:
    """In how many chunks each word stands, counted to just over `limit`."""
    counted = connection.execute(_COUNT, {"words": json.dumps(candidates), "enough": limit + 1})
    return {row.word: row.frequency for row in counted}


def _weight(frequency: int, total: int) -> float:
    """The inverse document frequency as FTS5 computes it."""
    return max(_LEAST_WEIGHT, math.log((total - frequency + 0.5) / (frequency + 0.5)))
