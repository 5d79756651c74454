"""The writer's lock: held by the kernel, so a process that dies in any way lets go of it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryLocked, UserError

_held: set[int] = set()


def _let_go_in_child() -> None:
    # A forked child shares the lock: if it outlived its parent, the library would stay locked.
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)


@contextmanager
def write_lock(path: Path) -> Iterator[None]:
    """Hold the lock of the file at `path`, which names the holder's pid.

    Raises `LibraryLocked` at once where another process, or another thread of this one, holds it.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UserError(
            f"the library in {path.parent} was to be written, but it cannot be ({error.strerror}); "
            "check the folder's permissions, or choose another with --library"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise _locked(path) from None
    _held.add(descriptor)
    try:
        _name(descriptor, f"{os.getpid()}\n")
        yield
    finally:
        if descriptor in _held:
            _held.discard(descriptor)
            _name(descriptor, "")
            os.close(descriptor)


def _name(descriptor: int, holder: str) -> None:
    """Let the lock's file say who holds it, as far as the disk has room: the lock itself needs none."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, holder.encode(), 0)


def holder(path: Path) -> int | None:
    """The pid that the lock's file names, or None."""
    try:
        with path.open("rb") as file:
            return int(file.read(20))
    except (OSError, ValueError):
        return None


def _locked(path: Path) -> LibraryLocked:
    pid = holder(path)
    if pid is None:
        time.sleep(0.05)  # the holder has the lock an instant before it has written its pid
        pid = holder(path)
    who = f"process {pid}" if pid is not None else "another process"
    return LibraryLocked(
        f"the library in {path.parent} was to be written, but {who} is writing to it; "
        "wait until that is done, or stop it, and try again (asking works meanwhile)",
        pid,
    )
