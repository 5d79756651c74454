"""Every write, fsync, rename, open and removal of a process, stopped in the kernel and let through, or made to fail.

Linux hands each of these system calls to us before it is done (seccomp's user notification), whoever makes it:
Python, SQLite inside SQLAlchemy, Chroma's Rust with its own SQLite. A library that is preloaded would miss those that
do not go through libc.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import struct
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

AVAILABLE = sys.platform == "linux" and platform.machine() == "x86_64"
KINDS = ("write", "fsync", "rename", "open", "remove")
# number: (kind, name, argument with the file, argument with the folder that a path starts from)
CALLS: dict[int, tuple[str, str, int, int | None]] = {
    1: ("write", "write", 0, None),
    18: ("write", "pwrite64", 0, None),
    20: ("write", "writev", 0, None),
    296: ("write", "pwritev", 0, None),
    328: ("write", "pwritev2", 0, None),
    40: ("write", "sendfile", 0, None),
    326: ("write", "copy_file_range", 2, None),
    77: ("write", "ftruncate", 0, None),
    285: ("write", "fallocate", 0, None),
    74: ("fsync", "fsync", 0, None),
    75: ("fsync", "fdatasync", 0, None),
    306: ("fsync", "syncfs", 0, None),
    82: ("rename", "rename", 0, None),
    264: ("rename", "renameat", 1, 0),
    316: ("rename", "renameat2", 1, 0),
    2: ("open", "open", 0, None),
    85: ("open", "creat", 0, None),
    257: ("open", "openat", 1, 0),
    437: ("open", "openat2", 1, 0),
    83: ("open", "mkdir", 0, None),
    258: ("open", "mkdirat", 1, 0),
    87: ("remove", "unlink", 0, None),
    84: ("remove", "rmdir", 0, None),
    263: ("remove", "unlinkat", 1, 0),
    # Two ways to write that could not be stopped one by one: they are counted.
    9: ("map", "mmap", 4, None),
    425: ("ring", "io_uring_setup", 0, None),
}
BY_DESCRIPTOR = {"write", "fsync", "map"}
_NOTICE = struct.Struct("=QIIiIQ6Q")
_REPLY = struct.Struct("=QqiI")
_RECEIVE, _SEND, _CONTINUE = 0xC0502100, 0xC0182101, 1
_libc = ctypes.CDLL(None, use_errno=True)


def intercept() -> int:
    """From here on this thread and what it starts asks before each of `CALLS`; the descriptor to answer at."""

    def step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
        return struct.pack("=HBBI", code, then, otherwise, value)

    load, equal, ends = 0x20, 0x15, 0x06
    numbers = sorted(CALLS)
    steps = [step(load, 0)]
    steps += [step(equal, number, then=len(numbers) - at) for at, number in enumerate(numbers)]
    steps += [step(ends, 0x7FFF0000), step(ends, 0x7FC00000)]  # let through; ask
    filter_ = ctypes.create_string_buffer(b"".join(steps))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(filter_)))
    _libc.prctl(38, 1, 0, 0, 0)  # no new privileges, else only root may
    listener = _libc.syscall(317, 1, 8, program)  # seccomp, set a filter, with a listener
    if listener < 0:
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")
    return int(listener)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at which call.

    `EIO` and `ENOSPC` fail it: once, and from there on; of a write at which the disk is full half is written. `kill`
    ends the process before the call, `torn` in the middle of a write.
    """

    kind: str
    number: int
    """From 1, among the calls of this kind."""
    effect: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is not done yet: its process waits."""

    kind: str
    name: str
    path: Path
    thread: int
    arguments: list[int]

    def tear(self, file: Path) -> None:
        """Write the first half of what is to be written into this copy of the file."""
        data = _half(self.thread, self.name, self.arguments)
        with file.open("r+b") as opened:
            opened.seek(self._position(file))
            opened.write(data)

    def _position(self, file: Path) -> int:
        if self.name == "pwrite64":
            return self.arguments[3]
        told = Path(f"/proc/{self.thread}/fdinfo/{_signed(self.arguments[0])}").read_text(encoding="ascii").split()
        appends = int(told[told.index("flags:") + 1], 8) & os.O_APPEND
        return file.stat().st_size if appends else int(told[told.index("pos:") + 1])


@dataclass(slots=True)
class Overseer:
    """Answers for one process, and counts; only files within `place` matter."""

    place: Path
    fault: Fault | None = None
    before: Callable[[Call], None] | None = None
    """Told of each call that is counted, which waits until it returns."""
    counts: Counter[str] = field(default_factory=Counter)
    files: dict[str, set[str]] = field(default_factory=dict)
    """By kind, the names of the files."""
    struck: str = ""
    """The call at which the fault was, and its file."""

    def oversee(self, listener: int, pid: int) -> None:
        """Answer until the process has ended."""
        waiting = select.poll()
        waiting.register(listener, select.POLLIN)
        while not any(event & (select.POLLHUP | select.POLLERR) for _, event in waiting.poll()):
            notice = bytearray(_NOTICE.size)
            try:
                fcntl.ioctl(listener, _RECEIVE, notice)
                identity, thread, _, number, _, _, *arguments = _NOTICE.unpack(notice)
                value, error = self._decide(pid, thread, number, arguments)
                reply = _REPLY.pack(identity, value or 0, -(error or 0), _CONTINUE if value is error is None else 0)
                fcntl.ioctl(listener, _SEND, bytearray(reply))
            except OSError as gone:  # it was killed meanwhile
                if gone.errno not in (errno.ENOENT, errno.EINTR):
                    raise

    def _decide(self, pid: int, thread: int, number: int, arguments: list[int]) -> tuple[int | None, int | None]:
        """What the call returns, or its error; neither: it is done."""
        kind, name, at, folder = CALLS[number]
        if kind == "map" and not (arguments[2] & 2 and arguments[3] & 1):  # written to, and shared with the file
            return None, None
        if kind != "ring":
            path = _path(thread, arguments, at, folder, kind in BY_DESCRIPTOR)
            if not path.is_relative_to(self.place):
                return None, None
            self.files.setdefault(kind, set()).add(path.name)
            if self.before is not None and kind != "map":
                self.before(Call(kind, name, path, thread, arguments))
        self.counts[kind] += 1
        fault = self.fault
        if fault is None or kind != fault.kind or self.counts[kind] < fault.number:
            return None, None
        if self.counts[kind] > fault.number:
            return None, errno.ENOSPC if fault.effect == "ENOSPC" else None
        self.struck = f"{name} of {path.name}"
        half = _half_of(pid, thread, name, arguments) if fault.effect in ("ENOSPC", "torn") else 0
        if fault.effect in ("kill", "torn"):
            os.kill(pid, signal.SIGKILL)
            return None, errno.EINTR
        return (half, None) if half else (None, getattr(errno, fault.effect))


def _path(thread: int, arguments: list[int], at: int, folder: int | None, by_descriptor: bool) -> Path:
    process = Path(f"/proc/{thread}")
    try:
        if by_descriptor:
            return _followed(process / "fd" / str(_signed(arguments[at])))
        name = Path(os.fsdecode(_memory(thread, arguments[at], 4096).partition(b"\0")[0]))
        if name.is_absolute():
            return name
        here = -1 if folder is None else _signed(arguments[folder])
        return _followed(process / "cwd" if here < 0 else process / "fd" / str(here)) / name
    except OSError:  # no such descriptor: the call itself will say so
        return Path("/")


def _followed(link: Path) -> Path:
    return Path(str(link.readlink()).removesuffix(" (deleted)"))


def _signed(number: int) -> int:
    return ctypes.c_int(number).value


def _memory(thread: int, address: int, length: int) -> bytes:
    """What stands there; less where the next page is not the process's."""
    with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
        first = min(length, 4096 - address % 4096)
        found = os.pread(memory.fileno(), first, address)
        try:
            return found + os.pread(memory.fileno(), length - first, address + first)
        except OSError:
            return found


def _half(thread: int, name: str, arguments: list[int]) -> bytes:
    return _memory(thread, arguments[1], arguments[2] // 2) if name in ("write", "pwrite64") else b""


def _half_of(pid: int, thread: int, name: str, arguments: list[int]) -> int:
    """Write the first half in the process's place; how many bytes that were."""
    data = _half(thread, name, arguments)
    if not data:
        return 0
    owner = os.pidfd_open(pid)
    descriptor = _libc.syscall(438, owner, _signed(arguments[0]), 0)  # pidfd_getfd
    os.close(owner)
    try:
        return os.write(descriptor, data) if name == "write" else os.pwrite(descriptor, data, arguments[3])
    finally:
        os.close(descriptor)
