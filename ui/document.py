"""One document, whole, with what is cited of it."""

from __future__ import annotations

import streamlit as st

from rag.errors import RagError
from rag.types import Document, Span
from ui import components, marking, text
from ui.problems import sentence
from ui.session import assistant, conversations, known

KINDS = {
    "text/plain": "Text",
    "text/markdown": "Markdown",
    "text/x-rst": "reStructuredText",
    "text/html": "Web page",
    "text/csv": "Table",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/epub+zip": "Book",
    "message/rfc822": "Mail",
    "application/json": "JSON",
    "application/jsonl": "JSON lines",
}
LONGEST_SHOWN = 200_000
"""Characters of a document that are shown at once, around what is marked."""
LONGEST_LINE = 2_000
"""Characters; what is shown of a long document begins with a line, unless that is longer than this."""


def kind(media_type: str) -> str:
    """A media type as people say it."""
    return KINDS.get(media_type, media_type.rsplit("/", 1)[-1])


def show(source: str) -> None:
    """The document of this name; a sentence where there is none."""
    st.button("All documents", icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    try:
        document = assistant().document(source)
    except RagError as error:
        text.notice(sentence(error), "warning")
        return
    text.title(document.title or document.source)
    _facts(document)
    past = _cited_before(document)
    if past:
        text.quiet(f"Underlined: {text.count(len(past), 'place')} that earlier answers cited.")
    marked = _lines(document, past)
    with st.container(horizontal=True):
        if st.button("Mark the right passage", icon=":material/ink_highlighter:") or marked:
            marking.right_passage(source, marked)
        _remove(source)


def _facts(document: Document) -> None:
    info = next((found for found in known() if found.source == document.source), None)
    facts = [
        document.source if document.title else "",
        kind(document.media_type),
        text.day(document.published),
        text.size(info.size) if info else "",
        text.count(info.chunks, "passage") if info else "",
    ]
    text.quiet(" · ".join(fact for fact in facts if fact))
    for note in document.notes:
        text.quiet(note)


def _lines(document: Document, past: list[Span]) -> Span | None:
    """The text with its line numbers; what was just marked in it."""
    wanted = _wanted(document)
    start, end = _window(document, wanted)
    if end - start < len(document.text):
        first, last = document.lines(start, end)
        part = f"lines {first:,} to {last:,} are" if last > first else f"a part of line {first:,} is"
        text.quiet(f"This document is long: {part} shown.")
    marks: list[tuple[Span, str]] = [(span, "past") for span in past] + ([(wanted, "cited")] if wanted else [])
    lines = components.marked(document, marks, start, end)
    return components.source(lines, key=f"whole-{document.source}", label="The whole document")


def _cited_before(document: Document) -> list[Span]:
    """The spans that this visitor's answers cited and that still stand there."""
    cited = conversations().cited(document.source)
    return [(c.start, c.end) for c in cited if document.text[c.start : c.end] == c.quote]


def _wanted(document: Document) -> Span | None:
    """The characters that the address asks for; None where it asks for none that there are."""
    try:
        start, end = int(st.query_params.get("start", "")), int(st.query_params.get("end", ""))
    except ValueError:
        return None
    return (start, end) if 0 <= start < end <= len(document.text) else None


def _window(document: Document, wanted: Span | None) -> Span:
    if len(document.text) <= LONGEST_SHOWN:
        return 0, len(document.text)
    middle = wanted[0] if wanted else 0
    start = max(0, min(middle - LONGEST_SHOWN // 2, len(document.text) - LONGEST_SHOWN))
    earliest = max(0, start - LONGEST_LINE)
    line_end = max(document.text.rfind(mark, earliest, start) for mark in "\r\n")
    start = line_end + 1 if line_end >= 0 else start
    return start, min(len(document.text), start + LONGEST_SHOWN)


def _remove(source: str) -> None:
    with st.popover("Remove", icon=":material/delete:"):
        text.say("The document leaves the library; the file stays where it is.")
        if st.button("Remove it", key="remove"):
            try:
                assistant().forget(source)
            except RagError as error:
                text.notice(sentence(error), "warning")
                return
            _leave()
            st.rerun()


def _leave() -> None:
    for name in ("source", "start", "end"):
        st.query_params.pop(name, None)
