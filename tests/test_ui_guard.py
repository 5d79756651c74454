from __future__ import annotations

import asyncio
from typing import Any

import pytest

from rag.errors import ConfigurationError
from ui import guard


def test_each_response_bears_the_security_headers_once() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Referrer-Policy", b"origin")]})

    sent: list[Any] = []

    async def collect(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard.Headers(app)({"type": "http"}, None, collect))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    assert headers == guard.HEADERS
    assert len(sent[0]["headers"]) == len(guard.HEADERS)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.7", None])
def test_another_address_needs_a_login_or_an_explicit_word(
    address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard.config, "get_option", lambda name: address)
    monkeypatch.setattr(guard, "_logs_in", lambda: False)
    with pytest.raises(ConfigurationError, match="no login is configured"):
        guard.check_address()
    monkeypatch.setenv(guard.INSECURE, "1")
    guard.check_address()
    monkeypatch.delenv(guard.INSECURE)
    monkeypatch.setattr(guard, "_logs_in", lambda: True)
    guard.check_address()


def test_this_machine_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_logs_in", lambda: False)
    for address in guard.LOOPBACK:
        monkeypatch.setattr(guard.config, "get_option", lambda name, address=address: address)
        guard.check_address()


@pytest.mark.parametrize(
    ("email", "allowed", "enters"),
    [
        ("ada@example.org", "ada@example.org", True),
        ("Ada@Example.org", "example.org, other.net", True),
        ("ada@example.org", "@example.org", True),
        ("ada@evil-example.org", "example.org", False),
        ("ada@example.org.evil.net", "example.org", False),
        ("example.org", "example.org", False),
        ("@example.org", "example.org", False),
        ("ada@example.org", "", False),
        ("", "example.org", False),
    ],
)
def test_who_may_enter(email: str, allowed: str, enters: bool) -> None:
    assert guard.may_enter(email, allowed) is enters
