"""Parses risky formats in child processes that are limited, reused, and killed when they hang."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

from rag.errors import IntegrityError, Unreadable
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.worker import MEMORY_BYTES, SECONDS, read_frame, write_frame

_START = "import sys; sys.path.append(sys.argv[1]); from rag.ingest.read.worker import main; main()"
_MAX_SERVED = 200
"""A child is replaced after so many files: what parsers leak stays bounded."""


def extract(name: str, data: bytes, seconds: float = SECONDS) -> Extracted:
    """What the reader called `name` makes of `data`, in a child process; safe to call from many threads.

    Raises `Unreadable` with the parser's reason, or where it ran out of time or memory or crashed.
    """
    worker = _take()
    reply = worker.ask(name, data, seconds)
    if worker.failed and not worker.timed_out and worker.served > 1:
        worker.close()
        worker = _Worker()  # the fault may be what earlier files left behind, so the file gets a fresh child
        reply = worker.ask(name, data, seconds)
    if worker.failed or worker.served >= _MAX_SERVED:
        worker.close()
    else:
        _idle[os.getpid()].append(worker)
    if worker.timed_out and not reply:
        raise Unreadable(f"parsing its {name} took longer than {seconds:g} s")
    return _checked(name, reply)


def _checked(name: str, reply: dict[str, Any]) -> Extracted:
    if not reply:
        raise Unreadable(f"its {name} crashed the parser")
    if "exhausted" in reply:
        raise Unreadable(f"parsing its {name} needs more than {MEMORY_BYTES // 10**9} GB of memory")
    if "broken" in reply:
        raise IntegrityError(f"the {name} reader cannot be loaded ({reply['broken']}); reinstall footnote-rag")
    if "unreadable" in reply:
        raise Unreadable(reply["unreadable"])
    return Extracted.from_json(reply["extracted"])


def close() -> None:
    """Ends the children that wait for work; the next file starts a new one."""
    waiting = _idle[os.getpid()]
    while waiting:
        with contextlib.suppress(IndexError):
            waiting.pop().close()


class _Worker:
    """One child process; used by one thread at a time."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[3])  # what holds the package `rag`
        # -P: the working folder may be the user's documents, and a json.py among them must not run.
        # A session of its own: Ctrl-C is the parent's to handle.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, root],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.served = 0
        self.failed = False
        self.timed_out = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, name: str, data: bytes, seconds: float) -> dict[str, Any]:
        """The reply; empty where the child died."""
        self.served += 1
        clock = threading.Timer(seconds, self._give_up)
        clock.daemon = True
        clock.start()
        try:
            reply = self._exchange(name, data)
        finally:
            clock.cancel()
        self.failed = self.timed_out or not reply or "exhausted" in reply
        if self.failed:
            self._process.kill()
        return reply

    def _exchange(self, name: str, data: bytes) -> dict[str, Any]:
        requests, replies = self._process.stdin, self._process.stdout
        if requests is None or replies is None:
            raise TypeError("the child was started without pipes")
        try:
            write_frame(requests, name.encode())
            write_frame(requests, data)
            frame = read_frame(replies)
        except OSError:
            return {}
        reply: dict[str, Any] = json.loads(frame) if frame else {}
        return reply

    def _give_up(self) -> None:
        self.timed_out = True
        self._process.kill()

    def close(self) -> None:
        """Ends the child and waits for it, so that no zombie stays."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()


_idle: defaultdict[int, deque[_Worker]] = defaultdict(deque)
"""By process: after a fork the parent's children stay the parent's."""

atexit.register(close)


def _take() -> _Worker:
    while True:
        try:
            worker = _idle[os.getpid()].pop()
        except IndexError:
            return _Worker()
        if worker.alive:
            return worker
        worker.close()
