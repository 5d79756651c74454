"""Lexical search: BM25 over the words of a question, in the catalog's FTS5 index."""

from __future__ import annotations

from collections.abc import Collection

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
"""Up to so many chunks a word is never called common: it costs little, and in a small library a name can
stand in half of the chunks."""

_FTS = table("chunks_fts", column("rowid"))
_MATCH = text("chunks_fts MATCH :expression")


def search(
    connection: Connection, question: str, k: int, allowed: Collection[str] | None = None
) -> list[tuple[str, float]]:
    """The `k` best chunk ids with their BM25, best first, of all documents or of the `allowed` sources.

    A chunk needs one of the question's words, whatever its ending. Empty where no chunk has any.
    """
    expression = match_expression(connection, question)
    if not expression:
        return []
    score: ColumnElement[float] = literal_column(f"bm25(chunks_fts, {WEIGHTS})").label("score")
    found = select(_FTS.c.rowid.label("key"), score).where(_MATCH)
    if allowed is not None:
        # `+` keeps SQLite from looking up one chunk after the other, which starts BM25 anew for each.
        found = found.where(literal_column("+chunks_fts.rowid").in_(of_sources(allowed)))
    best = found.order_by(text("score"), _FTS.c.rowid).limit(k).subquery()
    rows = connection.execute(
        select(chunks.c.id, best.c.score).join(best, best.c.key == chunks.c.key).order_by(best.c.score, best.c.key),
        {"expression": expression},
    )
    return [(row.id, -row.score) for row in rows]


def match_expression(connection: Connection, question: str) -> str:
    """The FTS5 expression that finds chunks with any of the question's words that matter; empty where no chunk has one.

    Only letters and digits, in quotes, get into it, so that nothing in a question is syntax.
    """
    total = connection.scalar(select(func.count()).select_from(chunks)) or 0
    limit = max(CHEAP, int(COMMON * total))
    frequency = _frequencies(connection, without_stop_words(words(question)), limit)
    rare = [word for word in frequency if frequency[word] <= limit]
    kept = sorted(rare or frequency, key=frequency.__getitem__)[:MAX_WORDS]
    return " OR ".join(f'"{word}"' for word in kept)


def _frequencies(connection: Connection, candidates: list[str], limit: int) -> dict[str, int]:
    """In how many chunks each word stands, counted to just over `limit`; words that stand in none are left out."""
    matching = select(_FTS.c.rowid).where(_MATCH).limit(limit + 1).subquery()
    count = select(func.count()).select_from(matching)
    counted = {word: connection.scalar(count, {"expression": f'"{word}"'}) or 0 for word in candidates}
    return {word: n for word, n in counted.items() if n}
