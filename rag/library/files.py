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

DATABASE = "chroma.sqlite3"
IN_USE = "in-use"
"""The file on which each reader of a generation holds a shared lock."""
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
            # Chroma rewrites a few bytes of its database whenever it opens it.
            digest = "" if path.name == DATABASE else hashlib.file_digest(file, "sha256").hexdigest()
        files[path.relative_to(folder).as_posix()] = (path.stat().st_size, digest)
    for directory in [*(p for p in folder.rglob("*") if p.is_dir()), folder, folder.parent]:
        fsync_folder(directory)
    return json.dumps(files)


def check(folder: Path, files: str) -> None:
    """Raises `Damaged` where a file is missing or is not as recorded; sizes first, for they may be absurd."""
    recorded: dict[str, tuple[int, str]] = json.loads(files)
    for name, (size, _) in recorded.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size:
            raise Damaged(f"{path} is missing, or is not {size} bytes long")
    if sum(size for size, _ in recorded.values()) > DIGESTED_UP_TO:
        return
    for name, (_, digest) in recorded.items():
        with (folder / name).open("rb") as file:
            if digest and hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise Damaged(f"{folder / name} is not as it was written")


def copy(source: Path, target: Path) -> None:
    """A generation of one's own, to change; `source` has passed `check`."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(IN_USE, f"{DATABASE}*"))
    # A reader that opens Chroma writes to its database: a copy of the bytes might be torn.
    original = sqlite3.connect(source / DATABASE, timeout=30)
    with closing(original) as before, closing(sqlite3.connect(target / DATABASE)) as after:
        before.backup(after)


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
