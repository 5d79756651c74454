from __future__ import annotations

import pytest

from ui.start import SERVER_NAME, Where, command


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
