"""Dense search: the generation's index for what it holds, the catalog's own vectors for the rest."""

from __future__ import annotations

import heapq
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from rag.errors import IntegrityError
from rag.library.catalog import REMEDY, listed
from rag.library.files import Damaged
from rag.library.schema import chunks, content_chunks, documents
from rag.library.vectors import Generation

if TYPE_CHECKING:
    from rag.types import Vectors

EXACT = 20_000
"""Up to this many allowed chunks every vector is compared, 30 MB at 384 dimensions: less than Chroma's filter."""
SPARE = 16
"""Proposals beyond what is needed, for an approximate index."""
DEEP = 2000
"""Beyond so many proposals the index has no advantage."""
BLOCK = 2048
"""Vectors compared at once."""

Ranking = list[tuple[str, float]]


def nearest(
    connection: Connection,
    index: Generation | None,
    indexed: int,
    vector: Vectors,
    k: int,
    allowed: Collection[str] | None,
) -> Ranking:
    """The `k` nearest chunks with their cosines, best first, of all documents of this view or of the allowed sources.

    The index proposes, the catalog disposes: every cosine is computed from the catalog's vector, what
    came after the version `indexed` is compared one by one, and what is no longer there drops out.
    Raises `Damaged` where the index contradicts the catalog.
    """
    condition = true() if allowed is None else chunks.c.key.in_(of_sources(allowed))
    count = connection.scalar(select(func.count()).select_from(chunks).where(condition)) or 0
    k = min(k, count)
    if k == 0:
        return []
    if index is None or (allowed is not None and count <= EXACT):
        return exact(connection, vector, k, condition)
    fresh = connection.scalar(select(func.count()).where(chunks.c.added > indexed)) or 0
    total = connection.scalar(select(func.count()).select_from(chunks)) or 0
    gone = index.count - (total - fresh)
    wanted = (k * total * 2) // count + gone + SPARE if allowed is not None else k + gone + SPARE
    if wanted > DEEP:
        return exact(connection, vector, k, condition)
    proposed = index.nearest(vector, wanted)
    held = func.count().filter(chunks.c.added <= indexed)
    if len(proposed) - (connection.scalar(select(held).where(chunks.c.id.in_(listed(proposed)))) or 0) > gone:
        raise Damaged("it has vectors that the catalog never had")
    indexed_ones = condition & (chunks.c.added <= indexed) & chunks.c.id.in_(listed(proposed))
    known = exact(connection, vector, k, indexed_ones)
    if any(abs(cosine - proposed[chunk]) > 1e-3 for chunk, cosine in known):
        raise Damaged("its cosines are not those of the catalog's vectors")
    late = exact(connection, vector, k, condition & (chunks.c.added > indexed)) if fresh else []
    if len(known) + len(late) < k:
        return exact(connection, vector, k, condition)
    return heapq.nsmallest(k, [*known, *late], key=_best_first)


def exact(connection: Connection, vector: Vectors, k: int, condition: ColumnElement[bool]) -> Ranking:
    """The `k` best of the chunks that meet the condition, each compared; memory does not grow with their number."""
    best: Ranking = []
    rows = connection.execute(
        select(chunks.c.id, chunks.c.vector).where(condition), execution_options={"yield_per": BLOCK}
    )
    for block in rows.partitions():
        if any(len(row.vector) != 4 * vector.size for row in block):
            raise IntegrityError(f"the catalog has a vector that is not of {vector.size} dimensions; {REMEDY}")
        cosines = np.frombuffer(b"".join(row.vector for row in block), dtype="<f4").reshape(len(block), -1) @ vector
        if not np.isfinite(cosines).all():
            raise IntegrityError(f"the catalog has a vector with a number that is not finite; {REMEDY}")
        top = np.argsort(-cosines, kind="stable")[:k]
        best = heapq.nsmallest(k, [*best, *((block[i].id, float(cosines[i])) for i in top)], key=_best_first)
    return best


def of_sources(sources: Collection[str]) -> Select[tuple[int]]:
    """The keys of the chunks of these documents."""
    return (
        select(content_chunks.c.chunk)
        .join(documents, documents.c.content == content_chunks.c.content)
        .where(documents.c.source.in_(listed(sources)))
    )


def _best_first(ranked: tuple[str, float]) -> tuple[float, str]:
    return (-ranked[1], ranked[0])
