import socket
import threading
from contextlib import suppress

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
