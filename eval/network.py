"""Who was called: the hosts beyond this machine that Python code tried to reach."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_watching: list[set[str]] = []
_hooked = False


@contextmanager
def watched() -> Iterator[set[str]]:
    """The set of foreign hosts that any thread looks up or connects to inside the block.

    Seen are Python's own sockets, in whatever library; what native code opens by itself is not.
    """
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # it can never be taken out again: one for all
        _hooked = True
    hosts: set[str] = set()
    _watching.append(hosts)
    try:
        yield hosts
    finally:
        # by identity: two sets that hold the same hosts are equal
        _watching[:] = [other for other in _watching if other is not hosts]


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching or event not in ("socket.connect", "socket.getaddrinfo"):
        return
    address = arguments[1] if event == "socket.connect" else arguments[0]
    host = address[0] if isinstance(address, tuple) and address else address
    if event == "socket.connect" and not isinstance(address, tuple):
        return  # a Unix socket's path
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if isinstance(host, str) and not _is_local(host):
        for hosts in _watching:
            hosts.add(host)


def _is_local(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False
