from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from eval.gold import load
from rag import Assistant
from rag.answer.citations import Numbering
from rag.conversations import Conversations
from rag.types import Answer, Conflict, Side, Statement
from tests.browser.conftest import WAIT_MS, Server

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

IS_DARK = """() => {
  const app = document.querySelector(".stApp") // not there while the page loads
  return app && getComputedStyle(app).backgroundColor === "rgb(22, 23, 26)"
}"""


def _options(page: Page, label: str) -> Locator:
    """The list of a choice, opened; a page that is drawn anew meanwhile closes it, and a person clicks again."""
    options = page.get_by_role("option")
    for _ in range(10):
        page.get_by_label(label).click()
        page.wait_for_timeout(1_500)
        if options.count():
            break
    return options


def _ask(page: Page, question: str) -> None:
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill(question)
    box.press("Enter")


def _open(page: Page, server: Server, path: str = "") -> None:
    page.goto(server.address + path)
    page.get_by_test_id("stChatInput").wait_for()


def _marked(page: Page) -> str:
    page.locator("mark").first.wait_for()
    return "".join(page.locator("mark").all_inner_texts())


def _numbers(page: Page) -> Locator:
    return page.locator("button.number")


def test_a_number_opens_its_source_at_the_cited_words(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "What did Blinken say about Rafah?")
    _numbers(page).first.click()
    words = _marked(page)
    source = page.locator("section.open").inner_text()
    assert any(words in d.text for d in map(Assistant.open(server.home).document, re.findall(r"\w+\.txt", source)))
    assert _numbers(page).first.get_attribute("aria-pressed") == "true"


def test_the_open_source_leads_to_the_whole_document_at_the_same_words(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "What did Blinken say about Rafah?")
    _numbers(page).first.click()
    words = _marked(page)
    page.get_by_text("Open the whole document").click()
    page.get_by_text("All documents").wait_for()
    assert "start=" in page.url
    assert _marked(page) == words
    page.reload()
    assert _marked(page) == words


def test_a_conversation_survives_a_reload_with_its_sources(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "What did Blinken say about Rafah?")
    _numbers(page).first.wait_for()
    page.reload()
    _numbers(page).first.click()
    assert _marked(page)
    page.get_by_role("button", name="New conversation").click()
    _numbers(page).first.wait_for(state="detached")
    page.locator(".st-key-conversations").get_by_text("What did Blinken say about Rafah?").first.click()
    _numbers(page).first.wait_for()


def test_a_stopped_answer_keeps_what_was_written(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "Tell me slowly")
    page.get_by_text("word3").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("stopped", exact=True).wait_for()
    assert "word3" in page.locator(".stMain").inner_text()
    assert "word99" not in page.locator(".stMain").inner_text()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("word5").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("stopped", exact=True).wait_for()
    assert page.get_by_role("heading", name="Tell me slowly").count() == 1


def test_a_question_without_an_answer_says_so_and_what_was_searched(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "What is elsewhere?")
    page.get_by_text("The documents do not say.").wait_for()
    page.get_by_text(re.compile(r"Searched 5 documents, \d+ passages")).wait_for()
    page.get_by_text("Closest passages").click()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Does it fail?", "The model did not answer (time-out after 120 s); ask again, or choose the reader."),
        ("Does it break?", "This did not work, and it is not your doing."),
        ("x" * 100_000, "A question may have 4,000 characters, and this one has 100,000."),
    ],
    ids=["provider", "bug", "too long"],
)
def test_what_goes_wrong_is_a_sentence_and_the_conversation_stays(
    page: Page, server: Server, question: str, sentence: str
) -> None:
    _open(page, server)
    _ask(page, "What did Blinken say about Rafah?")
    _numbers(page).first.wait_for()
    _ask(page, question)
    page.get_by_text(sentence).wait_for()
    _numbers(page).first.wait_for()
    assert "a secret of the program" not in page.content()
    assert "Traceback" not in page.content()


