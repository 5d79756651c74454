"""How a document enters the catalog and leaves it; each function works within the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from rag.library import stored
from rag.library.catalog import listed
from rag.library.schema import chunks, content_chunks, contents, documents
from rag.types import Chunk, Document

if TYPE_CHECKING:
    from rag.types import Vectors


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was found."""

    root: int
    path: str
    """Relative to the root, with `/`."""
    sha256: str
    size: int
    mtime_ns: int
    """-1 where it was so fresh that a later change may not show in it."""

    @property
    def suffix(self) -> str:
        name = self.path.rpartition("/")[2]
        return name[name.rindex(".") :].lower() if "." in name else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document on its way into the catalog."""

    file: File
    document: Document
    chunks: tuple[Chunk, ...]
    reading: int
    """The version of the readers."""


# Made once: putting a statement together takes as long as running it.
_FIND_CONTENT = select(contents.c.id).where(
    contents.c.sha256 == bindparam("sha256"),
    contents.c.suffix == bindparam("suffix"),
    contents.c.reading == bindparam("reading"),
)
_FIND_DOCUMENT = select(documents.c.id, documents.c.content).where(
    documents.c.root == bindparam("root"), documents.c.path == bindparam("path")
)
_UPDATE_DOCUMENT = update(documents).where(documents.c.id == bindparam("known"))
_INSERT_DOCUMENT = insert(documents)
_INSERT_CONTENT = insert(contents)
_FIND_CHUNKS = select(chunks.c.id, chunks.c.key, chunks.c.title, chunks.c.heading).where(
    chunks.c.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value))
)
_KEEPS_CONTEXT = select(
    exists().where(
        content_chunks.c.chunk == bindparam("chunk"),
        contents.c.id == content_chunks.c.content,
        contents.c.reading == bindparam("reading"),
        contents.c.title == bindparam("title"),
    )
)
_INSERT_CHUNKS = insert(chunks).returning(chunks.c.id, chunks.c.key)


def find_content(connection: Connection, file: File, reading: int) -> int | None:
    """The id of what these bytes read as, where the catalog has it."""
    wanted = {"sha256": file.sha256, "suffix": file.suffix, "reading": reading}
    found: int | None = connection.scalar(_FIND_CONTENT, wanted)
    return found


Context = tuple[str, str]
"""A chunk's title and headings: its vector is made with them, and its id says nothing of them."""


def known_chunks(connection: Connection, contexts: Mapping[str, Context], reading: int) -> set[str]:
    """Those ids of `contexts` that have vectors already, made in this context or in the one that they keep."""
    rows = list(connection.execute(_FIND_CHUNKS, {"ids": json.dumps(list(contexts))}))
    return {row.id for row in rows if not _gives_way(connection, row, contexts[row.id], reading)}


def context_of(document: Document, chunk: Chunk) -> Context:
    """As the catalog holds it."""
    return document.title, heading_of(document, chunk)


def fuller(one: Context, other: Context) -> bool:
    """Whether `one` says more: of files that share a chunk, the one that reads a title in it gives it its context."""
    return sum(map(bool, one)) > sum(map(bool, other))


def put(connection: Connection, version: int, entry: Entry, vectors: Mapping[str, Vectors]) -> int | None:
    """Let the document in with its chunks and vectors, in place of what stood at its root and path.

    `vectors` holds, by chunk id, each vector that the catalog has not, or has of another context.
    Like `place`, `move` and `remove` it returns the content that the document had before, for
    `drop_unused` at the end of the transaction: until then another document may still come to have it.
    """
    content = find_content(connection, entry.file, entry.reading)
    if content is None:
        content = _insert_content(connection, entry)
        keys = _chunk_keys(connection, version, entry, vectors)
        if keys:
            rows = [{"content": content, "position": n, "chunk": key} for n, key in enumerate(keys)]
            connection.execute(insert(content_chunks), rows)
    return place(connection, entry.file, entry.document.source, content)


def place(connection: Connection, file: File, source: str, content: int) -> int | None:
    """Let the file at this root and path be this content, known to the catalog, under the name `source`."""
    before = connection.execute(_FIND_DOCUMENT, {"root": file.root, "path": file.path}).first()
    values = {**_columns(file), "source": source, "content": content}
    if before is None:
        connection.execute(_INSERT_DOCUMENT, values)
        return None
    connection.execute(_UPDATE_DOCUMENT, values | {"known": before.id})
    return int(before.content)


