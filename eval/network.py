"""Who was called: the hosts beyond this machine that Python code tried to reach."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOOKED_UP = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
REACHED = ("socket.connect", "socket.sendto", "socket.sendmsg")
"""Events with the socket and an address, which is no tuple where the socket is a Unix one or connected already."""

_watching: list[set[str]] = []
_hooked = False
_names: dict[str, str] = {}
"""By address: the name that it was looked up for. A host that is called by its name is one host, not two."""


@contextmanager
def watched() -> Iterator[set[str]]:
    """The set of foreign hosts that any thread looks up, connects to or sends to inside the block.

    Seen are Python's own sockets, in whatever library; what native code opens by itself is not.
    """
    global _hooked
    if not _hooked:
        sys.addaudithook(_hook)  # it can never be taken out again: one for all
        _hooked = True
    hosts: set[str] = set()
    _watching.append(hosts)
    try:
        with _names_noted():
            yield hosts
    finally:
        # by identity: two sets that hold the same hosts are equal
        _watching[:] = [other for other in _watching if other is not hosts]


@contextmanager
def _names_noted() -> Iterator[None]:
    """Note which addresses `getaddrinfo` gives for which name: the audit event comes before the answer."""
    look_up = socket.getaddrinfo

    def noting(host: Any, *arguments: Any, **named: Any) -> Any:
        found = look_up(host, *arguments, **named)
        if name := _text(host):
            _names.update({str(entry[4][0]): name for entry in found})
        return found

    socket.getaddrinfo = noting
    try:
        yield
    finally:
        socket.getaddrinfo = look_up


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if not _watching:
        return
    if event in LOOKED_UP:
        host = arguments[0]
    elif event in REACHED and isinstance(arguments[1], tuple) and arguments[1]:
        host = arguments[1][0]
    else:
        return
    place = _text(host)
    name = _names.get(place, place)
    if not (_is_local(place) or _is_local(name)):
        for hosts in _watching:
            hosts.add(name)


def _text(host: object) -> str:
    """The host as text; empty for none, which is this machine."""
    if isinstance(host, bytes):
        return host.decode("ascii", "replace")
    return host if isinstance(host, str) else ""


def _is_local(host: str) -> bool:
    if host in ("", "localhost", socket.gethostname()):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False
