from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag import Assistant
from tests.browser.conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def documents(empty_server: Server, tmp_path: Path) -> Server:
    """A library of its own, with a file that cannot be read."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "mill.txt").write_text(
        "The old mill opened in 1921.\nIt closed in 1964 after a flood.\n", encoding="utf-8"
    )
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    Assistant.open(empty_server.home).ingest(folder)
    return empty_server


def test_documents_are_listed_opened_and_removed(page: Page, documents: Server) -> None:
    page.goto(f"{documents.address}/documents")
    page.get_by_text("1 document, 1 passage. Choose one to read it.").wait_for()
    page.get_by_test_id("stDataFrame").click(position={"x": 20, "y": 54})
    page.get_by_text("All documents").wait_for()
    assert "source=mill.txt" in page.url
    page.get_by_text("It closed in 1964").wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("Drop files here").wait_for()


def test_a_file_that_was_skipped_says_why(page: Page, documents: Server) -> None:
    page.goto(f"{documents.address}/documents")
    page.get_by_text("1 file skipped").click()
    page.get_by_text("broken.pdf:").wait_for()


@pytest.mark.parametrize("query", ["start=4&end=12", "start=-1&end=9", "start=a&end=b", "start=9&end=4", ""])
def test_an_address_opens_a_document_whatever_its_numbers_are(page: Page, documents: Server, query: str) -> None:
    page.goto(f"{documents.address}/documents?source=mill.txt&{query}")
    page.get_by_text("It closed in 1964").wait_for()
    marked = "".join(page.locator("mark").all_inner_texts())
    assert marked == ("old mill" if query == "start=4&end=12" else "")


def test_an_address_of_no_document_is_told(page: Page, documents: Server) -> None:
    page.goto(f"{documents.address}/documents?source=none.txt")
    page.get_by_role("alert").get_by_text("none.txt").wait_for()


def test_an_upload_is_asked_about_while_the_chat_is_open_and_a_wrong_one_is_told(
    page: Page, documents: Server, tmp_path: Path
) -> None:
    tower, picture = tmp_path / "tower.txt", tmp_path / "picture.png"
    tower.write_text("The water tower is 42 metres high.", encoding="utf-8")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    page.goto(f"{documents.address}/documents")
    page.get_by_text("Add documents").click()
    page.locator("input[type=file]").set_input_files([tower, picture])
    page.get_by_text("picture.png").wait_for()
    page.wait_for_load_state("networkidle")  # the files have arrived
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("2 documents, 2 passages").wait_for()
    page.get_by_text("2 files skipped").click()
    page.get_by_text("picture.png:").wait_for()
    page.get_by_text("Ask", exact=True).click()
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill("How high is the water tower?")
    box.press("Enter")
    page.locator("button.number").first.click()
    page.locator("mark").first.wait_for()
    assert "42 metres" in "".join(page.locator("mark").all_inner_texts())


def test_a_file_of_25_megabytes_is_refused(page: Page, documents: Server, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes(b"word " * 5_000_000)
    page.goto(f"{documents.address}/documents")
    page.get_by_text("Add documents").click()
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("File must be 20.0MB or smaller.").wait_for()
