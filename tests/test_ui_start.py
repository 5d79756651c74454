from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest

import ui.start
from rag.errors import ConfigurationError
from ui.start import SERVER_NAME, Where, check_free, command, serve, url


@pytest.mark.parametrize(
    ("address", "name"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "localhost"), ("::", "localhost")]
)
def test_no_public_host_is_asked_for_the_address(address: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERVER_NAME, raising=False)
    assert f"--browser.serverAddress={name}" in command(Where(address=address))
    assert f"--server.address={address}" in command(Where(address=address))


def test_the_name_of_a_proxy_is_left_as_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER_NAME, "footnote.example.com")
    assert not any("serverAddress" in argument for argument in command(Where(address="0.0.0.0")))


@pytest.mark.parametrize(
    ("address", "said"),
    [("127.0.0.1", "http://127.0.0.1:8600"), ("0.0.0.0", "http://localhost:8600"), ("::1", "http://[::1]:8600")],
)
def test_the_terminal_is_told_where_the_pages_are(address: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SERVER_NAME, raising=False)
    assert url(Where(address=address, port=8600)) == said


def test_a_port_that_is_taken_and_an_address_of_another_machine_are_told_before_anything_is_served(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for where in (Where(port=port), Where("192.0.2.1", port), Where("no.such.name.invalid", port)):
            with pytest.raises(ConfigurationError, match=f"{where.address}:{port}, but that cannot be"):
                serve(tmp_path, where)
    check_free(Where(port=port))
    assert capsys.readouterr().out == ""


def test_streamlit_does_not_offer_readers_to_install_anything() -> None:
    settings = tomllib.loads(ui.start.LAUNCH.with_name(".streamlit").joinpath("config.toml").read_text())
    assert settings["logger"]["hideWelcomeMessage"] is True
