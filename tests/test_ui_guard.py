from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.secrets import Secrets

from rag.errors import ConfigurationError
from ui import guard

LOGIN = '[auth]\nclient_id = "footnote"\n'


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that configures a login, of a server on this machine that a stranger reaches through a proxy."""
    file = tmp_path / "secrets.toml"
    options = {"secrets.files": [str(file)], "server.address": "127.0.0.1"}
    monkeypatch.setattr(guard.config, "get_option", options.get)
    found = Secrets()
    found._file_watchers_installed = True  # else a thread would look for changes by itself
    monkeypatch.setattr(guard.st, "secrets", found)
    monkeypatch.setattr(guard.st, "user", {"is_logged_in": False})
    monkeypatch.setenv(guard.ALLOWED, "ada@example.org")
    guard._logs_in.cache_clear()
    yield file
    guard._logs_in.cache_clear()


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
    monkeypatch.setenv(guard.ALLOWED, "example.org")
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


@pytest.mark.parametrize("allowed", ["", " , "])
def test_a_login_that_names_nobody_is_refused_and_lets_nobody_in(
    allowed: str, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.write_text(LOGIN)
    monkeypatch.setenv(guard.ALLOWED, allowed)
    with pytest.raises(ConfigurationError, match="names nobody who may enter"):
        guard.check_address()
    assert not guard.admitted()


def test_a_login_that_cannot_be_read_is_refused(secrets: Path) -> None:
    secrets.write_text(LOGIN[:-2])
    with pytest.raises(ConfigurationError, match="cannot be read"):
        guard.check_address()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        guard.admitted()


@pytest.mark.parametrize("later", [LOGIN[:-2], "", None])
def test_a_login_that_breaks_later_lets_nobody_in(later: str | None, secrets: Path) -> None:
    secrets.write_text(LOGIN)
    guard.check_address()
    if later is None:
        secrets.unlink()
    else:
        secrets.write_text(later)
    guard.st.secrets._reset()
    assert not guard.admitted()


def test_who_is_on_the_list_enters_under_their_own_name(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.write_text(LOGIN)
    monkeypatch.setattr(guard.st, "user", {"is_logged_in": True, "email": "ada@example.org"})
    assert (guard.admitted(), guard.owner()) == (True, "ada@example.org")
    monkeypatch.setattr(guard.st, "user", {})
    assert not guard.admitted()


@pytest.mark.parametrize("others", [None, "key = 1"])
def test_without_a_login_everybody_on_this_machine_enters(others: str | None, secrets: Path) -> None:
    if others:
        secrets.write_text(others)
    guard.check_address()
    assert (guard.admitted(), guard.owner()) == (True, "")
