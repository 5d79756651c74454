"""The seal: what a catalog was when the last writer left it."""

from __future__ import annotations

import errno
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import IntegrityError, NoLibrary
from rag.library import salvage, seal
from rag.library.catalog import FILE, Catalog, next_version, number
from rag.library.library import Library
from rag.library.seal import Seal


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.create(tmp_path / "home", "hash", 64)


def change(library: Library) -> None:
    with library.catalog.writing() as connection:
        next_version(connection)


def test_a_writer_takes_the_checksum_off_counts_its_commits_and_puts_a_new_one_on(library: Library) -> None:
    with library.writing():
        assert seal.read(library.home) == Seal(0)
        change(library)
        assert seal.read(library.home) == Seal(1)
        change(library)
    left = seal.read(library.home)
    assert left is not None
    assert (left.version, left.size) == (2, (library.home / FILE).stat().st_size)
    assert not seal.broken(library.home, library.catalog.path, 2)


def test_what_went_wrong_while_writing_is_what_is_told(library: Library) -> None:
    with pytest.raises(ZeroDivisionError), library.writing():
        raise ZeroDivisionError
    assert not seal.broken(library.home, library.catalog.path, 0)


def test_nothing_is_said_of_a_catalog_that_somebody_writes_to(library: Library) -> None:
    with library.writing():
        change(library)
    with Library.open(library.home).snapshot(), library.writing():  # the log cannot be emptied meanwhile
        change(library)
        assert seal.has_log(library.catalog.path)
        assert not seal.broken(library.home, library.catalog.path, 2)
    Library.open(library.home)


CHANGE = """
import sys
from pathlib import Path
from rag.library.catalog import next_version
from rag.library.library import Library

library = Library.open(Path(sys.argv[1]))
with library.catalog.writing() as connection:
    next_version(connection)
"""


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(lambda library: seal.broken(library.home, library.catalog.path, 1), id="the seal"),
        pytest.param(lambda library: salvage._keep(library.catalog.path), id="the copy of a damaged one"),
    ],
)
def test_a_look_at_the_catalogs_bytes_takes_no_lock_off_who_reads_it(
    library: Library, look: Callable[[Library], bool | None]
) -> None:
    with library.writing():
        change(library)
    with library.catalog.reading() as connection:
        assert number(connection, "version") == 1
        assert not look(library)
        subprocess.run([sys.executable, "-c", CHANGE, str(library.home)], check=True)
        assert seal.has_log(library.catalog.path)  # else it was written into the catalog that is read here
    assert library.catalog.version() == 2


def test_a_catalog_whose_bytes_cannot_be_read_is_looked_at_row_by_row(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library.writing():
        change(library)

    def failing(path: Path) -> str:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(seal, "_sha256", failing)
    assert seal.broken(library.home, library.catalog.path, 1)
    Library.open(library.home)


def test_of_a_large_catalog_only_the_size_is_compared(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seal, "DIGESTED_UP_TO", 1000)
    with library.writing():
        change(library)
    assert (seal.read(library.home) or Seal(0)).sha256 == ""
    assert not seal.broken(library.home, library.catalog.path, 1)
    with library.catalog.path.open("ab") as file:
        file.write(b"more")
    assert seal.broken(library.home, library.catalog.path, 1)
    with pytest.raises(IntegrityError, match=r"bytes, and should have.*rag doctor"):
        Library.open(library.home)


@pytest.mark.parametrize("line", [b"", b"3", b"9 0 - 0123456789abcdef", b"\xff" * 5000, b"x y z w"])
def test_a_seal_that_is_damaged_is_none(library: Library, line: bytes) -> None:
    (library.home / seal.FILE).write_bytes(line)
    assert seal.read(library.home) is None
    Library.open(library.home)


def test_a_catalog_that_is_gone_is_no_library_that_never_was(library: Library) -> None:
    with library.writing():
        change(library)
    library.catalog.path.unlink()
    for call in (lambda: Library.open(library.home), lambda: Library.create(library.home, "hash", 64)):
        with pytest.raises(IntegrityError, match=r"is gone; `rag restore BACKUP`"):
            call()
    (library.home / seal.FILE).unlink()
    with pytest.raises(NoLibrary):
        Library.open(library.home)


def test_the_log_of_a_catalog_that_is_gone_is_not_taken_for_the_new_ones(library: Library, tmp_path: Path) -> None:
    with library.snapshot(), Library.open(library.home).snapshot():
        change(library)
        shutil.copy(library.home / f"{FILE}-wal", tmp_path / "log")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / "log", other / f"{FILE}-wal")
    assert Catalog.create(other, "hash", 64).version() == 0