def test_sources_that_differ_stand_side_by_side_and_what_lacks_support_is_marked(page: Page, server: Server) -> None:
    _open(page, server, f"/?conversation={conflict(server.home)}")
    page.get_by_text("The sources differ").wait_for()
    assert page.locator(".side .value").all_inner_texts() == ["11,240", "34,000"]
    assert "14 Nov 2023" in page.locator(".side").first.inner_text()
    assert page.locator(".unsupported").first.is_visible()
    page.get_by_text("34,000 is not in the cited sentences.").wait_for()


def test_the_keyboard_reaches_numbers_and_arrows_walk_between_them(page: Page, server: Server) -> None:
    _open(page, server, f"/?conversation={conflict(server.home)}")
    _numbers(page).first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.shadowRoot.activeElement.textContent") == "2"
    page.keyboard.press("Enter")
    assert _marked(page)
    assert page.locator(".number:focus").count() == 1


def test_on_a_phone_the_source_is_a_sheet_that_closes(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _open(page, server, f"/?conversation={conflict(server.home)}")
    _numbers(page).first.click()
    assert _marked(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sheet = page.locator("section.open").bounding_box()
    assert sheet is not None
    assert sheet["x"] == 0
    assert sheet["width"] == 390
    mark = page.locator("mark").first.bounding_box()
    assert mark is not None
    assert sheet["y"] < mark["y"] < 844
    page.get_by_label("Close the source").click()
    page.locator("mark").first.wait_for(state="detached")


def test_the_source_is_walked_and_closed_with_the_keyboard(page: Page, server: Server) -> None:
    _open(page, server, f"/?conversation={conflict(server.home)}")
    _numbers(page).first.click()
    words = _marked(page)
    page.get_by_label("Next citation").focus()
    page.keyboard.press("Enter")
    page.get_by_text("2 of 2").wait_for()
    assert _marked(page) != words
    assert _numbers(page).nth(1).get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    page.locator("mark").first.wait_for(state="detached")
    assert page.locator(".number:focus").count() == 1
    assert page.locator(".number[aria-pressed=true]").count() == 0


def test_what_was_chosen_stays_with_its_conversation(page: Page, server: Server) -> None:
    _open(page, server)
    page.get_by_role("slider").press("ArrowLeft")
    page.get_by_text("at most 1 in 20 should get an answer").wait_for()
    page.get_by_text("5 documents", exact=True).click()
    _options(page, "Search only in").nth(1).click()  # the first is "Select all"
    page.get_by_text("Searching 1 of 5 documents.").wait_for()
    _ask(page, "What did Blinken say about Rafah?")
    _numbers(page).first.wait_for()
    page.reload()
    page.get_by_text("Searching 1 of 5 documents.").wait_for()
    page.get_by_text("at most 1 in 20 should get an answer").wait_for()
    page.get_by_role("button", name="New conversation").click()
    page.get_by_text("Searching 1 of 5 documents.").wait_for(state="detached")
    page.get_by_text("at most 1 in 10 should get an answer").wait_for()


def test_only_answerers_that_are_to_be_had_are_offered(page: Page, server: Server) -> None:
    _open(page, server)
    assert _options(page, "Answers by").all_inner_texts() == ["The reader", "The likest sentences"]


def test_an_answer_leads_on_to_questions_that_are_answered(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "What did Blinken say about Rafah?")
    offered = page.locator(".st-key-follow-ups button").first
    offered.wait_for(timeout=2 * WAIT_MS)
    question = offered.inner_text()
    offered.click()
    page.get_by_role("heading", name=question).wait_for()
    _numbers(page).nth(1).wait_for()


def test_the_right_passage_becomes_gold(page: Page, server: Server) -> None:
    question = "What did Blinken say about Rafah in the end?"
    _open(page, server)
    _ask(page, question)
    page.locator("[class*=st-key-more-] button").first.click()
    _options(page, "One of the passages that were found").nth(1).click()
    _options(page, "The words that answer").nth(1).click()
    page.get_by_role("button", name="Keep as a test question").click()
    page.get_by_text("Kept in library-gold.jsonl.").wait_for()
    item = load(server.home.with_name("library-gold.jsonl"))[-1]
    (evidence,) = item.evidence[0]
    document = Assistant.open(server.home).document(evidence.source)
    assert (item.question, document.text[evidence.start : evidence.end]) == (question, evidence.quote)
    page.get_by_role("button", name="Keep as a test question").click()
    page.get_by_text("asks this already").wait_for()


def test_words_that_are_selected_in_the_panel_are_the_right_passage_of_its_question(page: Page, server: Server) -> None:
    _open(page, server, f"/?conversation={conflict(server.home)}")
    _numbers(page).first.click()
    _marked(page)
    page.locator("mark").first.select_text()
    page.get_by_role("button", name="This is the right passage").click()
    page.get_by_role("button", name="Keep as a test question").click()
    page.get_by_text("Kept in library-gold.jsonl.").wait_for()
    item = load(server.home.with_name("library-gold.jsonl"))[-1]
    assert item.question == "How did the two death tolls differ?"
    assert "11,240" in item.evidence[0][0].quote


def test_the_card_of_a_number_goes_when_its_source_is_open_or_by_escape(page: Page, server: Server) -> None:
    _open(page, server, f"/?conversation={conflict(server.home)}")
    card = page.locator(".card").first
    _numbers(page).first.hover()
    card.wait_for()
    _numbers(page).first.click()
    card.wait_for(state="hidden")
    page.mouse.move(640, 790)
    _numbers(page).first.hover()
    card.wait_for()
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_two_windows_may_ask_in_one_conversation(page: Page, server: Server) -> None:
    _open(page, server)
    _ask(page, "What did Blinken say about Rafah?")
    _numbers(page).first.wait_for()
    other = page.context.new_page()
    other.goto(page.url)
    _numbers(other).first.wait_for()
    _ask(other, "Who resigned over the war?")
    _ask(page, "Who spoke in Washington?")
    _numbers(other).nth(1).wait_for()
    _numbers(page).nth(1).wait_for()
    for window in (page, other):
        window.reload()
        for question in ("Rafah?", "the war?", "Washington?"):
            window.get_by_role("heading", name=question).wait_for()
        assert window.get_by_role("alert").count() == 0


def test_light_and_dark_are_chosen_and_stay(page: Page, server: Server) -> None:
    _open(page, server)
    page.get_by_text("Light or dark").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    page.wait_for_function(IS_DARK)
    page.goto(f"{server.address}/documents")
    page.wait_for_function(IS_DARK)


def test_dark_is_followed(browser: object, server: Server) -> None:
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    _open(page, server)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    context.close()
    assert max(map(int, re.findall(r"\d+", background)[:3])) < 60


def test_a_first_question_on_an_empty_machine(page: Page, empty_server: Server, tmp_path: Path) -> None:
    file = tmp_path / "mill.txt"
    file.write_text("The old mill opened in 1921. It closed in 1964 after a flood.", encoding="utf-8")
    page.goto(empty_server.address)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("mill.txt").wait_for()
    page.wait_for_load_state("networkidle")  # the files have arrived
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_test_id("stChatInput").wait_for()
    _ask(page, "When did the old mill open?")
    _numbers(page).first.click()
    assert "1921" in _marked(page)


def conflict(home: Path) -> str:
    """A conversation with an answer whose sources differ; its id."""
    assistant, numbering = Assistant.open(home), Numbering()
    dated, other = assistant.document("004_312ac729c335d70b.txt"), assistant.document("000_fabb28472fe54dbc.txt")
    at = dated.text.index("11,240")
    one = numbering.cite(dated, at, at + 60)
    two = numbering.cite(other, 0, 60)
    answer = Answer(
        "How did the two death tolls differ?",
        statements=(
            Statement("It was 11,240 on 14 November 2023.", (one,), highlight=(at, at + 6)),
            Statement("Later it was 34,000.", (two,), missing=("34,000 is not in the cited sentences",)),
        ),
        conflicts=(Conflict((Side("11,240", (one,)), Side("34,000", (two,)))),),
        answerer="reader",
        confidence=0.86,
    )
    store = Conversations(home)
    conversation, turn = store.ask("", answer.question)
    store.answered(turn, answer)
    return conversation