def move(connection: Connection, document_id: int, file: File, source: str) -> None:
    """Let the document, its content unchanged, be this file under this name."""
    connection.execute(_UPDATE_DOCUMENT, {**_columns(file), "source": source, "known": document_id})


def remove(connection: Connection, document_id: int) -> int | None:
    """Take the document out."""
    content = connection.scalar(select(documents.c.content).where(documents.c.id == document_id))
    connection.execute(delete(documents).where(documents.c.id == document_id))
    return content


def drop_unused(connection: Connection, content: int) -> None:
    """Take the content out if no document has it any more, and those of its chunks that no other content has."""
    if connection.scalar(select(exists().where(documents.c.content == content))):
        return
    held = list(connection.scalars(select(content_chunks.c.chunk).where(content_chunks.c.content == content)))
    connection.execute(delete(content_chunks).where(content_chunks.c.content == content))
    connection.execute(delete(contents).where(contents.c.id == content))
    used = exists().where(content_chunks.c.chunk == chunks.c.key)
    connection.execute(delete(chunks).where(chunks.c.key.in_(listed(held)), ~used))


def heading_of(document: Document, chunk: Chunk) -> str:
    """The headings that the chunk begins under, outermost first, for the lexical index."""
    section = document.section_at(chunk.start)
    return " ".join(section.heading) if section else ""


def _chunk_keys(connection: Connection, version: int, entry: Entry, vectors: Mapping[str, Vectors]) -> list[int]:
    """The keys of the document's chunks, in order; those are inserted that no other content has brought."""
    by_id = {chunk.id: chunk for chunk in entry.chunks}
    known = list(connection.execute(_FIND_CHUNKS, {"ids": json.dumps(list(by_id))}))
    keys = {row.id: int(row.key) for row in known}
    changed = {
        row.id: int(row.key)
        for row in known
        if row.id in vectors and _gives_way(connection, row, context_of(entry.document, by_id[row.id]), entry.reading)
    }
    rows = [
        stored.sealed(_chunk_row(entry.document, chunk, id_, vectors[id_])) | {"added": version}
        for id_, chunk in by_id.items()
        if id_ not in keys or id_ in changed
    ]
    _make_room(connection, list(changed.values()))
    if replaced := [row | {"key": changed[row["id"]]} for row in rows if row["id"] in changed]:
        connection.execute(insert(chunks), replaced)
    if new := [row for row in rows if row["id"] not in changed]:
        keys |= {row.id: int(row.key) for row in connection.execute(_INSERT_CHUNKS, new)}
    return [keys[id_] for id_ in by_id]


def _gives_way(connection: Connection, row: Any, context: Context, reading: int) -> bool:
    """Whether a chunk in the catalog comes to be of this context: of a fuller one, or where none needs its own now."""
    before = row.title, row.heading
    if before == context:
        return False
    kept = {"chunk": row.key, "reading": reading, "title": row.title}
    return fuller(context, before) or not connection.scalar(_KEEPS_CONTEXT, kept)


def _make_room(connection: Connection, keys: list[int]) -> None:
    """Take out chunks that come back under the same keys: so the lexical index takes out the old words."""
    if keys:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until this transaction ends
        connection.execute(delete(chunks).where(chunks.c.key.in_(listed(keys))))


def _chunk_row(document: Document, chunk: Chunk, id_: str, vector: Vectors) -> dict[str, Any]:
    return {
        "id": id_,
        "sha256": chunk.sha256,
        "start": chunk.start,
        "end": chunk.end,
        "title": document.title,
        "heading": heading_of(document, chunk),
        "text": chunk.text,
        "sentences": json.dumps([(s.start, s.end) for s in chunk.sentences]),
        "vector": np.ascontiguousarray(vector, dtype="<f4").tobytes(),
    }


def _columns(file: File) -> dict[str, Any]:
    return {
        "root": file.root,
        "path": file.path,
        "sha256": file.sha256,
        "size": file.size,
        "mtime_ns": file.mtime_ns,
    }


def _insert_content(connection: Connection, entry: Entry) -> int:
    values = stored.columns(entry.document) | {"suffix": entry.file.suffix, "reading": entry.reading}
    key = connection.execute(_INSERT_CONTENT, values).inserted_primary_key
    assert key is not None
    return int(key[0])
