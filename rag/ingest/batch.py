"""A batch: documents on their way in, embedded together and committed together, each of them whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

CHUNKS = 256
"""As many are embedded at once: enough to fill the embedder's batches, and 3 s of work to lose at most."""
CHARACTERS = 4_000_000
CHANGES = 500

Change = Callable[[Connection, int], int | None]
"""Given the transaction and the version that it makes; returns a content that may have no document any more."""


class Batch:
    """What goes into the catalog with the next transaction; full, it is committed by itself."""

    def __init__(self, catalog: Catalog, embedder: Embedder, embedded: Callable[[int], None]) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._embedded = embedded
        """Told after each step how many chunks it embedded."""
        self._clear()

    def holds(self, file: File) -> bool:
        """Whether a document of the same bytes is on its way."""
        return (file.sha256, file.suffix) in self._contents

    def change(self, change: Change) -> None:
        """Do this with the next transaction, in the order given."""
        self._changes.append(change)
        if len(self._changes) >= CHANGES:
            self.commit()

    def add(self, entry: Entry, texts: Mapping[str, str]) -> None:
        """Let the document in; `texts` is, by chunk id, what is embedded for it."""
        self._contents.add((entry.file.sha256, entry.file.suffix))
        self._texts.update(texts)
        self._characters += len(entry.document.text)
        vectors = self._vectors
        self._changes.append(lambda connection, version: documents.put(connection, version, entry, vectors))
        if len(self._texts) >= CHUNKS or self._characters >= CHARACTERS or len(self._changes) >= CHANGES:
            self.commit()

    def commit(self) -> None:
        """Embed what has no vector yet, and write everything in one transaction."""
        if not self._changes:
            return
        self._embed()
        with self._catalog.writing() as connection:
            version = next_version(connection)
            before = {change(connection, version) for change in self._changes}
            for content in before:
                if content is not None:
                    documents.drop_unused(connection, content)
        self._clear()

    def _clear(self) -> None:
        self._changes: list[Change] = []
        self._texts: dict[str, str] = {}
        self._vectors: dict[str, Vectors] = {}
        self._contents: set[tuple[str, str]] = set()
        self._characters = 0

    def _embed(self) -> None:
        with self._catalog.reading() as connection:
            known = documents.known_chunks(connection, list(self._texts))
        missing = [chunk for chunk in self._texts if chunk not in known]
        for start in range(0, len(missing), CHUNKS):
            ids = missing[start : start + CHUNKS]
            vectors = self._embedder.embed_documents([self._texts[chunk] for chunk in ids])
            self._check(vectors, len(ids))
            self._vectors.update(zip(ids, vectors, strict=True))
            self._embedded(len(ids))

    def _check(self, vectors: Vectors, n: int) -> None:
        expected = (n, self._embedder.dimensions)
        if vectors.shape != expected or not np.isfinite(vectors).all():
            raise ProviderError(
                f"{self._embedder.name} was to give finite vectors of shape {expected}, but gave {vectors.shape}"
                f"{'' if np.isfinite(vectors).all() else ' with numbers that are not finite'}; "
                "try again, or choose another embedder for a new library"
            )
