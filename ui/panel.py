"""The source panel: the cited characters in their document, beside the answer."""

from __future__ import annotations

import streamlit as st

from rag import Assistant
from rag.answer.kept import Now, now
from rag.conversations import Turn
from rag.errors import RagError
from rag.types import Answer, Citation, Document
from ui import components, text
from ui.session import Opened, session

AROUND = 900
"""Characters shown before and after the quote; the document page shows all."""


def states(assistant: Assistant, answer: Answer) -> dict[int, str]:
    """Of each citation whose source is not what it was: what has changed, in words."""
    documents = {source: find(assistant, source) for source in {c.source for c in answer.citations}}
    found = {c.number: now(c, documents[c.source]).words for c in answer.citations}
    return {number: words for number, words in found.items() if words}


def find(assistant: Assistant, source: str) -> Document | None:
    """The document of today; None where it is gone."""
    try:
        return assistant.document(source)
    except RagError:
        return None


def show(assistant: Assistant, turns: tuple[Turn, ...]) -> None:
    """The panel of the citation that is open; a quiet line where none is."""
    opened = session().opened
    turn = next((t for t in turns if opened and t.id == opened.turn), None)
    citations = turn.answer.citations if turn and turn.answer else ()
    at = next((i for i, c in enumerate(citations) if opened and c.number == opened.number), None)
    if turn is None or turn.answer is None or at is None:
        _empty(turns)
        return
    with st.container(key="panel-open"):
        citation = citations[at]
        _head(turn, citations, at)
        document = find(assistant, citation.source)
        state = now(citation, document)
        if state.words:
            text.notice(state.words, "warning")
        if document is not None and state.end:
            _excerpt(turn.answer, citation, document, state)
        else:
            text.quiet("What was cited then:")
            text.say(citation.quote)
        if document is not None:
            _whole(citation, state)


def _empty(turns: tuple[Turn, ...]) -> None:
    if any(turn.answer and turn.answer.citations for turn in turns):
        with st.container(key="panel-empty"):
            text.quiet("Open a number to read its source here.")


def _head(turn: Turn, citations: tuple[Citation, ...], at: int) -> None:
    citation = citations[at]
    with st.container(horizontal=True, key="panel-head"):
        text.heading(citation.title or citation.source)
        st.button(
            "",
            key="panel-close",
            icon=":material/close:",
            help="Close the source",
            type="tertiary",
            on_click=_open,
            args=(None,),
        )
    first, last = citation.lines
    place = citation.place or (f"line {first}" if first == last else f"lines {first} to {last}")
    facts = [citation.source if citation.title else "", place, text.day(citation.published)]
    text.quiet(" · ".join(fact for fact in facts if fact))
    if len(citations) < 2:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, step in (("Previous", "chevron_left", -1), ("Next", "chevron_right", 1)):
            target = Opened(turn.id, citations[(at + step) % len(citations)].number)
            st.button(
                "",
                key=f"panel-{label}",
                icon=f":material/{icon}:",
                help=text.plain(f"{label} citation"),
                type="tertiary",
                on_click=_open,
                args=(target,),
            )
        text.quiet(f"{at + 1} of {len(citations)}")


def _excerpt(answer: Answer, citation: Citation, document: Document, state: Now) -> None:
    start = _line_start(document.text, max(0, state.start - AROUND))
    end = _line_end(document.text, min(len(document.text), state.end + AROUND))
    spans = [((state.start, state.end), "cited")]
    moved = state.start - citation.start
    spans += [
        ((statement.highlight[0] + moved, statement.highlight[1] + moved), "exact")
        for statement in answer.statements
        if statement.highlight and statement.citations and statement.citations[0].number == citation.number
    ]
    lines = components.marked(document, spans, start, end)
    components.source(
        lines, key=f"source-{citation.sha256[:8]}-{start}-{state.start}", label="The source of the citation"
    )


def _whole(citation: Citation, state: Now) -> None:
    st.page_link(
        st.session_state.pages["documents"],
        label="Open the whole document",
        icon=":material/description:",
        query_params={"source": citation.source, "start": str(state.start), "end": str(state.end)},
    )


def _open(target: Opened | None) -> None:
    session().opened = target


def _line_start(whole: str, at: int) -> int:
    return max(whole.rfind("\n", 0, at), whole.rfind("\r", 0, at)) + 1


def _line_end(whole: str, at: int) -> int:
    found = [end for mark in "\r\n" if (end := whole.find(mark, at)) >= 0]
    return min(found, default=len(whole))
