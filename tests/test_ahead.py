import threading
from pathlib import Path

import pytest

from rag.errors import Unreadable
from rag.ingest import ahead as module
from rag.ingest.ahead import WORKERS, ReadAhead
from rag.types import Document

PATHS = [Path(f"{n:02}.txt") for n in range(30)]


def document(path: Path, source: str) -> Document:
    return Document(source=source, text=path.name, sha256=path.name, media_type="text/plain")


def test_each_path_gives_its_own_document_under_the_name_asked_for():
    with ReadAhead(document, PATHS) as ahead:
        found = [ahead.read(path, f"a/{path}") for path in PATHS]
    assert [(d.source, d.text) for d in found] == [(f"a/{path}", path.name) for path in PATHS]


def test_as_many_are_read_at_a_time_as_there_are_workers(monkeypatch):
    monkeypatch.setattr(module, "WORKERS", 3)
    together = threading.Barrier(3)

    def read(path: Path, source: str) -> Document:
        together.wait(timeout=20)
        return document(path, source)

    paths = PATHS[:6]
    with ReadAhead(read, paths) as ahead:
        assert [ahead.read(path, "").text for path in paths] == [path.name for path in paths]


def test_what_reading_raised_is_raised_where_it_is_asked_for():
    def read(path: Path, source: str) -> Document:
        if path == PATHS[3]:
            raise Unreadable("it is locked")
        return document(path, source)

    with ReadAhead(read, PATHS) as ahead:
        for path in PATHS[:3]:
            ahead.read(path, "")
        with pytest.raises(Unreadable, match="it is locked"):
            ahead.read(PATHS[3], "")
        assert ahead.read(PATHS[4], "").text == "04.txt"


def test_paths_that_are_passed_over_or_come_as_a_surprise_hold_nothing_up():
    with ReadAhead(document, PATHS) as ahead:
        for path in [PATHS[0], PATHS[7], Path("other.txt"), PATHS[28], PATHS[29]]:
            assert ahead.read(path, "s").text == path.name


def test_no_more_is_read_than_a_few_ahead():
    begun: list[Path] = []

    def read(path: Path, source: str) -> Document:
        begun.append(path)
        return document(path, source)

    with ReadAhead(read, PATHS) as ahead:
        ahead.read(PATHS[0], "")
    assert len(begun) <= 2 * WORKERS + 1


def test_its_threads_end_with_it():
    before = threading.active_count()
    with ReadAhead(document, PATHS) as ahead:
        ahead.read(PATHS[0], "")
    for thread in threading.enumerate():
        if thread.name.startswith("reading ahead"):
            thread.join(10)
    assert threading.active_count() <= before


def test_nothing_or_one_path_needs_no_thread():
    before = threading.active_count()
    with ReadAhead(document, []) as none, ReadAhead(document, PATHS[:1]) as one:
        assert threading.active_count() == before
        assert (none.read(PATHS[0], "").text, one.read(PATHS[0], "").text) == ("00.txt", "00.txt")
