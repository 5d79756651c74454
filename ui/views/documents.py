"""The documents: what is in the library, what was left out and why; and one of them, whole."""

from __future__ import annotations

import streamlit as st

from ui import components, document, outcome, text, welcome
from ui.adding import add_documents
from ui.session import has_library, home, ingesting, known, version

LIST = "documents"


@st.fragment
def page() -> None:
    """One document where the address names one, else all of them; a click runs this alone."""
    source = st.query_params.get("source", "")
    if source and has_library():
        document.show(source)
    else:
        _all()


def _all() -> None:
    text.title("Documents")
    if not has_library():
        welcome.bring()
        return
    if ingesting().running:
        welcome.reading()
    outcome.changes()
    documents = known()
    passages = sum(one.chunks for one in documents)
    text.quiet(f"{text.count(len(documents), 'document')}, {text.count(passages, 'passage')}. Choose one to read it.")
    components.documents(_rows(str(home()), version()), LIST, _choose)
    outcome.left_out()
    with st.expander("Add documents", icon=":material/add:"):
        add_documents()


@st.cache_resource(show_spinner=False, max_entries=2)
def _rows(folder: str, number: int) -> list[dict[str, str | int]]:  # noqa: ARG001 - the key of the cache
    """A row for each document; made once a version, because ten thousand take a while."""
    return [
        {
            "title": one.title,
            "source": one.source,
            "kind": document.kind(one.media_type),
            "date": text.day(one.published),
            "size": text.size(one.size),
            "state": f"{one.chunks:,}" if one.chunks else "nothing to cite",
            "noun": text.count(one.chunks, "passage").partition(" ")[2] if one.chunks else "",
            "published": one.published,
            "bytes": one.size,
            "passages": one.chunks,
        }
        for one in known()
    ]


def _choose() -> None:
    """Open the document of the row, before the list is drawn once more."""
    if source := st.session_state[LIST].opened:
        st.query_params["source"] = source
