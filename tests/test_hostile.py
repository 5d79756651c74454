"""A folder of broken, odd and harmful files: each is read or listed, none hangs, and a good neighbour still answers."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hostile import KINDS, NO_FILES, SLOW, make
from hostile_packed import bombs, pdf_bombs
from hostile_parts import CANARY, HIDDEN
from hostile_texts import long_lines

from rag import Assistant, IngestReport, Settings
from rag.errors import Unreadable
from rag.ingest.read import read, sandbox
from rag.ingest.read.worker import SECONDS
from rag.ingest.walk import printable
from rag.testing import HashEmbedder

QUICK = tuple(kind for kind in KINDS if kind.__name__ not in SLOW)
NEIGHBOUR = "The harbour of Port Ellery was dredged in 1887 by Ines Calloway. It took her crew two summers.\n"
QUESTION = "Who dredged the harbour of Port Ellery in 1887?"


class Town:
    """A folder of hostile files with one good file among them, what lies around it, and its library."""

    def __init__(self, place: Path, kinds: tuple[Callable[[], Iterator[tuple[str, bytes]]], ...]) -> None:
        self.place = place
        self.folder = place / "documents"
        place.mkdir(exist_ok=True)
        self.made = make(self.folder, place / "canary.txt", kinds)
        (self.folder / "harbour.txt").write_text(NEIGHBOUR)
        self.before = self.around()
        settings = Settings(answerer="sentences")
        self.assistant = Assistant.open(place / "home", settings=settings, embedder=HashEmbedder())
        started = time.monotonic()
        self.report: IngestReport = self.assistant.ingest(self.folder)
        self.seconds = time.monotonic() - started

    def around(self) -> dict[bytes, tuple[int, int]]:
        """Every path outside the library, with its size and time."""
        found = {}
        for folder, folders, files in os.walk(bytes(self.place)):
            folders[:] = [name for name in folders if os.path.join(folder, name) != bytes(self.place / "home")]  # noqa: PTH118
            for name in files + folders:
                path = os.path.join(folder, name)  # noqa: PTH118 - in bytes, which a Path does not hold
                status = os.lstat(path)
                found[path] = (status.st_size, status.st_mtime_ns)
        return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    yield Town(tmp_path_factory.mktemp("town"), QUICK)
    sandbox.close()


def test_there_are_many_files_of_many_kinds(town: Town) -> None:
    assert len(town.made) >= 200
    assert len(QUICK) + len(NO_FILES) >= 30
    assert len(KINDS) + len(NO_FILES) >= 35


def test_each_file_is_read_or_listed_with_its_reason(town: Town) -> None:
    assert_each_read_or_listed(town)


def assert_each_read_or_listed(town: Town) -> None:
    skipped = {entry.source: entry.reason for entry in town.report.skipped}
    named = {printable(os.fsdecode(path)) for path in town.made}
    assert named - set(town.report.added) - set(skipped) == set()
    assert not set(town.report.added) & set(skipped)
    assert all(reason.strip() for reason in skipped.values())
    assert {entry.source for entry in town.assistant.status().skipped} == set(skipped)


def test_no_reason_is_an_error_of_ours(town: Town) -> None:
    ours = ("reading it failed", "cannot be loaded", "took longer")
    assert [entry for entry in town.report.skipped if any(words in entry.reason for words in ours)] == []


def test_a_good_neighbour_still_answers(town: Town) -> None:
    answer = town.assistant.ask(QUESTION)
    assert "Ines Calloway" in str(answer)
    assert answer.citations[0].source == "harbour.txt"


def test_nothing_is_written_outside_the_library(town: Town) -> None:
    assert town.around() == town.before
    assert not Path("/tmp/footnote-escaped.txt").exists()
    assert not list(Path(tempfile.gettempdir()).glob("*escaped.txt"))


def test_nothing_from_outside_the_folder_and_nothing_hidden_comes_in(town: Town) -> None:
    for info in town.assistant.documents():
        text = town.assistant.document(info.source).text
        assert CANARY not in text, info.source
        assert HIDDEN not in text, info.source


def test_every_document_resolves_and_can_be_written_as_utf8(town: Town) -> None:
    for info in town.assistant.documents():
        document = town.assistant.document(info.source)
        document.text.encode()
        assert all(0 <= s.start <= s.end <= len(document.text) for s in document.sections), info.source


def test_ingesting_the_folder_again_changes_nothing(town: Town) -> None:
    again = town.assistant.ingest(town.folder)
    assert (again.added, again.updated, again.removed, again.chunks) == ((), (), (), 0)
    assert again.skipped == town.report.skipped


def test_what_is_known_to_be_harmful_is_refused_and_what_is_only_odd_is_read(town: Town) -> None:
    skipped = {entry.source.partition("/")[0] for entry in town.report.skipped}
    added = {source.partition("/")[0] for source in town.report.added}
    assert {"empty", "blank", "noise", "encrypted", "other_formats", "odd"} <= skipped
    assert not {"empty", "blank", "encrypted", "odd"} & added
    assert {"hidden_text", "zero_width", "bidirectional", "homoglyphs", "odd_names", "duplicates"} <= added - skipped


# ---------------------------------------------------------------- files that cost seconds, one by one


@pytest.mark.parametrize("name", ["honest.docx", "boasting.xlsx", "lying.xlsx", "honest.epub", "boasting.pptx"])
def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(dict(bombs())[name])
    with pytest.raises(Unreadable, match=r"unpacks to|damaged"):
        read(tmp_path / name, name)


def test_a_text_without_a_space_is_read_whole(tmp_path: Path) -> None:
    name, content = next(long_lines())
    (tmp_path / name).write_bytes(content)
    assert len(read(tmp_path / name, name).text) == len(content)


@pytest.mark.long
def test_every_kind_goes_in_and_no_file_takes_longer_than_its_limit(tmp_path: Path) -> None:
    slow = tuple(kind for kind in KINDS if kind.__name__ in SLOW)
    assert {kind.__name__ for kind in slow} == {bombs.__name__, long_lines.__name__, pdf_bombs.__name__}
    made = make(tmp_path / "documents", tmp_path / "canary.txt", slow)
    for path in (tmp_path / "documents" / os.fsdecode(name) for name in made):
        started = time.monotonic()
        with contextlib.suppress(Unreadable):
            read(path, path.name)
        assert time.monotonic() - started < SECONDS + 30, path.name
    town = Town(tmp_path / "town", slow)
    assert_each_read_or_listed(town)
    assert "Ines Calloway" in str(town.assistant.ask(QUESTION))
    assert town.around() == town.before
    print(f"{len(made)} files, {len(town.report.added) - 1} read, {len(town.report.skipped)} listed")


# ---------------------------------------------------------------- files that move, and that are not ours to read


def test_a_file_that_vanishes_or_grows_while_the_folder_is_read_is_read_or_listed(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for n in range(40):
        (folder / f"a-{n:02}.txt").write_text(f"Note {n} is about the weather of the day. " * 20)
    growing, vanishing = folder / "b-grows.txt", [folder / f"c-{n:02}.txt" for n in range(20)]
    growing.write_text("It grows. ")
    for path in vanishing:
        path.write_text("It will be gone.")
    (folder / "harbour.txt").write_text(NEIGHBOUR)
    done = threading.Event()

    def change() -> None:
        while not done.is_set():
            with growing.open("a") as file:
                file.write("And grows. " * 50)
            if vanishing:
                vanishing.pop().unlink()

    assistant = Assistant.open(tmp_path / "home", settings=Settings(answerer="sentences"), embedder=HashEmbedder())
    changing = threading.Thread(target=change)
    changing.start()
    try:
        report = assistant.ingest(folder)
    finally:
        done.set()
        changing.join()
    assert {f"a-{n:02}.txt" for n in range(40)} < set(report.added)
    assert "b-grows.txt" in {*report.added, *(entry.source for entry in report.skipped)}
    assert "Ines Calloway" in str(assistant.ask(QUESTION))


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from rag import Assistant, Settings
from rag.testing import HashEmbedder

def ingested(folder, home):
    assistant = Assistant.open(home, settings=Settings(answerer="sentences"), embedder=HashEmbedder())
    report = assistant.ingest(folder)
    return report, assistant.ask("Who dredged the harbour of Port Ellery in 1887?")

place = Path(sys.argv[1])
ingested(place / "first", place / "first-home")  # loads what is loaded late, while it may be read
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
report, answer = ingested(place / "documents", place / "home")
for entry in report.skipped:
    print(entry.source, "|", entry.reason)
print(answer)
"""


