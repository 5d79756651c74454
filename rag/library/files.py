"""A generation's files: recorded when it is published, checked before it is opened, held while it is read."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

DATABASE = "chroma.sqlite3"
IN_USE = "in-use"
"""The file on which each reader of a generation holds a shared lock."""
GROWTH = 10_000_000
"""Bytes by which Chroma's database may grow, for every opening writes a line."""
DIGESTED_UP_TO = 200_000_000
"""Bytes of a generation that are read through before it is opened, 0.1 s; of larger ones only the sizes are checked."""


class Damaged(Exception):
    """The generation is not as it was published."""


def record(folder: Path) -> str:
    """What `check` compares with, after everything is on the disk."""
    files: dict[str, tuple[int, str]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
        size = path.stat().st_size
        files[path.relative_to(folder).as_posix()] = (size, _digest(path, size))
    for directory in [*(p for p in folder.rglob("*") if p.is_dir()), folder, folder.parent]:
        fsync_folder(directory)
    return json.dumps(files)


def check(folder: Path, files: str, all_through: bool = False) -> None:
    """Raises `Damaged` where a file is missing or is not as recorded; sizes first, for they may be absurd.

    `all_through`: however large they are.
    """
    try:
        _compare(folder, json.loads(files), all_through)
    except OSError as error:
        raise Damaged(f"{folder} cannot be read ({error})") from error


def _compare(folder: Path, recorded: dict[str, tuple[int, str]], all_through: bool) -> None:
    for name, (size, _) in recorded.items():
        path = folder / name
        grown = GROWTH if path.name == DATABASE else 0
        if not path.is_file() or not size <= path.stat().st_size <= size + grown:
            raise Damaged(f"{path} is missing, or is not {size} bytes long")
    if sum(size for size, _ in recorded.values()) > DIGESTED_UP_TO and not all_through:
        return
    for name, (size, digest) in recorded.items():
        if _digest(folder / name, size) != digest:
            raise Damaged(f"{folder / name} is not as it was written")


def pack(folder: Path) -> None:
    """Leave no free page in Chroma's database, so that its openings add to it and change nothing else."""
    with closing(_aside(folder / DATABASE)) as connection:
        connection.execute("VACUUM")


def _digest(path: Path, size: int) -> str:
    """Of a file's first `size` bytes; in Chroma's database without what each opening changes."""
    page, counters, diary = _changing(path) if path.name == DATABASE else (1 << 20, (), None)
    state = hashlib.sha256()
    with path.open("rb") as file:
        for number in range(-(-size // page)):
            block = bytearray(file.read(page))
            for place in counters if number == 0 else ():
                block[place] = 0
            if number != diary:
                state.update(block)
    return state.hexdigest()


def _changing(path: Path) -> tuple[int, tuple[int, ...], int]:
    """Of Chroma's database: a page's size, the counters in the first, the page of the table that notes each opening."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True)) as connection:
            (page,) = connection.execute("PRAGMA page_size").fetchone()
            (root,) = connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE name = 'acquire_write'"
            ).fetchone() or (0,)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Damaged(f"{path} cannot be read, SQLite says: {error}") from error
    return page, (*range(24, 32), *range(92, 100)), root - 1


def copy(source: Path, target: Path) -> None:
    """A generation of one's own, to change; `source` has passed `check`."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(IN_USE, f"{DATABASE}*", "opening-*"))
    # A reader that opens Chroma writes to its database: a copy of the bytes might be torn.
    original = sqlite3.connect(source / DATABASE, timeout=30)
    with closing(original) as before, closing(_aside(target / DATABASE)) as after:
        before.backup(after)


def _aside(path: Path) -> sqlite3.Connection:
    """To a database that nobody reads yet: what goes wrong is thrown away, and what is done is synced by `record`."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    return connection


def sweep(folder: Path) -> bool:
    """Delete a generation unless somebody has it open; whether it is gone."""
    try:
        descriptor = hold(folder, fcntl.LOCK_EX)
    except BlockingIOError:
        return False
    except Damaged:  # unfinished: nobody can have opened it
        shutil.rmtree(folder, ignore_errors=True)
        return True
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
    return True


def hold(folder: Path, kind: int = fcntl.LOCK_SH) -> int:
    """A lock on the generation until the returned descriptor is closed; `Damaged` where it was never finished."""
    try:
        descriptor = os.open(folder / IN_USE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise Damaged(f"{folder} is missing or unfinished") from error
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def fsync_folder(folder: Path) -> None:
    """Make the names in the folder last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
