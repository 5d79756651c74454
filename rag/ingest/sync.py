"""Bringing one root up to date: what is new, changed, renamed, gone, or cannot be read."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from rag.errors import RagError, Unreadable
from rag.ingest.ahead import ReadAhead
from rag.ingest.batch import Batch
from rag.ingest.language import is_english
from rag.ingest.parts import Parts
from rag.ingest.roots import Target, unused_source
from rag.ingest.walk import Found, PassedOver
from rag.library import documents as store
from rag.library.catalog import Catalog
from rag.library.documents import Entry, File
from rag.library.schema import contents, documents, skipped
from rag.types import Document, Skipped

READING = 3
"""Goes up when the readers or the chunker change what they make of a file: then every file is read again."""
FRESH_NS = 2_000_000_000
"""A file changed so short a time ago may change again within the clock's grain, so its time is not trusted."""


@dataclass(slots=True)
class Changes:
    """What an ingest did; becomes the report."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    """Sources of documents that came in and are not in English."""


class Sync:
    """One root, or the part of it that was asked for, against what the catalog knows of it."""

    def __init__(
        self, catalog: Catalog, root: int, target: Target, batch: Batch, parts: Parts, changes: Changes
    ) -> None:
        self._catalog = catalog
        self._root = root
        self._target = target
        self._batch = batch
        self._parts = parts
        self._changes = changes
        self._known = self._known_documents()
        self._gone: dict[str, Any] = {}
        self._left: set[int] = set()
        """Contents that a document of theirs leaves with what is on its way: the catalog may still drop them."""
        self._given: set[str] = set()
        """Names of documents that came in with this run."""
        self._skipped: list[PassedOver] = []
        self._read_one = parts.read

    def run(self, found: list[Found], passed_over: list[PassedOver], considered: Callable[[str], None]) -> None:
        """Bring it up to date; `considered` is told of each file when it is done with."""
        if self._known and not found and not passed_over:
            self._changes.notes.append(
                f"{self._target.root} is empty now; its {len(self._known)} documents are kept, "
                "in case the files come back; `rag forget SOURCE` removes one"
            )
            return
        self._gone = self._vanished(found, passed_over)
        expected = (self._target.root / file.path for file in found if self._is_new(file))
        with ReadAhead(self._parts.read, expected) as ahead:
            self._read_one = ahead.read
            for file in found:
                self._consider(file)
                considered(file.path)
        for entry in passed_over:
            self._skip(entry.path, entry.reason)
        for row in self._gone.values():
            self._batch.change(partial(_remove, row.id))
            self._changes.removed.append(row.source)
        self._batch.commit()
        self._record_skipped()

    def _known_documents(self) -> dict[str, Any]:
        with self._catalog.reading() as connection:
            rows = connection.execute(
                select(documents, contents.c.reading, contents.c.suffix)
                .join(contents, contents.c.id == documents.c.content)
                .where(documents.c.root == self._root)
            )
            return {row.path: row for row in rows if _within(row.path, self._target.scope)}

    def _vanished(self, found: list[Found], passed_over: list[PassedOver]) -> dict[str, Any]:
        """What is not there any more. What is there and cannot be read keeps its last version."""
        seen = {file.path for file in found} | {entry.path for entry in passed_over}
        unlisted = [entry.path for entry in passed_over if entry.folder]
        return {
            path: row
            for path, row in self._known.items()
            if path not in seen and not any(folder == "." or _within(path, folder) for folder in unlisted)
        }

    def _consider(self, found: Found) -> None:
        known: Any = self._known.get(found.path)
        try:
            if known is None or not self._unchanged(known, found):
                self._enter(self._hashed(found), known)
        except Unreadable as error:
            self._skip(found.path, str(error))

    def _is_new(self, found: Found) -> bool:
        """Whether it will be read, as far as can be told without looking into it."""
        known: Any = self._known.get(found.path)
        return known is None or known.reading != READING or known.size != found.size

    def _unchanged(self, known: Any, found: Found) -> bool:
        """Whether the catalog has this content for this file; a file is hashed only where its size or time differ."""
        if known.reading != READING:
            return False
        if (known.size, known.mtime_ns) != (found.size, found.mtime_ns):
            file = self._hashed(found)
            if file.sha256 != known.sha256:
                return False
            if file.mtime_ns != known.mtime_ns:
                self._batch.change(lambda connection, _: store.move(connection, known.id, file, known.source))
        self._changes.unchanged.append(known.source)
        return True

    def _enter(self, file: File, known: Any) -> None:
        """Let in what is new or changed, without reading or embedding what the catalog has."""
        if self._batch.holds(file):
            self._batch.commit()
        content, source = self._in_catalog(file, known)
        if content in self._left and self._batch.sending:
            self._batch.commit()
            self._left.clear()
            content, source = self._in_catalog(file, known)
        self._given.add(source)
        if known is not None:
            self._left.add(known.content)
        old = None if known is not None or content is None else self._renamed_from(content)
        if old is not None:
            self._batch.change(lambda connection, _: store.move(connection, old.id, file, source))
            self._changes.renamed.append((old.source, source))
            return
        if content is not None:
            self._batch.change(lambda connection, _: store.place(connection, file, source, content))
        else:
            self._read(file, source)
        (self._changes.added if known is None else self._changes.updated).append(source)

    def _in_catalog(self, file: File, known: Any) -> tuple[int | None, str]:
        """The content that these bytes read as, where the catalog has it, and what the file is called."""
        with self._catalog.reading() as connection:
            source = known.source if known else unused_source(connection, self._root, file.path, self._given)
            return store.find_content(connection, file, READING), source

    def _renamed_from(self, content: int) -> Any:
        """The vanished document of this content, which it is no more: it has another name."""
        path = next((path for path, row in self._gone.items() if row.content == content), None)
        return None if path is None else self._gone.pop(path)

    def _read(self, file: File, source: str) -> None:
        document = self._document(self._target.root / file.path, source)
        if document.sha256 != file.sha256:  # it changed since it was hashed: let the next run look again
            file = File(file.root, file.path, document.sha256, file.size, -1)
        chunks = self._parts.chunks(document)
        texts = {chunk.id: self._parts.embedded_text(document, chunk) for chunk in chunks}
        self._changes.notes.extend(f"{source}: {note}" for note in document.notes)
        if not is_english(document.text):
            self._changes.foreign.append(source)
        if not chunks:
            self._changes.notes.append(f"{source}: nothing in it can be cited")
        self._batch.add(Entry(file, document, chunks, READING), texts)

    def _document(self, path: Path, source: str) -> Document:
        try:
            document = self._read_one(path, source)
            for text in (document.text, document.title):
                text.encode()
        except UnicodeEncodeError as error:
            raise Unreadable("its text holds halves of surrogate pairs, which are no characters") from error
        except (RagError, ImportError):
            raise  # not the file's fault
        except (Exception, RecursionError) as error:
            raise Unreadable(f"reading it failed ({type(error).__name__}: {error})") from error
        return document

    def _hashed(self, found: Found) -> File:
        path = self._target.root / found.path
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with open(descriptor, "rb") as file:  # noqa: PTH123 - opened without following a link, or waiting for a pipe
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise Unreadable("it vanished while the folder was read") from error
        except OSError as error:
            raise Unreadable(f"it cannot be opened ({error.strerror})") from error
        fresh = time.time_ns() - found.mtime_ns < FRESH_NS
        return File(self._root, found.path, digest, found.size, -1 if fresh else found.mtime_ns)

    def _skip(self, path: str, reason: str) -> None:
        if path in self._known:
            reason = f"{reason}; the version that was read before is kept"
        self._skipped.append(PassedOver(path, reason))
        self._changes.skipped.append(Skipped(path, reason))

    def _record_skipped(self) -> None:
        """Let `status` list what this run could not read, in place of what an earlier one could not."""
        rows = [{"root": self._root, "path": entry.path, "reason": entry.reason} for entry in self._skipped]
        with self._catalog.writing() as connection:
            before = connection.execute(select(skipped).where(skipped.c.root == self._root)).all()
            for row in before:
                if _within(row.path, self._target.scope):
                    here = (skipped.c.root == row.root) & (skipped.c.path == row.path)
                    connection.execute(delete(skipped).where(here))
            if rows:
                connection.execute(insert(skipped), rows)


def _remove(document_id: int, connection: Connection, _: int) -> int | None:
    return store.remove(connection, document_id)


def _within(path: str, scope: str) -> bool:
    return not scope or path == scope or path.startswith(f"{scope}/")
