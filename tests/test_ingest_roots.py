"""The folders that a library follows: which files are theirs, and what their documents are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UserError
from rag.ingest.ingest import ingest
from rag.library.library import Library
from tests.desk import Desk


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


def test_names_given_in_one_run_are_not_given_twice(desk: Desk, tmp_path: Path) -> None:
    desk.ingest()
    other = tmp_path / "other"
    (other / "other").mkdir(parents=True)
    for path in (other / "bees.txt", other / "other" / "bees.txt"):
        path.write_text(f"Another text on bees, in {path.parent.name} {len(path.parts)}.", encoding="utf-8")
    report = desk.ingest(other)
    assert report.added == ("other/bees.txt", "other/other/bees.txt")
    assert desk.ingest(other).nothing_new


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
