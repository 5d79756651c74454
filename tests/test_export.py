"""Conversations on paper: whole, and as harmless as on the screen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from rag.answer.citations import Numbering
from rag.conversations import Conversation, Turn
from rag.export import as_markdown, conversation_as_json, conversation_as_markdown
from rag.types import Answer, Conflict, Document, Side, Statement
from tests.ui_payloads import payloads

TEXT = "The mill opened in 1921. It closed in 1964."
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain", title="The mill", published="2023-11-14")
OPENED, CLOSED = Numbering().cite(DOCUMENT, 0, 24), replace(Numbering().cite(DOCUMENT, 25, 43), number=2)
ANSWER = Answer(
    "When did the mill open?",
    statements=(Statement("It opened in 1921.", (OPENED,)), Statement("In 1900.", (CLOSED,), missing=("1900",))),
    conflicts=(Conflict((Side("1921", (OPENED,)), Side("1964", (CLOSED,)))),),
    answerer="reader",
)
THREAD = Conversation("a" * 32, "When did the mill open?", "2026-01-01T00:00:00.000+00:00")


def turn(question: str = "When?", answer: Answer | None = None, partial: str = "", problem: str = "") -> Turn:
    return Turn(1, THREAD.updated, question, answer, partial, problem)


def test_exports_hold_every_quote() -> None:
    turns = (turn(ANSWER.question, ANSWER), turn("And then?"))
    written = conversation_as_markdown(THREAD, turns)
    assert "It opened in 1921. [1] In 1900. [2] (not supported: 1900)" in written
    for citation in ANSWER.citations:
        assert f'[{citation.number}] mill.txt:1, 2023-11-14: "{citation.quote}"' in written
    assert "The sources differ: 1921 [1]; 1964 [2]." in written
    assert "## And then?\n\nNot answered." in written
    plain = json.loads(conversation_as_json(THREAD, turns))
    assert plain["turns"][0]["answer"]["citations"][0]["quote"] == ANSWER.citations[0].quote
    assert plain["turns"][1]["answer"] is None


def test_what_else_the_reader_was_told_is_written_too() -> None:
    told = replace(ANSWER, reason="the key was refused", notes=("2 of 8 passages were left out.",))
    assert as_markdown(turn(answer=told)).endswith(
        "Answered by reader: the key was refused.\n\n2 of 8 passages were left out."
    )
    silent = Answer("When?", abstained=True, reason="No passage was found.")
    assert as_markdown(turn(answer=silent)) == "## When?\n\nThe documents do not say.\n\nNo passage was found."
    assert as_markdown(turn(partial="The mill op")) == "## When?\n\nThe mill op (stopped)"
    assert as_markdown(turn(problem="The model failed.")) == "## When?\n\nThe model failed."


@pytest.mark.parametrize(
    "text", [*payloads("https://evil.example"), "# heading", "1. item", "&lt;b&gt; \\<b>", "a\n# b"]
)
def test_whatever_was_asked_said_or_quoted_is_only_shown(text: str) -> None:
    source = Document(text, text, "ab" * 32, "text/plain", title=text, published=text)
    quoted = Numbering().cite(source, 0, len(text))
    answer = Answer(
        text,
        (Statement(text, (quoted,), missing=(text,)),),
        conflicts=(Conflict((Side(text, (quoted,)), Side("1964", (quoted,)))),),
        reason=text,
        notes=(text,),
    )
    turns = (turn(text, answer), turn(text, partial=text), turn(text, problem=text))
    tokens = MarkdownIt("commonmark").parse(conversation_as_markdown(replace(THREAD, title=text), turns))
    found = {token.type for block in tokens for token in (block, *(block.children or ()))}
    assert found <= {"heading_open", "heading_close", "paragraph_open", "paragraph_close"} | {
        *("inline", "text", "text_special", "softbreak")
    }
    shown = [block.content for block in tokens if block.type == "inline"]
    assert len(shown) == 1 + 3 + 3 + 2 + 2, shown


def test_plain_words_are_written_as_they_are() -> None:
    text = 'In 1,900 cases (about 5%) my_file.txt & C# cost $5 - or 3.5 > 2; it\'s "so".'
    assert as_markdown(turn(problem=text)) == f"## When?\n\n{text}"
