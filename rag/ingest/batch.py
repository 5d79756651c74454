"""Batches: documents on their way in, embedded together and committed together, each of them whole.

While one batch is embedded, the next is gathered and the one before it is written.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from rag.errors import ProviderError
from rag.library import documents
from rag.library.catalog import Catalog, next_version
from rag.library.documents import Entry, File
from rag.types import Embedder

if TYPE_CHECKING:
    from rag.types import Vectors

CHUNKS = 128
"""As many are embedded at once: enough to fill the batches of the packaged model; twice as many may be lost."""
CHARACTERS = 4_000_000
CHANGES = 500
PATIENCE_S = 5.0
"""How long an ingest that ends early waits for the batch that is being embedded."""

Change = Callable[[Connection, int], int | None]
"""Given the transaction and the version that it makes; returns a content that may have no document any more."""


@dataclass(slots=True)
class _Load:
    """What goes into the catalog in one transaction."""

    changes: list[Change] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """By chunk id, what is embedded."""
    contexts: dict[str, documents.Context] = field(default_factory=dict)
    """By chunk id."""
    vectors: dict[str, Vectors] = field(default_factory=dict)
    contents: set[tuple[str, str]] = field(default_factory=set)
    reading: int = 0
    characters: int = 0

    @property
    def full(self) -> bool:
        return len(self.texts) >= CHUNKS or self.characters >= CHARACTERS or len(self.changes) >= CHANGES


class Batch:
    """What goes into the catalog next, in the order given; full, it goes by itself."""

    def __init__(self, catalog: Catalog, embedder: Embedder, embedded: Callable[[int], None]) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._embedded = embedded
        """Told after each step, from the thread that embeds, how many chunks it were."""
        self._load = _Load()
        self._sent: tuple[_Load, Future[None]] | None = None
        """What is being embedded."""

    def holds(self, file: File) -> bool:
        """Whether a document of the same bytes is on its way."""
        key = (file.sha256, file.suffix)
        return key in self._load.contents or (self._sent is not None and key in self._sent[0].contents)

    @property
    def sending(self) -> bool:
        """Whether something is on its way that is written before what comes now."""
        return self._sent is not None

    def change(self, change: Change) -> None:
        """Do this with the next transaction, in the order given."""
        self._load.changes.append(change)
        self._send_if_full()

    def add(self, entry: Entry, texts: Mapping[str, str]) -> None:
        """Let the document in; `texts` is, by chunk id, what is embedded for it."""
        load = self._load
        load.contents.add((entry.file.sha256, entry.file.suffix))
        load.reading = entry.reading
        for chunk in entry.chunks:
            context = documents.context_of(entry.document, chunk)
            if chunk.id not in load.contexts or documents.fuller(context, load.contexts[chunk.id]):
                load.contexts[chunk.id], load.texts[chunk.id] = context, texts[chunk.id]
        load.characters += len(entry.document.text)
        load.changes.append(lambda connection, version: documents.put(connection, version, entry, load.vectors))
        self._send_if_full()

    def commit(self) -> None:
        """Write all that was given so far; it is on the disk when this returns."""
        self._send()
        self._send()

    def close(self) -> None:
        """Let go of what was not committed, with a little patience for the thread that works on it."""
        if self._sent is not None:
            wait([self._sent[1]], timeout=PATIENCE_S)
        self._load, self._sent = _Load(), None

    def _send_if_full(self) -> None:
        if self._load.full:
            self._send()

    def _send(self) -> None:
        """Begin to embed this load, once the one before is embedded, and write that one meanwhile."""
        before, load = self._sent, self._load
        if before is not None:
            before[1].result()
        self._sent, self._load = None, _Load()
        if load.changes:
            self._sent = load, self._embedding(load, self._missing(load))
        if before is not None:
            self._write(before[0])

    def _embedding(self, load: _Load, chunks: Sequence[str]) -> Future[None]:
        future: Future[None] = Future()

        def run() -> None:
            try:
                self._embed(load, chunks)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(None)

        # A daemon: a server that does not answer does not hold up Ctrl-C.
        threading.Thread(target=run, name="embedding", daemon=True).start()
        return future

    def _write(self, load: _Load) -> None:
        # The load before may have taken out chunks that this one was to share.
        self._embed(load, self._missing(load))
        with self._catalog.writing() as connection:
            version = next_version(connection)
            before = {change(connection, version) for change in load.changes}
            for content in before:
                if content is not None:
                    documents.drop_unused(connection, content)

    def _missing(self, load: _Load) -> list[str]:
        """The chunks that have no vector of their context, neither here nor in the catalog."""
        wanted = [chunk for chunk in load.texts if chunk not in load.vectors]
        if not wanted:
            return []
        with self._catalog.reading() as connection:
            contexts = {chunk: load.contexts[chunk] for chunk in wanted}
            known = documents.known_chunks(connection, contexts, load.reading)
        return [chunk for chunk in wanted if chunk not in known]

    def _embed(self, load: _Load, chunks: Sequence[str]) -> None:
        for start in range(0, len(chunks), CHUNKS):
            ids = chunks[start : start + CHUNKS]
            vectors = self._embedder.embed_documents([load.texts[chunk] for chunk in ids])
            self._check(vectors, len(ids))
            load.vectors.update(zip(ids, vectors, strict=True))
            self._embedded(len(ids))

    def _check(self, vectors: Vectors, n: int) -> None:
        expected = (n, self._embedder.dimensions)
        if vectors.shape != expected or not np.isfinite(vectors).all():
            raise ProviderError(
                f"{self._embedder.name} was to give finite vectors of shape {expected}, but gave {vectors.shape}"
                f"{'' if np.isfinite(vectors).all() else ' with numbers that are not finite'}; "
                "try again, or choose another embedder for a new library"
            )
