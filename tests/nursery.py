"""Processes by the dozen: functions run in children of one process that has its imports behind it.

    python tests/nursery.py DESCRIPTOR

serves orders over the socket that the descriptor is.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from interception import Call, Fault, Overseer, intercept

IMPORTED = (
    "chromadb.api.rust",
    "sqlalchemy.dialects.sqlite",
    "rag.answer.conversation",
    "rag.answer.ranker",
    "rag.ingest.batch",
    "rag.ingest.chunk",
    "rag.ingest.ingest",
    "rag.ingest.read",
    "rag.library.library",
    "rag.retrieve.retrieve",
)
LONGEST = 200_000
"""Bytes of a message."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child came to its end."""

    value: Any
    """What its function returned; None where it was killed."""
    raised: str
    """The traceback; empty where it raised nothing."""
    status: int
    """As `os.waitpid` gives it."""


class Nursery:
    """A context manager; one child at a time."""

    def __enter__(self) -> Nursery:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, __file__, str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        self._process.wait()

    def run(self, function: Callable[..., Any], *arguments: Path) -> Ended:
        """The module-level function with these arguments, to its end."""
        return self._run(function, arguments, None)

    def run_overseen(
        self,
        function: Callable[..., Any],
        *arguments: Path,
        place: Path,
        fault: Fault | None = None,
        before: Callable[[Call], None] | None = None,
    ) -> tuple[Ended, Overseer]:
        """The same with its calls to files in `place` counted, shown before they are done, and one made to fail."""
        overseer = Overseer(place, fault, before)
        return self._run(function, arguments, overseer), overseer

    def _run(self, function: Callable[..., Any], arguments: tuple[Path, ...], overseer: Overseer | None) -> Ended:
        order = [function.__module__, function.__name__, overseer is not None, [str(path) for path in arguments]]
        self._orders.send(json.dumps(order).encode())
        if overseer is not None:
            message, (listener,), _, _ = socket.recv_fds(self._orders, LONGEST, 1)
            overseer.oversee(listener, json.loads(message))
            os.close(listener)
        told: dict[str, Any] = {"value": None, "raised": ""}
        while "status" not in told:
            told |= json.loads(self._orders.recv(LONGEST))
        return Ended(**told)


def serve(orders: socket.socket) -> None:
    """Until the other side closes the socket."""
    for module in IMPORTED:
        importlib.import_module(module)
    while order := orders.recv(LONGEST):
        module, name, overseen, arguments = json.loads(order)
        function = getattr(importlib.import_module(module), name)
        child = os.fork()
        if not child:
            try:
                if overseen:
                    socket.send_fds(orders, [str(os.getpid()).encode()], [intercept()])
                told = {"value": function(*map(Path, arguments))}
            except BaseException:
                told = {"raised": traceback.format_exc()}
            orders.send(json.dumps(told).encode())
            os._exit(0)
        orders.send(json.dumps({"status": os.waitpid(child, 0)[1]}).encode())


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
