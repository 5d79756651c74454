"""A folder and a library for the tests of an ingest."""

from __future__ import annotations

from pathlib import Path

from rag.ingest.ingest import ingest
from rag.ingest.parts import Parts
from rag.library.library import Library
from rag.testing import HashEmbedder
from rag.types import IngestReport


class Desk:
    """A folder, a library, and the embedder between them."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "notes"
        self.folder.mkdir()
        self.embedder = HashEmbedder()
        self.library = Library.create(place / "home", self.embedder.name, self.embedder.dimensions)

    def write(self, name: str, words: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
        return path

    def ingest(self, *paths: Path, parts: Parts | None = None) -> IngestReport:
        return ingest(self.library, paths or (self.folder,), self.embedder, parts=parts)

    def sources(self) -> list[str]:
        with self.library.snapshot() as snapshot:
            return [info.source for info in snapshot.documents()]

    def text(self, source: str) -> str:
        with self.library.snapshot() as snapshot:
            return snapshot.document(source).text

    def best(self, question: str) -> str:
        with self.library.snapshot() as snapshot:
            found = snapshot.nearest(self.embedder.embed_question(question), 1)
            return snapshot.chunks([found[0][0]])[0].source

    def skipped(self) -> dict[str, str]:
        return {entry.source: entry.reason for entry in self.library.status().skipped}
