"""Salvage: in the place of a damaged catalog, a new one of all that can still be read in it and is what was stored."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
from sqlalchemy import Connection, insert

from rag.errors import IntegrityError, LibraryMismatch, RagError, Unreadable
from rag.ingest.parts import Parts
from rag.ingest.read import sandbox
from rag.ingest.sync import READING
from rag.library import documents as store
from rag.library import schema, seal, stored
from rag.library.catalog import Catalog, next_version, set_setting
from rag.library.documents import Entry, File
from rag.library.replacing import put_in_place, scratch
from rag.types import CHUNK_TOKENS, Chunk, Document, Embedder

if TYPE_CHECKING:
    from rag.types import Vectors

KEPT = "catalog.damaged.sqlite"
"""What the damaged catalog is called afterwards."""
GAP = 10_000
"""Keys that are tried one after the other where rows cannot be read."""
LOST = "its text in the library was damaged"
_NEEDED = {"documents": ("root", "path")}


@dataclass(slots=True)
class Salvaged:
    """What became of the documents."""

    whole: list[str] = field(default_factory=list)
    reread: list[str] = field(default_factory=list)
    """Their text was not what was stored, and their file is there."""
    lost: list[str] = field(default_factory=list)
    """Their text was not what was stored, and their file cannot be read; `rag status` lists them as skipped."""
    embedded: int = 0
    """Passages whose vectors were not what was stored."""


def salvage(
    catalog: Catalog,
    embedder: Embedder,
    version: int,
    make_parts: Callable[[Embedder, int], Parts] = Parts.for_embedder,
) -> Salvaged:
    """Let the catalog hold what is whole of it, as a change after `version`; the caller holds the write lock.

    Passages are cut anew from texts that are what was stored, and embedded only where their vector is not. Raises
    `IntegrityError`, and changes nothing, where no document can be read.
    """
    with scratch(catalog.path.parent) as folder:
        with closing(_open(catalog.path)) as old:
            settings = {row.key: row.value for row in _rows(old, "settings", "rowid")}
            _check(catalog.path, settings, embedder)
            size = settings.get("chunk_tokens", "")
            chunk_tokens = int(size) if size.isdecimal() else CHUNK_TOKENS
            new = Catalog.create(folder, embedder.name, embedder.dimensions, chunk_tokens)
            with new.writing() as connection, closing(sandbox):
                set_setting(connection, "version", str(version))
                done = _Salvage(old, connection, embedder, make_parts(embedder, chunk_tokens)).run()
        if not done.whole and not done.reread:
            raise IntegrityError(
                f"no document can be read in {catalog.path}; `rag restore BACKUP --replace` brings a backup into its "
                f"place, or delete {catalog.path.parent} and run `rag ingest FOLDER` again"
            )
        _keep(catalog.path)
        put_in_place(new.path, catalog.path)
    return done


class _Salvage:
    """From one connection to another."""

    def __init__(self, old: sqlite3.Connection, new: Connection, embedder: Embedder, parts: Parts) -> None:
        self._old = old
        self._new = new
        self._embedder = embedder
        self._parts = parts
        self._version = next_version(new)
        self._done = Salvaged()
        rows = _rows(old, "chunks", "key")
        size = 4 * embedder.dimensions
        self._vectors: dict[str, bytes] = {
            row.id: row.vector for row in rows if stored.chunk_is_whole(row) and len(row.vector) == size
        }

    def run(self) -> Salvaged:
        roots = {row.id: row for row in _rows(self._old, "roots", "id")}
        for row in roots.values():
            values = {"id": row.id, "path": row.path, "name": row.name, "whole": bool(row.whole)}
            self._new.execute(insert(schema.roots).values(values))
        for row in _rows(self._old, "documents", "id"):
            if row.root in roots:
                self._document(row, roots[row.root].path)
        return self._done

    def _document(self, row: Any, root: str) -> None:
        # What is known of the file has no checksum, so it is hashed again when its folder is ingested.
        unsure = File(row.root, row.path, "", -1, -1)
        source = row.source if isinstance(row.source, str) and row.source.endswith(row.path) else row.path
        content = next(_rows(self._old, "contents", "id", row.content), None) if isinstance(row.content, int) else None
        if content is not None and stored.document_is_whole(content):
            content.source = source
            self._enter(unsure, stored.to_document(content), content.reading)
            self._done.whole.append(source)
        elif (document := self._reread(Path(root, row.path), source)) is not None:
            self._enter(unsure, document, READING)
            self._done.reread.append(source)
        else:
            self._new.execute(insert(schema.skipped).values(root=row.root, path=row.path, reason=LOST))
            self._done.lost.append(source)

    def _reread(self, path: Path, source: str) -> Document | None:
        try:
            document = self._parts.read(path, source)
            (document.text + document.title).encode()
        except Unreadable:
            return None
        except RagError:
            raise  # not the file's fault
        except Exception:
            return None
        return document

    def _enter(self, file: File, document: Document, reading: int) -> None:
        chunks = self._parts.chunks(document)
        entry = Entry(replace(file, sha256=document.sha256), document, chunks, reading)
        store.put(self._new, self._version, entry, self._vectors_of(document, chunks))

    def _vectors_of(self, document: Document, chunks: tuple[Chunk, ...]) -> dict[str, Vectors]:
        """Of each chunk: the stored one where it is whole, else a new one."""
        known = {c.id: np.frombuffer(self._vectors[c.id], dtype="<f4") for c in chunks if c.id in self._vectors}
        missing = [chunk for chunk in chunks if chunk.id not in known]
        if missing:
            made = self._embedder.embed_documents([self._parts.embedded_text(document, c) for c in missing])
            known.update(zip((chunk.id for chunk in missing), made, strict=True))
            self._done.embedded += len(missing)
        return known


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True)
    connection.text_factory = lambda text: text.decode(errors="replace")
    return connection


def _rows(connection: sqlite3.Connection, table: str, key: str, only: int | None = None) -> Iterator[Any]:
    """Those rows that can be read, or that with the key `only`; one that cannot costs no other."""
    after, end, failed = (0, None, 0) if only is None else (only - 1, only, 0)
    while failed < GAP and (end is None or after < end):
        query = f"SELECT {key} AS row_key, * FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT 1"  # noqa: S608
        try:
            cursor = connection.execute(query, (after,))
            values = cursor.fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # the latter where SQLite quotes what is damaged
            after, failed = after + 1, failed + 1
            continue
        if values is None or (end is not None and values[0] > end):
            return
        after, failed = values[0], 0
        row = dict(zip((column[0] for column in cursor.description), values, strict=True))
        if _fits(row, table):
            yield SimpleNamespace(**row, _mapping=row)


def _fits(row: dict[str, Any], table: str) -> bool:
    """Whether its values are of the kinds that were stored; of a document, those by which its file is found."""
    names = _NEEDED.get(table) or schema.metadata.tables[table].columns.keys()
    kinds = {name: schema.metadata.tables[table].columns[name].type.python_type for name in names}
    return all(isinstance(row.get(name), int if kind is bool else kind) for name, kind in kinds.items())


def _check(path: Path, settings: dict[str, str], embedder: Embedder) -> None:
    """Vectors of two embedders must not come into one library."""
    found = settings.get("embedder", embedder.name), settings.get("dimensions", str(embedder.dimensions))
    if found != (embedder.name, str(embedder.dimensions)):
        raise LibraryMismatch(
            f"{path} is damaged, and repairing it takes its embedder, {found[0]} ({found[1]} dimensions), but "
            f"{embedder.name} ({embedder.dimensions}) was to be used; set RAG_EMBEDDER, or use `rag restore`"
        )


def _keep(path: Path) -> None:
    """A copy of the damaged catalog, unless its size is absurd or the disk has no room for it."""
    status = path.stat()
    sparse = status.st_size > 2 * 512 * status.st_blocks + 1_000_000
    if not sparse and shutil.disk_usage(path.parent).free > 2 * status.st_size:
        with path.with_name(KEPT).open("wb") as copy:
            copy.writelines(seal.blocks(path))
