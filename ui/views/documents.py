"""The documents: what is in the library, what was left out and why; and one of them, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rag.errors import RagError
from rag.types import Document, Span
from ui import components, text, welcome
from ui.adding import add_documents
from ui.problems import sentence
from ui.session import assistant, conversations, has_library, home, ingesting, known, version

if TYPE_CHECKING:
    from pandas import DataFrame

KINDS = {
    "text/plain": "Text",
    "text/markdown": "Markdown",
    "text/html": "Web page",
    "text/x-rst": "reStructuredText",
    "application/pdf": "PDF",
}
LONGEST_SHOWN = 200_000
"""Characters of a document that are shown at once, around what is marked."""


def page() -> None:
    """One document where the address names one, else all of them."""
    source = st.query_params.get("source", "")
    if source and has_library():
        _one(source)
    else:
        _all()


def _all() -> None:
    text.title("Documents")
    if not has_library():
        if ingesting().running:
            welcome.reading()
        else:
            add_documents()
        return
    if ingesting().running:
        welcome.reading()
    _outcome()
    documents = known()
    passages = sum(document.chunks for document in documents)
    text.quiet(f"{text.count(len(documents), 'document')}, {text.count(passages, 'passage')}. Choose one to read it.")
    st.dataframe(
        _table(str(home()), version()),
        hide_index=True,
        on_select=_choose,
        selection_mode="single-row",
        key="table",
        width="stretch",
        column_config={"Title": st.column_config.TextColumn(width=300), "File": st.column_config.TextColumn(width=170)},
    )
    _skipped()
    with st.expander("Add documents", icon=":material/add:"):
        add_documents()


@st.cache_resource(show_spinner=False, max_entries=2)
def _table(folder: str, number: int) -> DataFrame:  # noqa: ARG001 - the key of the cache
    """A row for each document; made once a version, because of ten thousand rows it takes a while."""
    from pandas import DataFrame

    return DataFrame(
        {
            "Title": document.title or document.source,
            "File": document.source,
            "Type": KINDS.get(document.media_type, document.media_type),
            "Date": text.day(document.published),
            "Size": text.size(document.size),
            "Passages": document.chunks,
            "State": "ready" if document.chunks else "no text that can be cited",
        }
        for document in known()
    )


def _choose() -> None:
    """Open the document of the row, before the list is drawn once more."""
    rows = st.session_state.table.selection.rows
    if rows:
        st.query_params["source"] = known()[rows[0]].source


def _outcome() -> None:
    """What the last ingest came to."""
    work = ingesting()
    if work.problem:
        text.notice(work.problem, "warning")
    report = work.report
    if report is not None:
        parts = [("added", report.added), ("updated", report.updated), ("removed", report.removed)]
        said = [f"{text.count(len(found), 'document')} {word}" for word, found in parts if found]
        text.quiet("Last reading: " + (", ".join(said) or "nothing new") + ".")


def _skipped() -> None:
    skipped = assistant().status().skipped
    if not skipped:
        return
    with st.expander(f"{text.count(len(skipped), 'file')} skipped", icon=":material/warning:"):
        for file in skipped:
            text.say(f"{file.source}: {file.reason}")


def _one(source: str) -> None:
    st.button("All documents", icon=":material/arrow_back:", type="tertiary", on_click=_leave)
    try:
        document = assistant().document(source)
    except RagError as error:
        text.notice(sentence(error), "warning")
        return
    text.title(document.title or document.source)
    info = next(d for d in known() if d.source == source)
    kind = KINDS.get(document.media_type, document.media_type)
    facts = [
        source if document.title else "",
        kind,
        text.day(document.published),
        text.size(info.size),
        text.count(info.chunks, "passage"),
    ]
    text.quiet(" · ".join(fact for fact in facts if fact))
    for note in document.notes:
        text.quiet(note)
    past = _cited_before(document)
    if past:
        text.quiet(f"Underlined: {text.count(len(past), 'place')} that earlier answers cited.")
    wanted = _wanted(document)
    start, end = _window(document, wanted)
    if end - start < len(document.text):
        text.quiet(
            f"This document is long: lines {document.lines(start, start)[0]:,} to "
            f"{document.lines(start, end)[1]:,} are shown."
        )
    marks: list[tuple[Span, str]] = [(span, "past") for span in past] + ([(wanted, "cited")] if wanted else [])
    components.source(components.marked(document, marks, start, end), key=f"whole-{source}", label="The whole document")
    _remove(source)


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
    start = document.text.rfind("\n", 0, start) + 1
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
