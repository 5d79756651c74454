"""Backups: one file that holds the library whole, and is refused where it is not what was written."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from damage import ask, damage, make, place_in_catalog
from test_cli import rag

from rag.assistant import Assistant
from rag.errors import IntegrityError, LibraryLocked, LibraryMismatch, NoLibrary, UserError
from rag.library import backup as backups
from rag.library.backup import DIGITS, backup, restore
from rag.library.catalog import FILE
from rag.library.library import Library
from rag.testing import HashEmbedder

WORDS = "amber birch cedar delta ember fjord grove heath inlet jetty knoll larch marsh oasis pearl quarry reef".split()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "place")


@pytest.fixture(scope="module")
def file(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    target = tmp_path_factory.mktemp("backup") / "library.backup"
    backup(made / "home", target)
    return target


def test_the_top_ten_of_two_hundred_questions_are_the_same_after_a_backup_and_a_restore(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for n in range(150):
        said = [WORDS[(n * step + step) % len(WORDS)] for step in (1, 2, 3, 5, 7)]
        (folder / f"{n}.txt").write_text(
            f"Note{n} is about {' and '.join(said)}. It was written on day{n % 31}.", "utf-8"
        )
    embedder = HashEmbedder(256)
    assistant = Assistant.open(tmp_path / "home", embedder=embedder)
    assistant.ingest(folder)
    before = top_tens(assistant)
    assistant.backup(tmp_path / "library.backup")
    shutil.rmtree(tmp_path / "home")
    embedder.embedded = 0
    restored = Assistant.open(tmp_path / "again", embedder=embedder)
    assert restored.restore(tmp_path / "library.backup").documents == 150
    assert embedder.embedded == 0
    assert restored.status().index == "up to date"
    assert top_tens(restored) == before
    assert restored.ingest(folder).nothing_new


def top_tens(assistant: Assistant) -> list[list[tuple[str, float]]]:
    """Of 200 questions."""
    found = []
    for n in range(200):
        question = f"Which note is about {WORDS[n % 17]} and {WORDS[n * 5 % 17]} on day{n % 31}, is it note{n % 150}?"
        found.append([(passage.chunk.id, passage.score) for passage in assistant.retrieve(question, k=10)])
        assert len(found[-1]) == 10
    return found


@pytest.mark.parametrize("kind", ["empty", "half", "garbage", "one bit", "huge"])
def test_a_file_that_is_no_whole_backup_is_refused_and_makes_nothing(file: Path, tmp_path: Path, kind: str) -> None:
    bad = tmp_path / "bad"
    shutil.copy(file, bad)
    if kind == "huge":
        with bad.open("ab") as stream:
            stream.write(b"more")
    else:
        damage(bad, kind)
    with pytest.raises(UserError, match=r"no whole backup.*use another"):
        restore(tmp_path / "home", bad)
    assert not (tmp_path / "home").exists()


def test_a_bit_flipped_anywhere_in_a_backup_is_found(file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    size = file.stat().st_size
    for at in range(0, size, size // 60):
        shutil.copy(file, bad)
        damage(bad, "one bit", at)
        with pytest.raises(UserError, match="checksum"):
            restore(tmp_path / "home", bad)
    with pytest.raises(UserError, match="No such file"):
        restore(tmp_path / "home", tmp_path / "nothing")


def test_a_library_is_not_overwritten_unless_asked_for(made: Path, file: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)
    library = Library.open(home)
    library.forget("003.txt")
    with pytest.raises(UserError, match=r"there is a library.*--replace"):
        restore(home, file)
    with library.snapshot() as snapshot:
        assert snapshot.counts()[0] == 23
        version = snapshot.version
        restore(home, file, replace=True)
        assert snapshot.counts()[0] == 23  # as it was when the question began
    with library.snapshot() as snapshot:
        assert snapshot.counts()[0] == 24
        assert snapshot.version > version
    library.close()
    assert not (home / "unfinished").exists()


def test_a_damaged_library_gets_no_backup_and_a_backup_mends_it(made: Path, file: Path, tmp_path: Path) -> None:
    home, target = tmp_path / "home", tmp_path / "another.backup"
    shutil.copytree(made / "home", home)
    right = ask(home)
    damage(home / FILE, "one bit", place_in_catalog(home, "in a vector"))
    with pytest.raises(IntegrityError, match="rag doctor"):
        backup(home, target)
    assert not list(tmp_path.glob("another*"))
    for kind in ("one bit", "garbage", "missing"):
        damage(home / FILE, kind)
        restore(home, file, replace=True)
        assert ask(home) == right


def test_a_backup_takes_the_lock_and_overwrites_nothing(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)
    library = Library.open(home)
    theirs = tmp_path / "b.unfinished"
    theirs.write_text("what another backup has written so far", encoding="utf-8")
    with library.writing(), pytest.raises(LibraryLocked):
        backup(home, tmp_path / "b")
    assert theirs.exists()
    backup(home, tmp_path / "b")  # that one was killed
    (tmp_path / "b").unlink()
    assert not list(tmp_path.glob("b*"))
    (tmp_path / "b").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="is there already"):
        backup(home, tmp_path / "b")
    with pytest.raises(UserError, match="disk's space and rights"):
        backup(home, tmp_path / "nowhere/b")
    with pytest.raises(NoLibrary):
        backup(tmp_path / "none", tmp_path / "c")


def test_conversations_are_in_a_backup(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)
    with closing(sqlite3.connect(home / "conversations.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE turns (asked)")
        connection.execute("INSERT INTO turns VALUES ('Who keeps lamp3?')")
    backup(home, tmp_path / "b")
    restore(tmp_path / "again", tmp_path / "b")
    with closing(sqlite3.connect(tmp_path / "again/conversations.sqlite")) as connection:
        assert connection.execute("SELECT asked FROM turns").fetchall() == [("Who keeps lamp3?",)]


def test_conversations_outlive_a_catalog_that_is_lost_and_restored(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)

    def asked(question: str) -> list[tuple[str]]:
        with closing(sqlite3.connect(home / "conversations.sqlite")) as connection, connection:
            connection.execute("CREATE TABLE IF NOT EXISTS turns (asked)")
            connection.execute("INSERT INTO turns VALUES (?)", (question,))
            return connection.execute("SELECT asked FROM turns").fetchall()

    asked("before")
    backup(home, tmp_path / "b")
    asked("since")
    (home / FILE).unlink()
    restore(home, tmp_path / "b")
    assert asked("last") == [("before",), ("since",), ("last",)]
    restore(home, tmp_path / "b", replace=True)
    assert asked("again") == [("before",), ("again",)]


def test_conversations_that_are_damaged_are_named_and_leave_no_half_of_a_backup(made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)
    (home / "conversations.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(IntegrityError, match=r"conversations .* are damaged .* move that file away"):
        backup(home, tmp_path / "b")
    assert not list(tmp_path.glob("b*"))


def forged(target: Path, catalog: bytes, **manifest: object) -> Path:
    """An archive with a checksum that is right, of whatever somebody made up."""
    held = {"format": 1, "schema": "2", "embedder": "hash", "dimensions": 64, "documents": 1, "chunks": 1, **manifest}
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("manifest.json", json.dumps(held))
        archive.writestr(FILE, catalog)
        archive.comment = b"0" * DIGITS
    data = target.read_bytes()[:-DIGITS]
    target.write_bytes(data + backups._digest(target).encode())
    return target


def test_a_forged_backup_brings_in_no_tables_or_triggers_of_its_own(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "home", tmp_path / "home")
    with closing(sqlite3.connect(tmp_path / "home" / FILE)) as connection, connection:
        connection.execute("CREATE TRIGGER evil AFTER INSERT ON chunks BEGIN DELETE FROM documents; END")
    catalog = (tmp_path / "home" / FILE).read_bytes()
    with pytest.raises(UserError, match="its tables are not those that Footnote makes"):
        restore(tmp_path / "again", forged(tmp_path / "b", catalog))
    with pytest.raises(LibraryMismatch, match="schema 99"):
        restore(tmp_path / "again", forged(tmp_path / "c", catalog, schema="99"))
    with pytest.raises(UserError, match="damaged library"):
        restore(tmp_path / "again", forged(tmp_path / "d", b"no database" * 500))
    with pytest.raises(UserError, match="no whole backup"):
        restore(tmp_path / "again", forged(tmp_path / "e", catalog, surprise=1))
    assert not (tmp_path / "again" / FILE).exists()


def test_the_commands_say_what_they_wrote_and_restored(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "home", tmp_path / "home")
    done = rag("backup", tmp_path / "b", home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, f"24 documents, 24 chunks, written to {tmp_path / 'b'}\n")
    done = rag("restore", tmp_path / "b", "--json", home=tmp_path / "again")
    assert json.loads(done.stdout)["documents"] == 24
    done = rag("restore", tmp_path / "b", home=tmp_path / "again")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--replace" in done.stderr
