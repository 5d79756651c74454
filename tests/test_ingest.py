"""Ingest: by content, each document whole, in few steps."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from rag.errors import UserError
from rag.ingest.ingest import Progress, ingest
from rag.testing import HashEmbedder
from tests.desk import Desk

if TYPE_CHECKING:
    from rag.types import Vectors


def test_a_folder_goes_in_and_answers(desk: Desk) -> None:
    report = desk.ingest()
    assert report.added == ("bees.txt", "deep/er/tea.txt", "rivers.txt")
    assert report.chunks == desk.embedder.embedded == 3
    assert desk.best("The Rhine rises in the Alps") == "rivers.txt"


def test_twice_changes_nothing_and_embeds_nothing(desk: Desk) -> None:
    desk.ingest()
    before = desk.library.status()
    report = desk.ingest()
    assert (report.added, report.updated, report.chunks) == ((), (), 0)
    assert report.unchanged == ("bees.txt", "deep/er/tea.txt", "rivers.txt")
    assert desk.embedder.embedded == 3
    desk.ingest()
    assert desk.library.status().chunks == before.chunks


def test_an_old_unchanged_file_is_not_even_opened(desk: Desk) -> None:
    for path in desk.folder.rglob("*.txt"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    desk.ingest()
    version = desk.library.status().version
    (desk.folder / "bees.txt").write_text("Bees prance to tell the others where the flowers go.", encoding="utf-8")
    os.utime(desk.folder / "bees.txt", (1_600_000_000, 1_600_000_000))
    assert len(desk.ingest().unchanged) == 3
    assert desk.library.status().version == version


def test_a_change_in_the_instant_after_it_was_read_is_seen(desk: Desk) -> None:
    path = desk.write("fresh.txt", "One thing.")
    status = path.stat()
    desk.ingest()
    path.write_text("Two thing.", encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert desk.ingest().updated == ("fresh.txt",)


def test_a_changed_file_is_swapped_in(desk: Desk) -> None:
    desk.ingest()
    desk.write("rivers.txt", "The Danube rises in the Black Forest.")
    report = desk.ingest()
    assert report.updated == ("rivers.txt",)
    assert desk.text("rivers.txt") == "The Danube rises in the Black Forest."
    assert desk.best("The Danube rises in the Black Forest") == "rivers.txt"
    assert desk.library.status().chunks == 3


def test_many_small_files_are_embedded_together(desk: Desk) -> None:
    sizes: list[int] = []

    class Counting(HashEmbedder):
        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            sizes.append(len(texts))
            return super().embed_documents(texts)

    desk.embedder = Counting()
    for i in range(600):
        desk.write(f"many/{i:03}.txt", f"This is document {i}.")
    assert desk.ingest().chunks == 603
    assert sizes == [128, 128, 128, 128, 91]


def test_progress_tells_of_each_file_and_each_step(desk: Desk) -> None:
    seen: list[Progress] = []
    ingest(desk.library, [desk.folder], desk.embedder, progress=seen.append)
    assert [(p.done, p.total, p.current) for p in seen[:3]] == [
        (1, 3, "bees.txt"),
        (2, 3, "deep/er/tea.txt"),
        (3, 3, "rivers.txt"),
    ]
    assert seen[-1].chunks == 3
    assert seen[-1].chunks_per_second > 0


def test_a_forgotten_document_is_gone_and_an_unknown_one_is_named(desk: Desk) -> None:
    desk.ingest()
    desk.library.forget("bees.txt")
    assert desk.sources() == ["deep/er/tea.txt", "rivers.txt"]
    with pytest.raises(UserError, match=r"no document 'bees.txt'"):
        desk.library.forget("bees.txt")


def test_documents_that_are_not_in_english_are_named_in_one_sentence_a_run(desk: Desk) -> None:
    desk.write("a.txt", "Der Rat der Stadt hat für die neue Brücke gestimmt, und sie wird in zwei Jahren gebaut. " * 3)
    desk.write("b.txt", "Le conseil de la ville a voté pour le nouveau pont, et il sera construit en deux ans. " * 3)
    assert [note for note in desk.ingest().notes if "English" in note] == [
        "2 documents seem not to be in English (a.txt, b.txt); the packaged models read only English "
        "and may miss answers there"
    ]
    assert not desk.ingest().notes
