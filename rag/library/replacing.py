"""One database in the place of another, while others may read it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.library.catalog import BUSY_TIMEOUT_S, translated

SCRATCH = "unfinished"
"""Where the new one is made; swept away by whoever makes the next."""


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """An empty folder in the library, which goes at the end; the caller holds the write lock."""
    folder = home / SCRATCH
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, path: Path) -> None:
    """Let the database at `path`, which may be missing or damaged, be the one at `made`: in one step."""
    with translated(path):
        # Not by renaming: a reader of the old one that closes last would delete the new one's log.
        if _copied_over(made, path):
            return
    for log in path.parent.glob(f"{path.name}-*"):
        log.unlink()  # SQLite would take it for the new one's
    made.replace(path)


def _copied_over(made: Path, path: Path) -> bool:
    """Whether it went over in one transaction; False where `path` is no database, so that nobody reads it."""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(made)) as new, closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as old:
            new.backup(old)
    except sqlite3.OperationalError:
        raise  # the disk is full, or another process writes
    except sqlite3.DatabaseError:
        return False
    return True
