"""What cannot be read is listed with the reason, and the rest go on."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import Unreadable
from rag.ingest.parts import Parts
from rag.testing import HashEmbedder
from rag.types import Document
from tests.desk import Desk


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
