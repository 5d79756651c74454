"""One request in a thread of its own, so that a time limit holds whatever the server does.

A read timeout alone does not bound a request: a server that sends a byte now and then never runs
into it. Here the caller waits on a queue, and shuts the socket where it waits no longer.
"""

from __future__ import annotations

import contextlib
import queue
import socket
from collections.abc import Callable, Iterator
from threading import Thread, local
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")
_HERE = local()


class _End:
    """The producer is done."""


class Background(Generic[T]):
    """What `produce` yields, one at a time, each with its own limit."""

    def __init__(self, produce: Callable[[], Iterator[T]]) -> None:
        self._queue: queue.SimpleQueue[T | _End | Exception] = queue.SimpleQueue()
        self._connection = _Connection()
        self._produce = produce
        Thread(target=self._run, name="rag-request", daemon=True).start()

    def next(self, timeout_s: float) -> T | None:
        """The next value; None after the last. Raises `TimeoutError`, or what the producer raised."""
        try:
            value = self._queue.get(timeout=max(timeout_s, 0.0))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(value, _End):
            return None
        if isinstance(value, Exception):
            raise value
        return value

    def cancel(self) -> None:
        """Stop the request; the thread ends by itself."""
        self._connection.cut()

    def _run(self) -> None:
        _HERE.connection = self._connection
        try:
            with contextlib.closing(self._produce()) as values:  # type: ignore[type-var]
                for value in values:
                    self._queue.put(value)
                    if self._connection.is_cut:
                        return
            self._queue.put(_End())
        except Exception as error:  # handed over to the thread that waits
            self._queue.put(error)


class _Connection:
    """The socket of a request, as far as it is known."""

    def __init__(self) -> None:
        self.is_cut = False
        self._socket: socket.socket | None = None

    def holds(self, stream: Any) -> None:
        self._socket = stream.get_extra_info("socket")
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        self.is_cut = True
        if self._socket is not None:
            # Closing would not wake a thread that reads; and SSLSocket.shutdown would drop the state it reads with.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def http_client(timeout: httpx.Timeout) -> httpx.Client:
    """A client whose requests can be cut from another thread when they run in a `Background`."""
    return httpx.Client(timeout=timeout, event_hooks={"request": [_watch], "response": [_note]})


def _watch(request: httpx.Request) -> None:
    def trace(event: str, info: dict[str, Any]) -> None:
        connection = getattr(_HERE, "connection", None)
        if connection and event.endswith(("connect_tcp.complete", "start_tls.complete")):
            connection.holds(info["return_value"])

    request.extensions["trace"] = trace


def _note(response: httpx.Response) -> None:
    connection = getattr(_HERE, "connection", None)
    stream = response.extensions.get("network_stream")
    if connection and stream is not None:
        connection.holds(stream)
