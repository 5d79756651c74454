from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant
from rag.library.lock import write_lock
from rag.testing import HashEmbedder
from ui import adding
from ui.ingesting import Ingesting


@dataclass
class Upload:
    """What Streamlit hands over."""

    name: str
    size: int = 3
    content: bytes = b"abc"

    def getvalue(self) -> bytes:
        return self.content


def test_too_many_and_too_large_files_are_refused_in_a_sentence() -> None:
    files: Any = [Upload(f"{n}.txt") for n in range(21)]
    assert adding.too_much(files).startswith("At most 20 files can be added at once, and these are 21.")
    large: Any = [Upload("scan.pdf", 25_000_000)]
    assert adding.too_much(large) == "A file may have 20.0 MB, and scan.pdf has 25.0 MB. Give its folder instead."
    assert adding.too_much(files[:20]) == ""


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "there is nothing" in adding.missing(str(tmp_path / "none"))
    assert adding.missing(str(tmp_path)) == ""


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/documents", "/" + "x" * 300])
def test_a_path_that_cannot_be_followed_is_told(folder: str) -> None:
    assert "the path cannot be followed" in adding.missing(folder)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "..",
        "",
        ".",
        "a\0b.txt",
        "x" * 400,
        "報告書" * 99 + ".報告書報告書報告書報告書",
    ],
)
def test_an_upload_never_leaves_its_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "home", lambda: tmp_path / "library")
    files: Any = [Upload(name)]
    folder = adding.keep(files)
    (kept,) = folder.iterdir()
    assert kept.parent == folder == tmp_path / "library-uploads"
    assert kept.read_bytes() == b"abc"


def test_of_files_that_come_with_one_name_each_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "home", lambda: tmp_path / "library")
    names = ["report.txt", "report (2).txt", "Report.txt", "report.txt", "notes", "notes"]
    files: Any = [Upload(name, content=str(number).encode()) for number, name in enumerate(names)]
    kept = {path.name: path.read_bytes() for path in adding.keep(files).iterdir()}
    assert sorted(kept.values()) == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert (kept["report.txt"], kept["report (2).txt"], kept["Report (3).txt"]) == (b"0", b"1", b"2")
    adding.keep([Upload("report.txt", content=b"new")])  # type: ignore[list-item]
    assert (tmp_path / "library-uploads" / "report.txt").read_bytes() == b"new"


def test_an_ingest_reports_and_one_at_a_time_runs(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "mill.txt").write_text("The mill opened in 1921.", encoding="utf-8")
    work = Ingesting(Assistant.open(tmp_path / "library", embedder=HashEmbedder()))
    assert work.start([tmp_path / "documents"])
    work.wait(60)
    assert (work.running, work.problem) == (False, "")
    assert work.report is not None
    assert work.report.added == ("mill.txt",)
    assert (work.done, work.total) == (1, 1)


def test_a_library_that_another_process_writes_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "mill.txt").write_text("The mill opened in 1921.", encoding="utf-8")
    work = Ingesting(Assistant.open(tmp_path / "library", embedder=HashEmbedder()))
    work.start([tmp_path / "documents"])
    work.wait(60)
    with write_lock(tmp_path / "library" / "lock"):
        work.start([tmp_path / "documents"])
        work.wait(60)
    assert work.problem
    assert "Traceback" not in work.problem
    assert work.problem[0].isupper()
