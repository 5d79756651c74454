"""Opening an index, which may kill the process: a child tries it first where the last opening did not come back."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.library.files import Damaged

MARK = "opening-"
REFUSED = "refused"
"""Stands in the folder of an index that killed the child as well: the next writer makes another."""
CHILD_TIMEOUT_S = 120
_ROOT = str(Path(__file__).parents[2])  # what holds the package `rag`
_TRY = "import sys; sys.path.append(sys.argv[1]); from rag.library.vectors import try_out; try_out(sys.argv[2])"


@contextmanager
def watched(folder: Path) -> Iterator[None]:
    """Open the index in `folder` within the block.

    Raises `Damaged` where an opening ended its process before, and ends a child's now. The guard is a file that
    is made and removed; a folder that cannot be written has none.
    """
    if is_refused(folder):
        raise Damaged(f"{folder} is not opened any more: that ended the process")
    if _left_behind(folder):
        _try_in_child(folder)
    mark = folder / f"{MARK}{os.getpid()}-{threading.get_ident()}"
    descriptor = _held(mark)
    try:
        yield
    finally:
        if descriptor is not None:
            with suppress(OSError):
                mark.unlink()
            os.close(descriptor)


def is_refused(folder: Path) -> bool:
    """Whether opening this index ended a process and a child's."""
    return (folder / REFUSED).exists()


def run_in_child(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What Python makes of this code in a process of its own; `subprocess.TimeoutExpired` after two minutes."""
    # -P: the working folder may be the user's documents, and a json.py among them must not run.
    command = [sys.executable, "-P", "-c", code, _ROOT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=CHILD_TIMEOUT_S, check=False)


def _held(mark: Path) -> int | None:
    """A lock on the mark, which the kernel takes off when the process ends in any way; None where there can be none."""
    try:
        descriptor = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _left_behind(folder: Path) -> bool:
    """Whether a process died while it opened the index: its mark is there, and nobody holds it."""
    with suppress(OSError):
        for mark in folder.glob(f"{MARK}*"):
            descriptor = _held(mark)
            if descriptor is not None:
                os.close(descriptor)
                return True
    return False


def _try_in_child(folder: Path) -> None:
    """Raises `Damaged`, and remembers it, unless a child comes back from opening the index."""
    try:
        ended: object = run_in_child(_TRY, str(folder)).returncode
    except subprocess.TimeoutExpired:
        ended = f"nothing for {CHILD_TIMEOUT_S} s"
    if ended != 0:
        with suppress(OSError):
            (folder / REFUSED).touch()
        raise Damaged(f"{folder} cannot be opened: a process that tries ends with {ended}")
    for mark in folder.glob(f"{MARK}*"):
        with suppress(OSError):
            mark.unlink()
