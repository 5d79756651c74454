"""The source panel: the cited characters in their document, beside the answer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rag.answer.kept import Now, now
from rag.conversations import Turn
from rag.types import Answer, Citation, Document, Span
from ui import components, marking, text

AROUND = 900
"""Characters shown before and after the quote; the document page shows all."""

Find = Callable[[str], Document | None]
"""The document of today by its source; None where it is gone."""


def show(conversation: str, turns: tuple[Turn, ...]) -> None:
    """The panel; it may lead to the whole document, or to keeping what was marked in it."""
    with st.container(key="panel"):
        wanted = components.panel(conversation, any(turn.answer and turn.answer.citations for turn in turns))
    if isinstance(wanted, components.Marked):
        marking.right_passage(wanted.source, wanted.span, [t.question for t in turns if t.id == wanted.turn])
    elif wanted:
        st.switch_page(st.session_state.pages["documents"], query_params=wanted)


def excerpts(answer: Answer, find: Find) -> dict[int, components.Excerpt]:
    """Of each citation what the panel shows when its number is clicked."""
    return {citation.number: _excerpt(answer, citation, find(citation.source)) for citation in answer.citations}


def _excerpt(answer: Answer, citation: Citation, document: Document | None) -> components.Excerpt:
    state = now(citation, document)
    first, last = citation.lines
    place = citation.place or (f"line {first}" if first == last else f"lines {first} to {last}")
    facts = [citation.source if citation.title else "", place, text.day(citation.published)]
    return components.Excerpt(
        title=citation.title or citation.source,
        facts=" · ".join(fact for fact in facts if fact),
        notice=state.words,
        quote=citation.quote,
        lines=_lines(answer, citation, document, state) if document is not None and state.end else (),
        source=citation.source,
        start=state.start,
        end=state.end,
    )


def _lines(answer: Answer, citation: Citation, document: Document, state: Now) -> tuple[components.Line, ...]:
    start = _line_start(document.text, max(0, state.start - AROUND))
    end = _line_end(document.text, min(len(document.text), state.end + AROUND))
    spans: list[tuple[Span, str]] = [((state.start, state.end), "cited")]
    moved = state.start - citation.start
    spans += [
        ((statement.highlight[0] + moved, statement.highlight[1] + moved), "exact")
        for statement in answer.statements
        if statement.highlight and statement.citations and statement.citations[0].number == citation.number
    ]
    return tuple(components.marked(document, spans, start, end))


def _line_start(whole: str, at: int) -> int:
    return max(whole.rfind("\n", 0, at), whole.rfind("\r", 0, at)) + 1


def _line_end(whole: str, at: int) -> int:
    found = [end for mark in "\r\n" if (end := whole.find(mark, at)) >= 0]
    return min(found, default=len(whole))
