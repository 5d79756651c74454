"""What documents and models write never makes the browser call another server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from rag import Assistant
from rag.conversations import Conversations
from rag.types import Answer, Chunk, Citation, Conflict, Passage, Sentence, Side, Statement
from tests.browser.conftest import Server
from tests.ui_payloads import payloads

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FOREIGN = """() => {
  const below = (root) =>
    [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? below(e.shadowRoot) : [])])
  const names = ["src", "href", "srcset", "data", "action", "poster", "ping", "background", "formaction"]
  const leads = (e) => names.some((name) => (e.getAttribute(name) ?? "").includes("/hit/"))
  return below(document.querySelector(".stApp")).filter(leads).map((e) => e.outerHTML)
}"""


@pytest.fixture
def requests() -> Iterator[tuple[str, list[str]]]:
    """A server that writes down each request; its address and what it wrote."""
    seen: list[str] = []

    class Logging(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - http.server's own names

        def log_message(self, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Logging)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hit", seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_answers_quotes_titles_and_errors_call_nobody(
    page: Page, server: Server, requests: tuple[str, list[str]]
) -> None:
    address, seen = requests
    texts = payloads(address)
    assert len(texts) >= 60
    store = Conversations(server.home)
    for start in range(0, len(texts), 20):
        conversation = ""
        for text in texts[start : start + 20]:
            conversation, turn = store.ask(conversation, text)
            store.answered(turn, _hostile(text))
            _, turn = store.ask(conversation, text)
            store.failed(turn, text)
            _, turn = store.ask(conversation, text)
            store.stopped(turn, text)
        page.goto(f"{server.address}/?conversation={conversation}")
        page.locator("button.number").nth(19).wait_for()
        page.locator("button.number").first.click()
        page.locator("section.open").wait_for()
        page.locator("[class*=st-key-more-] button").first.click()
        passages = page.get_by_label("One of the passages that were found")
        passages.scroll_into_view_if_needed()
        page.wait_for_timeout(500)  # a list that opens while its page still scrolls is closed again
        passages.click()
        page.get_by_role("option").first.wait_for()
        page.wait_for_timeout(1000)
        assert page.evaluate(FOREIGN) == []
    assert seen == []


def test_documents_whose_titles_names_and_words_are_hostile_call_nobody(
    page: Page, empty_server: Server, requests: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, seen = requests
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, text in enumerate(payloads(address)):
        line = " ".join(text.split())
        name = "".join(c for c in line if c not in "/\0")[:80]
        (folder / f"{number:02} {name}.md").write_text(
            f"# {line}\n\nThe hostile document says {text}\n", encoding="utf-8"
        )
    assistant = Assistant.open(empty_server.home)
    assistant.ingest(folder)
    sources = [document.source for document in assistant.documents() if document.source.endswith(".md")]
    assert len(sources) >= 60
    page.goto(f"{empty_server.address}/documents")
    page.locator("button.row").first.wait_for()
    page.get_by_label("Find documents").fill("hostile")
    page.wait_for_timeout(1000)
    for source in sources[::9]:
        page.goto(f"{empty_server.address}/documents?source={quote(source)}")
        page.get_by_text("All documents").wait_for()
        page.wait_for_timeout(300)
        assert page.evaluate(FOREIGN) == []
    page.goto(empty_server.address)
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill("What does the hostile document say?")
    box.press("Enter")
    page.locator("button.number").first.click()
    page.locator("mark").first.wait_for()
    assert page.evaluate(FOREIGN) == []
    assert seen == []


def test_the_pages_forbid_to_be_framed_and_to_fetch_from_elsewhere(page: Page, server: Server) -> None:
    response = page.goto(server.address)
    assert response is not None
    headers = response.headers
    policy = headers["content-security-policy"]
    for directive in ("img-src 'self' data: blob:", "frame-ancestors 'none'", "form-action 'self'"):
        assert directive in policy
    assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("no-referrer", "nosniff")


def _hostile(text: str) -> Answer:
    """An answer that holds the text wherever an answer has words."""
    citation = Citation(1, text, "ab" * 32, 0, len(text), text, (1, 1), title=text, place=text, published=text)
    statement = Statement(text, (citation,), missing=(text,))
    side = Side(text, (citation,))
    return Answer(
        text,
        (statement,),
        query=text + "?",
        reason=text,
        conflicts=(Conflict((side, side)),),
        answerer=text,
        passages=(Passage(Chunk(text, "ab" * 32, 0, len(text), text, (Sentence(0, len(text)),)), 1.0, 1),),
        notes=(text,),
    )
