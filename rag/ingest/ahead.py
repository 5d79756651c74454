"""Reading ahead: the next files are parsed, several at a time, while the one before is embedded."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from rag.types import Document

WORKERS = max(1, min(4, (os.cpu_count() or 1) // 2))
"""Half of the cores: the other half embeds. Each waits for a child process of up to 1 GB."""

Read = Callable[[Path, str], Document]


class ReadAhead:
    """Reads the paths that are expected, a few before they are asked for; in the order given.

    A context manager. Its threads are daemons: a file that takes a minute does not hold up Ctrl-C.
    """

    def __init__(self, read: Read, expected: Iterable[Path]) -> None:
        self._read = read
        self._expected = list(expected)
        self._at = {path: at for at, path in enumerate(self._expected)}
        self._next = 0
        self._begun: dict[Path, Future[Document]] = {}
        self._work: queue.SimpleQueue[tuple[Path, Future[Document]] | None] = queue.SimpleQueue()
        self._threads = min(WORKERS, len(self._expected)) if len(self._expected) > 1 else 0
        for _ in range(self._threads):
            threading.Thread(target=self._serve, name="reading ahead", daemon=True).start()
        self._begin()

    def __enter__(self) -> ReadAhead:
        return self

    def __exit__(self, *exception: object) -> None:
        for _ in range(self._threads):
            self._work.put(None)
        for future in self._begun.values():
            future.cancel()

    def read(self, path: Path, source: str) -> Document:
        """The document, read already or now; raises what reading it raised.

        Those expected before it will not be asked for any more.
        """
        future = self._taken(path)
        self._begin()
        return replace(future.result(), source=source) if future else self._read(path, source)

    def _taken(self, path: Path) -> Future[Document] | None:
        """The reading of this path; those begun before it are dropped. None where it was not begun."""
        if path not in self._at:
            return None
        for before in [begun for begun in self._begun if self._at[begun] < self._at[path]]:
            self._begun.pop(before).cancel()
        self._next = max(self._next, self._at[path] + 1)
        return self._begun.pop(path, None)

    def _begin(self) -> None:
        """Have as many read as there are threads, and as many wait."""
        while self._threads and self._next < len(self._expected) and len(self._begun) < 2 * self._threads:
            path = self._expected[self._next]
            self._next += 1
            self._begun[path] = Future()
            self._work.put((path, self._begun[path]))

    def _serve(self) -> None:
        while (work := self._work.get()) is not None:
            path, future = work
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(self._read(path, ""))
            except BaseException as error:
                future.set_exception(error)
