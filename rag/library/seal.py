"""The seal: what the catalog was when the last writer left it, so that damage is seen before an answer is given.

A writer takes the catalog's checksum off before its first change, counts its commits on, and puts a new checksum on
when it is done. A reader compares. So a byte that changed is found, and so are commits that vanished with the log.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from rag.library.files import fsync_folder

FILE = "catalog.seal"
DIGESTED_UP_TO = 200_000_000
"""Bytes of a catalog that are read through when it is opened, 0.1 s; of a larger one only the size is checked."""
BLOCK = 1 << 20

_open: dict[tuple[int, int], int] = {}
"""Descriptors of catalogs, by device and inode."""
_opening = threading.Lock()


@dataclass(frozen=True, slots=True)
class Seal:
    """What is known of the catalog beside it."""

    version: int
    """As many changes were committed, at least."""
    size: int = 0
    """Of the catalog's file; 0 while a writer is at work, or where one died."""
    sha256: str = ""
    """Empty where the file is too large to be read through."""


def read(home: Path) -> Seal | None:
    """The seal; None where there is none, or where it is damaged itself: it is made anew by the next writer."""
    try:
        with (home / FILE).open("rb") as file:
            line = file.read(200).decode("ascii")  # it may be damaged to any length
        words, _, check = line.strip().rpartition(" ")
        version, size, sha256 = words.split(" ")
        return Seal(int(version), int(size), sha256.strip("-")) if check == _check(words) else None
    except (OSError, ValueError):
        return None


def loosen(home: Path, version: int) -> None:
    """Take the checksum off, for certain, before the catalog changes."""
    _write(home, Seal(version), durable=True)


def advance(home: Path, version: int) -> None:
    """Remember that so many changes are committed."""
    _write(home, Seal(version), durable=False)


def fasten(home: Path, catalog: Path, version: int) -> None:
    """Put the checksum on, where nobody reads at this moment: the whole catalog must be in its file."""
    with suppress(OSError, sqlite3.Error):
        with closing(sqlite3.connect(catalog, timeout=0.1)) as connection:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy and not has_log(catalog):
            size = catalog.stat().st_size
            _write(home, Seal(version, size, _sha256(catalog) if size <= DIGESTED_UP_TO else ""), durable=False)


def broken(home: Path, catalog: Path, version: int) -> bool:
    """Whether the catalog's file, at this version, is not as it was left; False where that cannot be said."""
    seal = read(home)
    if seal is None or seal.version != version or not seal.size or has_log(catalog):
        return False
    try:
        whole = catalog.stat().st_size == seal.size and (not seal.sha256 or _sha256(catalog) == seal.sha256)
    except OSError:  # then every row is read, and SQLite says what cannot be
        whole = False
    return not whole and read(home) == seal  # else a writer came meanwhile


def has_log(catalog: Path) -> bool:
    """Whether there are changes that are not in the catalog's file yet."""
    log = catalog.with_name(catalog.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def blocks(catalog: Path) -> Iterator[bytes]:
    """The whole file, read by a descriptor that stays open.

    To close one takes the locks of this whole process off the file: another process then takes itself for SQLite's
    last one, writes its log into a catalog that a thread of ours is reading, and deletes it.
    """
    with _opening:
        descriptor = _descriptor(catalog)
        for start in range(0, os.fstat(descriptor).st_size, BLOCK):
            yield os.pread(descriptor, BLOCK, start)


def _write(home: Path, seal: Seal, durable: bool) -> None:
    """Without it nothing is lost but this check, so a disk that is full must not stop what is to be kept."""
    words = f"{seal.version} {seal.size} {seal.sha256 or '-'}"
    unfinished = home / f"{FILE}.new"
    try:
        with unfinished.open("w", encoding="ascii") as file:
            file.write(f"{words} {_check(words)}\n")
            if durable:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(home / FILE)
        if durable:
            fsync_folder(home)
    except OSError:
        for path in (unfinished, home / FILE):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def _check(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for block in blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _descriptor(path: Path) -> int:
    found = path.stat()
    key = (found.st_dev, found.st_ino)
    if key not in _open:
        for other, descriptor in list(_open.items()):
            if not os.fstat(descriptor).st_nlink:  # deleted, so that nobody has locks on it
                os.close(_open.pop(other))
        _open[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return _open[key]
