"""Open indexes: one a generation, shared by the threads that read it, closed when the last lets go."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, select

from rag.library import schema
from rag.library.files import Damaged
from rag.library.vectors import Generation


class Indexes:
    """The generations of one library that are open: the newest in use, and older ones while they are read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._open: dict[str, tuple[Generation, int]] = {}
        """Each with the number of its users."""
        self._newest = ""

    def acquire(self, connection: Connection, name: str) -> Generation | None:
        """The index, until `release`; None where it cannot be used: the next writer makes another."""
        with self._guard:
            if name not in self._open:
                index = self._opened(connection, name)
                if index is None:
                    return None
                self._open[name] = (index, 0)
            index, users = self._open[name]
            self._open[name] = (index, users + 1)
            self._newest = name
            self._close_unused()
            return index

    def release(self, name: str) -> None:
        """End a use that `acquire` began."""
        with self._guard:
            index, users = self._open[name]
            self._open[name] = (index, users - 1)
            self._close_unused()

    def close(self) -> None:
        """Let go of what nobody uses; a later question opens it again."""
        with self._guard:
            self._newest = ""
            self._close_unused()

    def _opened(self, connection: Connection, name: str) -> Generation | None:
        table = schema.generations
        row = connection.execute(select(table.c.held, table.c.files).where(table.c.name == name)).first()
        if row is None:
            return None
        try:
            return Generation(self._folder / name, row.held, row.files)
        except (Damaged, BlockingIOError):
            return None

    def _close_unused(self) -> None:
        for name, (index, users) in list(self._open.items()):
            if users == 0 and name != self._newest:
                del self._open[name]
                index.release()