def test_what_may_not_be_read_is_listed_and_the_rest_is_read() -> None:
    place = Path(tempfile.mkdtemp())  # not in pytest's own folder, which is closed to other users
    try:
        documents = place / "documents"
        (documents / "closed").mkdir(parents=True)
        (place / "first").mkdir()
        (place / "first" / "harbour.txt").write_text(NEIGHBOUR)
        (documents / "closed" / "within.txt").write_text("No one sees this.")
        (documents / "harbour.txt").write_text(NEIGHBOUR)
        (documents / "secret.txt").write_text("No one reads this.")
        (documents / "secret.pdf").write_bytes(b"%PDF-1.4")
        (place / "home").mkdir()
        for path in (place, documents):
            path.chmod(0o755)
        (place / "home").chmod(0o777)
        for path in (documents / "secret.txt", documents / "secret.pdf", documents / "closed"):
            path.chmod(0o000)
        command = [sys.executable, "-c", UNPRIVILEGED, str(place)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        (documents / "closed").chmod(0o755)
        shutil.rmtree(place)
    assert ended.returncode == 0, ended.stderr
    assert "secret.txt | it cannot be opened (Permission denied)" in ended.stdout
    assert "secret.pdf | it cannot be opened (Permission denied)" in ended.stdout
    assert "closed | the folder cannot be listed (Permission denied)" in ended.stdout
    assert "Ines Calloway" in ended.stdout
