"""Batches: one is embedded while the next is gathered, and each is in the catalog whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.errors import ProviderError
from rag.ingest import batch
from rag.ingest.ingest import ingest
from rag.ingest.parts import Parts
from rag.library.library import Library
from rag.testing import HashEmbedder
from rag.types import Chunk, Document

if TYPE_CHECKING:
    from rag.types import Vectors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    for i in range(3):
        (made / f"{i}.txt").write_text(f"This is document {i}.")
    return made


@pytest.fixture(autouse=True)
def _batches_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "CHUNKS", 1)


def _library(folder: Path) -> Library:
    embedder = HashEmbedder()
    return Library.create(folder.parent / "home", embedder.name, embedder.dimensions)


def _sources(library: Library) -> list[str]:
    with library.snapshot() as snapshot:
        return [info.source for info in snapshot.documents()]


def test_while_a_batch_is_embedded_the_next_is_gathered(folder: Path) -> None:
    second_came = threading.Event()
    waited: list[bool] = []

    class Waits(HashEmbedder):
        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            waited.append(second_came.wait(30))
            return super().embed_documents(texts)

    embedder = Waits()
    parts = Parts.for_embedder(embedder)

    def chunks(document: Document) -> tuple[Chunk, ...]:
        if document.source == "1.txt":
            second_came.set()
        return parts.chunks(document)

    library = _library(folder)
    assert ingest(library, [folder], embedder, parts=replace(parts, chunks=chunks)).chunks == 3
    assert waited == [True, True, True]


def test_a_failure_leaves_the_batches_before_it_whole_and_the_rest_out(folder: Path) -> None:
    class Fails(HashEmbedder):
        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            if "document 1" in texts[0]:
                raise ProviderError("the server is down")
            return super().embed_documents(texts)

    library = _library(folder)
    with pytest.raises(ProviderError, match="the server is down"):
        ingest(library, [folder], Fails())
    assert _sources(library) == ["0.txt"]
    assert len(ingest(library, [folder], HashEmbedder()).added) == 2


def test_a_chunk_that_the_batch_before_takes_out_is_embedded_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.types.Chunk.id", property(lambda chunk: chunk.text))  # shared by unlike contents
    library = _library(folder)
    ingest(library, [folder], HashEmbedder())
    (folder / "0.txt").write_text("Something else stands here now.")
    (folder / "1.txt").write_text("This is document 0. ")
    assert sorted(ingest(library, [folder], HashEmbedder()).updated) == ["0.txt", "1.txt"]
    with library.snapshot() as snapshot:
        (found,) = snapshot.nearest(HashEmbedder().embed_question("This is document 0"), 1)
        assert snapshot.chunks([found[0]])[0].source == "1.txt"


def test_what_one_file_no_longer_says_another_may_say_while_the_change_is_on_its_way(folder: Path) -> None:
    library = _library(folder)
    ingest(library, [folder], HashEmbedder())
    before = (folder / "0.txt").read_text()
    (folder / "0.txt").write_text("Something else stands here now.")
    (folder / "3.txt").write_text(before)
    report = ingest(library, [folder], HashEmbedder())
    assert (report.updated, report.added) == (("0.txt",), ("3.txt",))
    with library.snapshot() as snapshot:
        assert snapshot.document("3.txt").text == before
