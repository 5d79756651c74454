"""What is in a folder: the files to read, and those that are passed over, with the reason."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSED_OVER = frozenset({"node_modules", "__pycache__"})
"""Besides everything hidden: `.git`, `.venv` and the like."""


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file."""

    path: str
    """Relative to the folder, with `/`."""
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something in the folder that is not read, and that the user should know of."""

    path: str
    """Relative, printable: bytes that are not UTF-8 stand as `\\xff`."""
    reason: str
    folder: bool = False
    """True for a folder that could not be listed: nothing is known of what is in it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A file or folder whose name begins with a dot: it is left alone."""

    path: str
    """Relative, printable."""


def walk(root: Path, scope: str, library: Path) -> Iterator[Found | PassedOver | Hidden]:
    """Everything under `scope` by name; it is relative to `root`, "" for all of it, and may be a file.

    `node_modules`, virtual environments and the folder `library` are left out without a word.
    Links are not followed; pipes, sockets and devices are not opened.
    """
    start = root / scope if scope else root
    if start.is_dir() and not start.is_symlink():
        yield from _folder(root, scope, library.resolve())
    else:
        yield _entry(root, scope, start.lstat())


def _folder(root: Path, folder: str, library: Path) -> Iterator[Found | PassedOver | Hidden]:
    here = root / folder if folder else root
    try:
        with os.scandir(here) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield PassedOver(printable(folder) or ".", f"the folder cannot be listed ({error.strerror})", folder=True)
        return
    for entry in entries:
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.name.startswith("."):
            if not library.is_relative_to(Path(entry.path).absolute()):
                yield Hidden(printable(path))
            continue
        if entry.is_dir(follow_symlinks=False):
            if not _is_passed_over(entry, library):
                yield from _folder(root, path, library)
            continue
        try:
            yield _entry(root, path, entry.stat(follow_symlinks=False))
        except OSError as error:
            yield PassedOver(printable(path), f"it vanished while the folder was listed ({error.strerror})")


def _is_passed_over(entry: os.DirEntry[str], library: Path) -> bool:
    folder = Path(entry.path)
    return entry.name in PASSED_OVER or _is_environment(folder) or folder.resolve() == library


def _is_environment(folder: Path) -> bool:
    """Whether it is a virtual environment; not where that may not be looked at."""
    try:
        return (folder / "pyvenv.cfg").exists()
    except OSError:
        return False


def _entry(root: Path, path: str, status: os.stat_result) -> Found | PassedOver:
    if stat.S_ISLNK(status.st_mode):
        return PassedOver(printable(path), _link(root, path))
    if not stat.S_ISREG(status.st_mode):
        return PassedOver(printable(path), f"{_kind(status.st_mode)}, which is never opened")
    if printable(path) != path:
        return PassedOver(printable(path), _unreadable_name())
    return Found(path, status.st_size, status.st_mtime_ns)


def _unreadable_name() -> str:
    encoding = sys.getfilesystemencoding()
    if encoding == "utf-8":
        return "its name is not UTF-8; rename it"
    return f"names are taken for {encoding} here; set PYTHONUTF8=1 and run the command again"


def _link(root: Path, path: str) -> str:
    try:
        target = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere, or in a circle"
    if target.is_relative_to(root):
        return "a link to something in the same folder, which is read in its own place"
    return f"a link out of the folder, to {printable(str(target))}; links are not followed"


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISCHR, "a device"),
    )
    return next((name for test, name in kinds if test(mode)), "no regular file")


def printable(path: str) -> str:
    """The path with bytes that are not UTF-8 written out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
