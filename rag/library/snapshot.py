"""One consistent view of the library, for one question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from rag.errors import UserError
from rag.library import nearest as dense
from rag.library.catalog import listed, number, setting
from rag.library.files import Damaged
from rag.library.schema import chunks, content_chunks, contents, documents
from rag.library.stored import to_chunk, to_document
from rag.library.vectors import Generation
from rag.types import Chunk, Document, Filter

if TYPE_CHECKING:
    from rag.types import Vectors


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of a document, without its text."""

    source: str
    sha256: str
    media_type: str
    title: str
    published: str
    size: int
    """Of the file, in bytes."""
    chunks: int


class Snapshot:
    """The library as it was when the snapshot was taken, whatever is written meanwhile.

    It holds every document that was committed by then, whole: lexical and dense search speak of the
    same documents, those of an ingest that is still running, or that was killed, included.
    """

    def __init__(self, connection: Connection, open_index: Callable[[Connection, str], Generation | None]) -> None:
        self.connection = connection
        """Inside a read transaction: for searches of one's own."""
        self.version = number(connection, "version")
        self._indexed = number(connection, "indexed")
        self._generation = setting(connection, "generation")
        self._open_index = open_index
        self._index: Generation | None = None
        self._index_opened = False

    def documents(self) -> tuple[DocumentInfo, ...]:
        """What is known of each document, sorted by source."""
        count = (
            select(func.count())
            .select_from(content_chunks)
            .where(content_chunks.c.content == contents.c.id)
            .scalar_subquery()
        )
        rows = self.connection.execute(
            select(
                documents.c.source,
                documents.c.sha256,
                contents.c.media_type,
                contents.c.title,
                contents.c.published,
                documents.c.size,
                count.label("chunks"),
            )
            .join(contents, contents.c.id == documents.c.content)
            .order_by(documents.c.source)
        )
        return tuple(DocumentInfo(*row) for row in rows)

    def document(self, source: str) -> Document:
        """The document whole; `UserError` where there is none of this name."""
        row = self.connection.execute(
            select(documents.c.source, contents)
            .join(contents, contents.c.id == documents.c.content)
            .where(documents.c.source == source)
        ).first()
        if row is None:
            raise no_document(source)
        return to_document(row)

    def chunks(self, ids: Sequence[str], allowed: Collection[str] | None = None) -> tuple[Chunk, ...]:
        """The chunks in the order of `ids`; those that are not there are left out.

        Where several documents have the chunk, its source is the first of them by name, or the
        first of the `allowed` ones; `sources` gives all.
        """
        sources = self.sources(ids, allowed)
        rows = self.connection.execute(select(chunks).where(chunks.c.id.in_(listed(ids))))
        found = {row.id: row for row in rows}
        return tuple(to_chunk(found[chunk], sources[chunk][0]) for chunk in ids if chunk in found and chunk in sources)

    def sources(self, ids: Sequence[str], allowed: Collection[str] | None = None) -> dict[str, tuple[str, ...]]:
        """Of each chunk the documents that it stands in, sorted; a chunk without any is left out."""
        rows = self.connection.execute(
            select(chunks.c.id, documents.c.source)
            .join(content_chunks, content_chunks.c.chunk == chunks.c.key)
            .join(documents, documents.c.content == content_chunks.c.content)
            .where(chunks.c.id.in_(listed(ids)))
            .distinct()
            .order_by(documents.c.source)
        )
        permitted = None if allowed is None else set(allowed)
        found: dict[str, tuple[str, ...]] = {}
        for row in rows:
            if permitted is None or row.source in permitted:
                found[row.id] = (*found.get(row.id, ()), row.source)
        return found

    def open_index(self) -> None:
        """Open the index that `nearest` searches, where it is not open yet."""
        if not self._index_opened and self._generation:
            self._index = self._open_index(self.connection, self._generation)
        self._index_opened = True

    def nearest(self, vector: Vectors, k: int, allowed: Collection[str] | None = None) -> list[tuple[str, float]]:
        """The `k` nearest chunk ids with their cosines, best first, of all documents or of the `allowed` sources.

        Fewer where the library has fewer. With no usable index every vector of the catalog is
        compared: slower, and right.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        self.open_index()
        try:
            return dense.nearest(self.connection, self._index, self._indexed, vector, k, allowed)
        except Damaged:
            self._index = None
            return dense.nearest(self.connection, None, self._indexed, vector, k, allowed)

    def matching(self, where: Filter) -> tuple[str, ...] | None:
        """The sources that a filter lets through, sorted; None where it lets all through."""
        if where == Filter():
            return None
        rows = self.connection.execute(
            select(documents.c.source, contents.c.published)
            .join(contents, contents.c.id == documents.c.content)
            .order_by(documents.c.source)
        )
        return tuple(row.source for row in rows if _lets_through(where, row.source, row.published))

    def counts(self, where: Filter = Filter()) -> tuple[int, int]:
        """How many documents, and how many chunks of theirs, a search under this filter looks at."""
        matching = self.matching(where)
        if matching is None:
            n = self.connection.scalar(select(func.count()).select_from(documents))
            return n or 0, self.connection.scalar(select(func.count()).select_from(chunks)) or 0
        held = dense.of_sources(matching).distinct().subquery()
        return len(matching), self.connection.scalar(select(func.count()).select_from(held)) or 0


def no_document(source: str) -> UserError:
    """What to say where a document is not in the library."""
    return UserError(f"the library has no document {source!r}; `rag status` lists those that it has")


def _lets_through(where: Filter, source: str, published: str) -> bool:
    if where.sources and not any(fnmatchcase(source, pattern) for pattern in where.sources):
        return False
    if (where.published_from or where.published_to) and not published:
        return False
    return (not where.published_from or published >= where.published_from) and (
        not where.published_to or published <= where.published_to
    )
