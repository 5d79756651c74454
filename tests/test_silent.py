from __future__ import annotations

import pytest

from rag.answer.silent import silent_sentences
from rag.ingest.sentences import split
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


@pytest.mark.parametrize(
    ("text", "asks", "is_silent"),
    [
        ("Does the club accept dogs? Yes, but only on a lead.", "Does the club accept dogs?", True),
        ("Bring a coat. Is the pool open? It is.", "Is the pool open?", True),
        ("Bring a coat. Is the pool open?\nIt is.", "Is the pool open?", True),
        ("**Is the pool open?** It is.", "**Is the pool open?**", True),
        ("They left one thing open. Will the bridge hold?\n\nThe costs rose.", "Will the bridge hold?", False),
        ("They left one thing open. Will the bridge hold?", "Will the bridge hold?", False),
        ("It rained. Ms Brown asked when it would open? Mr Fox shrugged.", "Ms Brown asked when it would open?", False),
        ("The question was: How high is it? The prize was a ham.", "The question was: How high is it?", False),
        ("“Will the bridge hold?” the mayor asked.", "“Will the bridge hold?” the mayor asked.", False),
    ],
)
def test_a_question_answers_nothing_unless_it_ends_a_paragraph(text: str, asks: str, is_silent: bool) -> None:
    document = Document("a", text, "0" * 64, "text/plain")
    sentences = split(text)
    found = silent_sentences(document, sentences, "Who paid?")
    (asking,) = (one for one in sentences if text[one.start : one.end] == asks)
    assert found == ({asking} if is_silent else set())


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
