"""Files of one content share its chunks and vectors, whatever they are called and wherever they went."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.ingest import sync
from rag.ingest.parts import Parts
from rag.library.checks import problems
from tests.desk import Desk


def test_a_renamed_file_keeps_its_vectors(desk: Desk) -> None:
    desk.ingest()
    (desk.folder / "rivers.txt").rename(desk.folder / "deep/streams.txt")
    report = desk.ingest()
    assert report.renamed == (("rivers.txt", "deep/streams.txt"),)
    assert (report.added, report.removed, report.chunks) == ((), (), 0)
    assert desk.best("The Rhine rises in the Alps") == "deep/streams.txt"


def test_two_files_that_swap_their_names_swap_and_embed_nothing(desk: Desk) -> None:
    desk.ingest()
    (desk.folder / "bees.txt").rename(desk.folder / "x")
    (desk.folder / "rivers.txt").rename(desk.folder / "bees.txt")
    (desk.folder / "x").rename(desk.folder / "rivers.txt")
    report = desk.ingest()
    assert report.updated == ("bees.txt", "rivers.txt")
    assert desk.text("bees.txt") == "The Rhine rises in the Alps."
    assert desk.best("The Rhine rises in the Alps") == "bees.txt"
    assert desk.embedder.embedded == 3


def test_a_file_whose_old_content_moved_elsewhere_is_both(desk: Desk) -> None:
    desk.ingest()
    (desk.folder / "bees.txt").rename(desk.folder / "zzz.txt")
    desk.write("bees.txt", "Wasps do not dance.")
    report = desk.ingest()
    assert (report.added, report.updated) == (("zzz.txt",), ("bees.txt",))
    assert desk.text("zzz.txt").startswith("Bees dance")


def test_the_same_content_twice_is_two_documents_that_share_vectors(desk: Desk) -> None:
    desk.write("copy.txt", "The Rhine rises in the Alps.")
    report = desk.ingest()
    assert len(report.added) == 4
    assert desk.embedder.embedded == 3
    with desk.library.snapshot() as snapshot:
        (best,) = snapshot.nearest(desk.embedder.embed_question("The Rhine rises in the Alps."), 1)
        assert snapshot.sources([best[0]]) == {best[0]: ("copy.txt", "rivers.txt")}
        assert snapshot.chunks([best[0]], allowed=["rivers.txt"])[0].source == "rivers.txt"
    desk.library.forget("copy.txt")
    assert desk.best("The Rhine rises in the Alps") == "rivers.txt"


def test_the_same_bytes_under_another_ending_share_what_reads_the_same(desk: Desk) -> None:
    desk.write("rivers.md", "The Rhine rises in the Alps.")
    desk.ingest()
    (desk.folder / "rivers.txt").unlink()
    assert desk.ingest().removed == ("rivers.txt",)
    assert desk.best("The Rhine rises in the Alps") == "rivers.md"


def contexts(desk: Desk) -> set[tuple[str, str]]:
    """The titles and headings of the chunks, each of which is found by the vector that was made with them."""
    with desk.library.snapshot() as snapshot:
        rows = snapshot.connection.exec_driver_sql("SELECT id, title, heading, text FROM chunks").all()
        for row in rows:
            asked = "\n".join(part for part in (row.title, row.text) if part)
            best = snapshot.nearest(desk.embedder.embed_question(asked), 1)[0]
            assert best[0] == row.id
            assert best[1] == pytest.approx(1.0, abs=1e-5)
    return {(row.title, row.heading) for row in rows}


KILN = "# Kiln\n\nIt fires at 1,200 degrees.\n"


@pytest.mark.parametrize(
    "names",
    [
        pytest.param((("kiln.md",), ("kiln.txt",)), id="the fuller first"),
        pytest.param((("kiln.txt",), ("kiln.md",)), id="the fuller later"),
        pytest.param((("a.txt", "b.md"),), id="both at once"),
        pytest.param((("a.md", "b.txt"),), id="both at once, the fuller first"),
    ],
)
def test_a_chunk_of_two_files_keeps_the_context_of_the_one_that_reads_a_title(
    tmp_path: Path, names: tuple[tuple[str, ...], ...]
) -> None:
    desk = Desk(tmp_path)
    for run in names:
        for name in run:
            desk.write(name, KILN)
        desk.ingest()
    assert contexts(desk) == {("Kiln", "Kiln")}
    next(desk.folder.glob("*.txt")).unlink()
    assert len(desk.ingest().removed) == 1
    assert contexts(desk) == {("Kiln", "Kiln")}
    assert list(problems(desk.library.catalog)) == []


def test_a_file_that_gets_the_ending_of_its_kind_gets_its_title(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    plain = desk.write("kiln.txt", KILN)
    desk.ingest()
    assert contexts(desk) == {("", "")}
    plain.rename(desk.folder / "kiln.md")
    desk.ingest()
    assert contexts(desk) == {("Kiln", "Kiln")}


def test_a_file_that_shares_its_chunks_with_a_fuller_one_embeds_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("kiln.md", KILN)
    assert desk.ingest().chunks == 1
    desk.write("kiln.txt", KILN)
    assert desk.ingest().chunks == 0


def test_a_chunk_that_a_new_reading_leaves_as_it_was_gets_its_new_title(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ingest()
    parts = Parts.for_embedder(desk.embedder)
    titled = replace(parts, read=lambda path, source: replace(parts.read(path, source), title="Almanac"))
    for embedded in (3, 0):
        monkeypatch.setattr(sync, "READING", sync.READING + 1)
        assert desk.ingest(parts=titled).chunks == embedded
        assert desk.library.status().chunks == 3
        with desk.library.snapshot() as snapshot:
            found = "SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH 'title:almanac'"
            assert snapshot.connection.exec_driver_sql(found).scalar() == 3
            question = desk.embedder.embed_question("Almanac\nGreen tea is not oxidised.")
            assert snapshot.nearest(question, 1)[0][1] == pytest.approx(1.0, abs=1e-5)
    assert list(problems(desk.library.catalog)) == []
