"""Who may enter where the pages are served to others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import ui
from tests.browser import conftest
from tests.browser.conftest import Server, serve
from tests.oidc import CLIENT, Provider

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LAUNCH = Path(ui.__file__).with_name("launch.py")


@pytest.fixture
def provider() -> Iterator[Provider]:
    started = Provider()
    yield started
    started.close()


@pytest.fixture
def guarded(seeds: Path, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The pages at every address, for those who may log in."""
    port = conftest.free_port()
    monkeypatch.setattr(conftest, "free_port", lambda: port)
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        f"""
        [auth]
        redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
        cookie_secret = "{"s" * 40}"
        client_id = "{CLIENT}"
        client_secret = "not a secret"
        server_metadata_url = "{provider.address}/.well-known/openid-configuration"
        """
    )
    arguments = (f"--secrets.files={secrets}", "--server.address=0.0.0.0")
    environment = {"RAG_ALLOWED": "ada@example.org, example.com", "RAG_ANSWERER": "sentences"}
    server = serve(seeds, *arguments, script=LAUNCH, **environment)
    yield next(server)
    next(server, None)


@pytest.mark.parametrize(
    ("claims", "enters"),
    [
        ({"email": "Ada@example.org"}, True),
        ({"email": "anybody@example.com", "email_verified": True}, True),
        ({"email": "bob@example.org"}, False),
        ({"email": "anybody@example.com", "email_verified": False}, False),
        ({}, False),
    ],
    ids=["address", "domain", "another", "unverified", "no address"],
)
def test_only_those_on_the_list_come_in(
    page: Page, guarded: Server, provider: Provider, claims: dict[str, object], enters: bool
) -> None:
    provider.claims = claims
    page.goto(guarded.address)
    page.get_by_role("button", name="Log in").wait_for()
    assert page.get_by_test_id("stChatInput").count() == 0
    page.get_by_role("button", name="Log in").click()
    if enters:
        page.get_by_test_id("stChatInput").wait_for()
        page.get_by_text("Light or dark").wait_for()  # above the button, which stays where it is from then on
        page.get_by_role("button", name="Log out").click()
        page.get_by_role("button", name="Log in").wait_for()
    else:
        page.get_by_text("This address is not on the list of those who may enter.").wait_for()
        assert page.get_by_test_id("stChatInput").count() == 0
        page.goto(f"{guarded.address}/documents")
        page.get_by_text("This address is not on the list of those who may enter.").wait_for()


def test_without_a_login_the_pages_are_not_served_to_others(seeds: Path) -> None:
    command = [sys.executable, "-m", "rag", "chat", "--library", str(seeds), "--address", "0.0.0.0", "--no-browser"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode != 0
    assert "no login is configured" in ended.stderr
    assert "--insecure" in ended.stderr
    assert "Traceback" not in ended.stderr
