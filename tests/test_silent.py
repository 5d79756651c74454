from __future__ import annotations

import pytest

from rag.answer.silent import silent_sentences
from rag.types import Document, Section, Sentence


def silent(text: str, question: str = "Why?", media_type: str = "text/plain", place: str = "") -> list[str]:
    """The silent ones of the text's lines, each taken for a sentence."""
    spans, at = [], 0
    for line in text.splitlines(keepends=True):
        spans.append(Sentence(at, at + len(line.rstrip("\n"))))
        at += len(line)
    document = Document("a", text, "0" * 64, media_type, sections=(Section(0, len(text), place),))
    found = silent_sentences(document, [span for span in spans if span.end > span.start], question)
    return [text[one.start : one.end] for one in sorted(found, key=lambda one: one.start)]


def test_a_question_on_a_line_of_its_own_answers_nothing() -> None:
    assert silent("**When is it open?**\nOn Saturdays.") == ["**When is it open?**"]
    assert silent("## Who may come?\n\nAll.") == ["## Who may come?"]
    assert silent("On Saturdays.\nWhy not?") == ["Why not?"]


def test_a_question_within_a_paragraph_may() -> None:
    text = "Who paid? The mayor did."
    document = Document("a", text, "0" * 64, "text/plain")
    assert silent_sentences(document, [Sentence(0, 9), Sentence(10, 24)], "Who paid?") == set()


def test_the_head_of_a_table_answers_nothing_and_its_rows_may() -> None:
    ruled = "| Category | Fee |\n|---|---:|\n| Full | 286 |"
    assert silent(ruled) == ["| Category | Fee |", "|---|---:|"]
    assert silent("Berth | Boat\nBerth: A1, Boat: Solace.\nBerth: A2, Boat: Norn.") == ["Berth | Boat"]
    assert silent("| Full | 286 |\n| Family | 410 |") == []


@pytest.mark.parametrize(("question", "heads"), [("What leaks?", 1), ("Who wrote?", 0), ("When was it sent?", 0)])
def test_the_head_of_a_mail_answers_who_and_when_alone(question: str, heads: int) -> None:
    text = "Mail from Ann to Bob, subject: the leak."
    assert len(silent(text, question, "message/rfc822", "message header")) == heads
    assert silent(text, question, "message/rfc822", "message body, paragraph 1") == []
