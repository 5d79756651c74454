"""The command where the machine is short of something: room on the disk, rights, a home, a locale."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from small_library import text_of

NAME = "Inés Calloway"
FACT = f"The café of Port Ellery was opened in 1887 by {NAME}.\n"
QUESTION = "Who opened the café of Port Ellery in 1887?"
ROOM = 300_000
"""Bytes: enough for the catalog's tables, and not for the library."""


def rag(*arguments: str | Path, limit: Callable[[], None] | None = None, cwd: Path | None = None, **variables: str):
    """The command in a process of its own, with nothing in its environment but these variables."""
    environment = {"PATH": os.environ["PATH"], "RAG_ANSWERER": "sentences", **variables}
    command = [sys.executable, "-m", "rag", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, cwd=cwd, preexec_fn=limit, check=False)


def assert_one_sentence(ended: subprocess.CompletedProcess[bytes], *words: str) -> None:
    said = ended.stderr.decode()
    assert ended.returncode == 1, said
    assert said.startswith("rag: ")
    assert said.count("\n") == 1, said
    assert all(word in said for word in words), said


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "café.txt").write_text(FACT, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Disk:
    """A small one: a file system in memory where that may be mounted, else a limit on the size of files."""

    place: Path
    mounted: bool

    def limit(self) -> None:
        if not self.mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    def mount(self, options: str) -> None:
        if self.mounted:
            subprocess.run(["mount", "-o", f"remount,{options}", self.place], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", place]
    mounted = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0
    yield Disk(place, mounted)
    if mounted:
        subprocess.run(["umount", place], check=True)


def test_a_disk_that_is_full_is_named_and_with_more_room_the_ingest_carries_on(disk: Disk, notes: Path) -> None:
    library = disk.place / "library"
    for number in range(40):
        (notes / f"{number}.txt").write_text(text_of(f"harbour{number}"), encoding="utf-8")
    assert_one_sentence(rag("ingest", notes, "--library", library, limit=disk.limit), "check the space on the disk")
    disk.mount("size=50m")
    ended = rag("ingest", notes, "--library", library)
    assert ended.returncode == 0, ended.stderr.decode()
    assert NAME in rag("ask", QUESTION, "--library", library).stdout.decode()
    assert b"index up to date" in rag("status", "--library", library).stdout


def test_a_library_that_may_only_be_read_answers_and_says_why_it_takes_nothing_in(disk: Disk, notes: Path) -> None:
    library = disk.place / "library"
    disk.mount("size=50m")
    assert rag("ingest", notes, "--library", library).returncode == 0
    if disk.mounted:
        disk.mount("ro")
    else:
        library.chmod(0o500)
        for path in library.rglob("*"):
            path.chmod(0o500 if path.is_dir() else 0o400)
    ended = rag("ask", QUESTION, "--library", library)
    assert NAME in ended.stdout.decode(), ended.stderr.decode()
    (notes / "new.txt").write_text("A second one was opened in 1901.")
    assert_one_sentence(rag("ingest", notes, "--library", library), "cannot be", "permissions")


def test_nothing_is_written_into_the_home_of_the_user(notes: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert rag("ingest", notes, "--library", tmp_path / "library", HOME=str(home)).returncode == 0
    assert rag("ask", QUESTION, "--library", tmp_path / "library", HOME=str(home)).returncode == 0
    assert list(home.rglob("*")) == []


@pytest.mark.parametrize("home", ["/proc", "/nonexistent/home", None], ids=["read only", "not there", "not set"])
def test_the_home_of_the_user_is_not_needed(home: str | None, notes: Path, tmp_path: Path) -> None:
    variables = {} if home is None else {"HOME": home}
    ended = rag("ingest", notes, "--library", tmp_path / "library", **variables)
    assert ended.returncode == 0, ended.stderr.decode()
    ended = rag("ask", QUESTION, "--library", tmp_path / "library", **variables)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert NAME in ended.stdout.decode()


def test_a_folder_in_which_no_library_can_be_made_is_named(notes: Path) -> None:
    assert_one_sentence(rag("ingest", notes, cwd=Path("/proc")), "the library was to be made in .rag", "--library")


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"LC_ALL": "C"}, NAME),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}, NAME),
        ({"PYTHONIOENCODING": "ascii"}, "In?s Calloway"),
    ],
    ids=["C", "latin-1", "ascii"],
)
def test_a_terminal_without_utf8_gets_what_it_can_show(
    variables: dict[str, str], shown: str, notes: Path, tmp_path: Path
) -> None:
    Path(os.fsdecode(bytes(notes) + b"/na\xefve.txt")).write_text("Not read.")
    encoding = variables.get("PYTHONIOENCODING", "utf-8")
    ended = rag("ingest", notes, "--library", tmp_path / "library", **variables)
    assert ended.returncode == 3, ended.stderr
    assert rb"Skipped: na\xefve.txt: its name is not UTF-8; rename it" in ended.stdout
    ended = rag("ask", QUESTION, "--library", tmp_path / "library", **variables)
    assert shown in ended.stdout.decode(encoding)
    assert "caf" in ended.stdout.decode(encoding).partition("[1] ")[2]


def test_where_names_are_not_read_as_utf8_the_reason_says_so(notes: Path, tmp_path: Path) -> None:
    (notes / "plain.txt").write_text("It is read.")
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = rag("ingest", notes, "--library", tmp_path / "library", **bare)
    assert ended.returncode == 3, ended.stderr
    assert b"names are taken for ascii here; set PYTHONUTF8=1 and run the command again" in ended.stdout
    assert b"1 added" in ended.stdout
