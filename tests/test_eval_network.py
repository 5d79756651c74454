import _socket
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from pytest_socket import SocketBlockedError, SocketConnectBlockedError

from eval.network import watched

BLOCKED = (OSError, SocketBlockedError, SocketConnectBlockedError)


def look_up(host: str) -> None:
    with suppress(*BLOCKED):
        socket.getaddrinfo(host, 443, flags=socket.AI_NUMERICHOST)


def test_a_foreign_host_is_seen_in_any_thread() -> None:
    with watched() as hosts:
        look_up("tracker.invalid")
        thread = threading.Thread(target=look_up, args=("other.invalid",))
        thread.start()
        thread.join()
    assert hosts == {"tracker.invalid", "other.invalid"}


def test_this_machine_is_not_foreign() -> None:
    with watched() as hosts:
        for host in ("localhost", "127.0.0.1", "::1"):
            look_up(host)
    assert hosts == set()


def test_what_happens_outside_is_not_seen() -> None:
    with watched() as hosts:
        pass
    look_up("late.invalid")
    assert hosts == set()


def test_two_watches_do_not_take_each_other_out() -> None:
    with watched() as outer:
        with watched():
            pass
        look_up("still.invalid")
    assert outer == {"still.invalid"}


ADDRESS = ("198.51.100.7", 9)  # of a network that is kept for documentation


def reach(act: Callable[[_socket.socket], Any]) -> None:
    """Do this with a socket that is closed already: it is seen, and nothing is sent."""
    closed = _socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    closed.close()
    with suppress(OSError):
        act(closed)


def test_a_host_that_is_called_by_its_name_is_not_seen_a_second_time_by_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def resolved(host: str, *_: Any, **__: Any) -> list[Any]:
        sys.audit("socket.getaddrinfo", host, 443, 0, 0, 0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.51.100.8", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    with watched() as hosts:
        socket.getaddrinfo("api.invalid", 443)
        reach(lambda s: s.connect(("198.51.100.8", 443)))
    assert hosts == {"api.invalid"}
    assert socket.getaddrinfo is resolved
    with watched() as later:
        reach(lambda s: s.connect(("198.51.100.8", 443)))
    assert later == {"api.invalid"}


@pytest.mark.parametrize(
    "act",
    [
        lambda s: s.connect(ADDRESS),
        lambda s: s.sendto(b"x", ADDRESS),
        lambda s: s.sendmsg([b"x"], [], 0, ADDRESS),
        lambda _: socket.gethostbyname(ADDRESS[0]),
    ],
)
def test_every_way_out_is_seen(act: Callable[[_socket.socket], Any]) -> None:
    with watched() as hosts:
        reach(act)
    assert hosts == {ADDRESS[0]}
