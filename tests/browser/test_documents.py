from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.gold import load
from rag import Assistant
from rag.library.lock import write_lock
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
    page.get_by_role("button", name="mill.txt").click()
    page.get_by_text("All documents").wait_for()
    assert "source=mill.txt" in page.url
    page.get_by_text("It closed in 1964").wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    page.get_by_text("Drop files here").wait_for()


@pytest.fixture
def many(empty_server: Server, tmp_path: Path) -> Server:
    """More documents than are in view at once."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(300):
        words = f"Report {number} of the council\n\nThe council met {'again ' * (number % 7)}on day {number}.\n"
        (folder / f"report-{number:03}.txt").write_text(words, encoding="utf-8")
    Assistant.open(empty_server.home).ingest(folder)
    return empty_server


def test_many_documents_are_found_ordered_and_walked_with_the_keyboard(page: Page, many: Server) -> None:
    page.goto(f"{many.address}/documents")
    rows = page.locator("button.row")
    rows.first.wait_for()
    assert rows.count() < 60
    page.get_by_label("Order by title").click()
    page.get_by_label("Order by title, ascending").click()
    assert "Report 299 of" in rows.first.inner_text()
    rows.first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    assert "Report 1 of" in page.locator(".row:focus").inner_text()
    page.get_by_label("Find documents").fill("COUNCIL 123")
    page.get_by_text("1 of 300").wait_for()
    rows.first.press("Enter")
    page.get_by_text("on day 123.").wait_for()
    page.get_by_role("button", name="All documents").click()
    page.get_by_text("1 of 300").wait_for()


def test_words_that_are_selected_become_the_right_passage(page: Page, documents: Server) -> None:
    page.goto(f"{documents.address}/documents?source=mill.txt")
    second = page.locator(".line .text").nth(1)
    second.wait_for()
    box = second.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 10, steps=4)
    page.mouse.up()
    page.get_by_role("button", name="This is the right passage").click()
    _keep(page, "When did the mill close?")
    (item,) = load(documents.home.with_name("library-gold.jsonl"))
    (evidence,) = item.evidence[0]
    text = Assistant.open(documents.home).document("mill.txt").text
    assert text[evidence.start : evidence.end] == evidence.quote
    assert evidence.quote.startswith("It closed")
    assert len(evidence.quote) < len("It closed in 1964 after a flood.")


def test_the_button_stays_beside_the_words_when_they_scroll(page: Page, documents: Server, tmp_path: Path) -> None:
    (tmp_path / "documents" / "long.txt").write_text("A line of many.\n" * 400, encoding="utf-8")
    Assistant.open(documents.home).ingest(tmp_path / "documents")
    page.goto(f"{documents.address}/documents?source=long.txt")
    words = page.locator(".line .text").nth(8)
    words.select_text()
    button = page.get_by_role("button", name="This is the right passage")
    button.wait_for()
    before = button.bounding_box()
    page.locator(".lines").evaluate("lines => { lines.scrollTop += 60 }")
    page.wait_for_function(
        "([button, top]) => Math.abs(top - 60 - button.getBoundingClientRect().top) < 2",
        arg=[button.element_handle(), before and before["y"]],
    )


def test_the_right_passage_is_kept_without_a_mouse_and_wrong_words_are_told(page: Page, documents: Server) -> None:
    page.goto(f"{documents.address}/documents?source=mill.txt")
    page.get_by_role("button", name="Mark the right passage").press("Enter")
    words = page.get_by_label("The words that answer it")
    words.fill("It burned down.")
    words.press("Control+Enter")
    _keep(page, "When did the mill open?", "does not stand in mill.txt")
    words.fill("opened in 1921")
    words.press("Control+Enter")
    page.get_by_role("button", name="Keep as a test question").press("Enter")
    page.get_by_text("Kept in library-gold.jsonl.").wait_for()


def _keep(page: Page, question: str, said: str = "Kept in library-gold.jsonl.") -> None:
    page.get_by_label("The question").fill(question)
    page.get_by_label("The question").press("Enter")
    page.get_by_role("button", name="Keep as a test question").press("Enter")
    page.get_by_text(said).wait_for()


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


def test_while_another_process_writes_the_library_is_read_and_a_change_is_refused_in_a_sentence(
    page: Page, documents: Server
) -> None:
    page.goto(documents.address)
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill("When did the old mill open?")
    box.press("Enter")
    page.locator("button.number").first.wait_for()
    conversation = page.url
    with write_lock(documents.home / "lock"):
        page.goto(f"{documents.address}/documents?source=mill.txt")
        page.get_by_role("button", name="Remove").click()
        page.get_by_role("button", name="Remove it").click()
        page.get_by_role("alert").get_by_text("is writing to it").wait_for()
        page.goto(conversation)
        page.locator("button.number").first.wait_for()
        box.fill("When did the old mill close?")
        box.press("Enter")
        page.locator("button.number").nth(1).wait_for()


def test_a_file_of_25_megabytes_is_refused(page: Page, documents: Server, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes(b"word " * 5_000_000)
    page.goto(f"{documents.address}/documents")
    page.get_by_text("Add documents").click()
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("File must be 20.0MB or smaller.").wait_for()
