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

    def getvalue(self) -> bytes:
        return b"abc"


def test_too_many_and_too_large_files_are_refused_in_a_sentence() -> None:
    files: Any = [Upload(f"{n}.txt") for n in range(21)]
    assert adding.too_much(files).startswith("At most 20 files can be added at once, and these are 21.")
    large: Any = [Upload("scan.pdf", 25_000_000)]
    assert adding.too_much(large) == "A file may have 20.0 MB, and scan.pdf has 25.0 MB. Give its folder instead."
    assert adding.too_much(files[:20]) == ""


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "there is nothing" in adding.missing(tmp_path / "none")
    assert adding.missing(tmp_path) == ""


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "..", "", ".", "a\0b.txt", "x" * 400]
)
def test_an_upload_never_leaves_its_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "home", lambda: tmp_path / "library")
    files: Any = [Upload(name)]
    folder = adding.keep(files)
    (kept,) = folder.iterdir()
    assert kept.parent == folder == tmp_path / "library-uploads"
    assert kept.read_bytes() == b"abc"


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
