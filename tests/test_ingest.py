"""Ingest: by content, each document whole, and whatever cannot be read is listed while the rest go on."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.errors import LibraryLocked, ProviderError, Unreadable, UserError
from rag.ingest import sync
from rag.ingest.ingest import Progress, ingest
from rag.ingest.parts import Parts
from rag.library.checks import problems
from rag.library.library import Library
from rag.testing import HashEmbedder
from rag.types import Document, IngestReport

if TYPE_CHECKING:
    from rag.types import Vectors


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


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write("bees.txt", "Bees dance to tell the others where the flowers are.")
    desk.write("rivers.txt", "The Rhine rises in the Alps.")
    desk.write("deep/er/tea.txt", "Green tea is not oxidised.")
    return desk


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


def test_what_vanished_is_removed_from_its_own_root_alone(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "stars.txt").write_text("The sun is a star.", encoding="utf-8")
    desk.ingest(desk.folder, other)
    (desk.folder / "bees.txt").unlink()
    (other / "stars.txt").rename(other / "suns.txt")
    assert desk.ingest().removed == ("bees.txt",)
    assert desk.sources() == ["deep/er/tea.txt", "rivers.txt", "stars.txt"]


def test_a_part_of_a_root_is_brought_up_to_date_alone(desk: Desk) -> None:
    desk.ingest()
    (desk.folder / "bees.txt").unlink()
    desk.write("deep/coffee.txt", "Coffee is roasted.")
    report = desk.ingest(desk.folder / "deep")
    assert (report.added, report.removed) == (("deep/coffee.txt",), ())
    assert "bees.txt" in desk.sources()


def test_a_root_that_became_empty_is_not_wiped(desk: Desk) -> None:
    desk.ingest()
    for path in list(desk.folder.rglob("*.txt")):
        path.unlink()
    report = desk.ingest()
    assert report.removed == ()
    assert "3 documents are kept" in report.notes[0]
    assert len(desk.sources()) == 3


def test_a_root_that_is_gone_is_not_wiped(desk: Desk, tmp_path: Path) -> None:
    desk.ingest()
    desk.folder.rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="its 3 documents are kept"):
        desk.ingest()
    assert len(desk.sources()) == 3


@pytest.mark.parametrize(("name", "kept"), [("deep", "its document is kept"), ("bees.txt", "its document is kept")])
def test_a_part_of_a_root_that_is_gone_is_told_from_a_wrong_path(desk: Desk, name: str, kept: str) -> None:
    desk.ingest()
    (desk.folder / name).rename(desk.folder / ".away")
    with pytest.raises(UserError, match=f"{kept}.*`rag ingest {desk.folder}` removes what is gone"):
        desk.ingest(desk.folder / name)
    with pytest.raises(UserError, match="there is no such file or folder"):
        desk.ingest(desk.folder / "be")
    assert len(desk.sources()) == 3


def test_single_files_go_in_without_their_neighbours(desk: Desk) -> None:
    assert desk.ingest(desk.folder / "bees.txt", desk.folder / "rivers.txt").added == ("bees.txt", "rivers.txt")
    assert desk.ingest(desk.folder / "bees.txt").removed == ()
    report = desk.ingest()
    assert (report.added, report.unchanged) == (("deep/er/tea.txt",), ("bees.txt", "rivers.txt"))


def test_two_roots_with_the_same_path_give_the_later_its_name(desk: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "bees.txt").write_text("Bees sting.", encoding="utf-8")
    desk.ingest()
    assert desk.ingest(other).added == ("other/bees.txt",)
    assert desk.text("bees.txt").startswith("Bees dance")
    assert desk.ingest(other).unchanged == ("other/bees.txt",)


def test_a_folder_takes_over_the_roots_inside_it(desk: Desk) -> None:
    desk.ingest(desk.folder / "deep")
    assert desk.sources() == ["er/tea.txt"]
    report = desk.ingest()
    assert report.renamed == (("er/tea.txt", "deep/er/tea.txt"),)
    assert desk.sources() == ["bees.txt", "deep/er/tea.txt", "rivers.txt"]
    assert [root.path for root in desk.library.status().roots] == [str(desk.folder)]


def test_a_folder_and_what_is_in_it_named_in_one_run_are_one_root(desk: Desk) -> None:
    paths = (desk.folder / "deep" / "er", desk.folder, desk.folder / "bees.txt", desk.folder)
    report = desk.ingest(*paths)
    assert report.added == ("bees.txt", "deep/er/tea.txt", "rivers.txt")
    assert (report.unchanged, report.renamed) == ((), ())
    assert [root.path for root in desk.library.status().roots] == [str(desk.folder)]
    assert desk.ingest(desk.folder).unchanged == desk.ingest(*paths).unchanged == report.added


def test_a_root_and_the_folder_around_it_named_in_one_run_are_one_root(desk: Desk) -> None:
    desk.ingest(desk.folder / "deep")
    report = desk.ingest(desk.folder / "deep", desk.folder)
    assert report.renamed == (("er/tea.txt", "deep/er/tea.txt"),)
    assert [root.path for root in desk.library.status().roots] == [str(desk.folder)]
    assert desk.ingest().unchanged == ("bees.txt", "deep/er/tea.txt", "rivers.txt")


def test_a_hidden_folder_named_beside_the_one_around_it_is_read(desk: Desk) -> None:
    desk.write(".drafts/ants.txt", "Ants farm fungi.")
    assert ".drafts/ants.txt" in desk.ingest(desk.folder, desk.folder / ".drafts").added


@pytest.mark.parametrize("name", ["", "nothing/here"])
def test_nothing_to_read_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path)
    with pytest.raises(UserError, match="there are none" if not name else "no such file or folder"):
        desk.ingest(desk.folder / name)


def test_the_library_itself_is_refused(desk: Desk) -> None:
    with pytest.raises(UserError, match="the library itself"):
        desk.ingest(desk.library.home)


def test_hidden_files_and_the_libraries_of_programs_are_passed_over(desk: Desk) -> None:
    for name in (".hidden.txt", ".git/a.txt", "node_modules/a.txt", "env/a.txt", "__pycache__/a.txt"):
        desk.write(name, "Not a document.")
    desk.write("env/pyvenv.cfg", "home = /usr/bin")
    home = desk.folder / "library"
    inner = Library.create(home, "hash", 64)
    report = ingest(inner, [desk.folder], desk.embedder)
    assert report.added == ("bees.txt", "deep/er/tea.txt", "rivers.txt")
    assert report.skipped == ()
    assert report.notes == ("2 hidden files and folders were passed over: .git, .hidden.txt",)
    assert ingest(inner, [desk.folder], desk.embedder).nothing_new


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


def test_what_is_no_file_is_listed_and_never_opened(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("Outside.", encoding="utf-8")
    (desk.folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (desk.folder / "in.txt").symlink_to(desk.folder / "bees.txt")
    (desk.folder / "loop").symlink_to(desk.folder / "loop")
    (desk.folder / "up").symlink_to(desk.folder)
    os.mkfifo(desk.folder / "pipe.txt")
    monkeypatch.chdir(desk.folder)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        report = desk.ingest()
    reasons = {entry.source: entry.reason for entry in report.skipped}
    assert len(report.added) == 3
    assert "out of the folder" in reasons["out.txt"]
    assert "in its own place" in reasons["in.txt"]
    assert "circle" in reasons["loop"]
    assert "in its own place" in reasons["up"]
    assert reasons["pipe.txt"].startswith("a pipe")
    assert reasons["socket.txt"].startswith("a socket")
    assert desk.skipped() == reasons


def test_a_name_that_is_not_utf_8_is_listed(desk: Desk) -> None:
    name = os.fsencode(desk.folder) + b"/caf\xe9.txt"
    with open(name, "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"Coffee.")
    (skipped,) = desk.ingest().skipped
    assert (skipped.source, skipped.reason) == (r"caf\xe9.txt", "its name is not UTF-8; rename it")


def reading_all_but(bad: str, error: Exception, embedder: HashEmbedder) -> Parts:
    parts = Parts.for_embedder(embedder)

    def read(path: Path, source: str) -> Document:
        if path.name == bad:
            raise error
        return parts.read(path, source)

    return replace(parts, read=read)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unreadable("no text layer; OCR is not done"), "no text layer; OCR is not done"),
        (RecursionError("too deep"), "reading it failed (RecursionError: too deep)"),
    ],
)
def test_a_bad_file_is_listed_and_the_rest_go_on(desk: Desk, error: Exception, reason: str) -> None:
    report = desk.ingest(parts=reading_all_but("bees.txt", error, desk.embedder))
    assert report.added == ("deep/er/tea.txt", "rivers.txt")
    assert [(entry.source, entry.reason) for entry in report.skipped] == [("bees.txt", reason)]
    assert desk.best("The Rhine rises in the Alps") == "rivers.txt"
    assert desk.ingest().added == ("bees.txt",)
    assert desk.skipped() == {}


def test_a_file_that_cannot_be_read_any_more_keeps_its_last_version(desk: Desk) -> None:
    desk.ingest()
    desk.write("bees.txt", "Half a fi")
    report = desk.ingest(parts=reading_all_but("bees.txt", Unreadable("it is cut off"), desk.embedder))
    assert report.skipped[0].reason == "it is cut off; the version that was read before is kept"
    assert report.removed == report.updated == ()
    assert desk.text("bees.txt").startswith("Bees dance")


def test_a_folder_that_cannot_be_listed_keeps_its_documents(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.ingest()
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if Path(path).name == "er":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    report = desk.ingest()
    assert report.removed == ()
    assert [(e.source, e.reason) for e in report.skipped] == [
        ("deep/er", "the folder cannot be listed (Permission denied)")
    ]
    assert "deep/er/tea.txt" in desk.sources()


def test_a_file_that_vanishes_while_the_folder_is_read_is_listed(desk: Desk) -> None:
    parts = Parts.for_embedder(desk.embedder)

    def read(path: Path, source: str) -> Document:
        (desk.folder / "rivers.txt").unlink(missing_ok=True)
        return parts.read(path, source)

    report = desk.ingest(parts=replace(parts, read=read))
    assert [entry.source for entry in report.skipped] == ["rivers.txt"]
    assert "vanished" in report.skipped[0].reason


def test_a_text_that_is_not_unicode_is_listed(desk: Desk) -> None:
    parts = Parts.for_embedder(desk.embedder)
    halves = replace(parts, read=lambda path, source: replace(parts.read(path, source), text="\ud800"))
    report = desk.ingest(parts=halves)
    assert len(report.skipped) == 3
    assert "surrogate" in report.skipped[0].reason


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


class Failing(HashEmbedder):
    """Embeds one batch, then raises."""

    error: BaseException = ProviderError("the server is down")

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self.embedded:
            raise self.error
        return super().embed_documents(texts)


@pytest.mark.parametrize("error", [ProviderError("the server is down"), KeyboardInterrupt()])
def test_what_was_committed_before_a_failure_stays_and_the_next_run_carries_on(
    desk: Desk, error: BaseException
) -> None:
    for i in range(400):
        desk.write(f"many/{i:03}.txt", f"This is document {i}.")
    failing = Failing()
    failing.error = error
    with pytest.raises(type(error)):
        ingest(desk.library, [desk.folder], failing)
    assert len(desk.sources()) == 128
    assert desk.best("Bees dance to tell the others where the flowers are") == "bees.txt"
    report = desk.ingest()
    assert (len(report.added), report.chunks, len(report.unchanged)) == (275, 275, 128)
    assert desk.library.status().index == "up to date"


def test_vectors_that_are_no_numbers_never_enter(desk: Desk) -> None:
    class Broken(HashEmbedder):
        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            vectors = super().embed_documents(texts)
            vectors[0, 0] = float("nan")
            return vectors

    with pytest.raises(ProviderError, match="not finite"):
        ingest(desk.library, [desk.folder], Broken())
    assert desk.sources() == []


def test_a_second_ingest_is_refused_while_one_is_running(desk: Desk) -> None:
    with desk.library.writing(), pytest.raises(LibraryLocked, match=f"process {os.getpid()}"):
        desk.ingest()


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
