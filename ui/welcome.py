"""Before the first question: what this is, and a place to begin."""

from __future__ import annotations

import streamlit as st

from ui import outcome, suggested, text
from ui.adding import add_documents
from ui.session import ingesting
from ui.suggesting import to_begin


def without_documents() -> None:
    """The library is empty: one place to bring documents."""
    text.title("Footnote")
    text.say("Ask your documents. Every sentence of an answer points at the words that support it.")
    bring()


def bring() -> None:
    """The place for the first documents, with what became of those that were brought before."""
    if ingesting().running:
        reading()
    else:
        outcome.changes()
        add_documents()
        outcome.left_out()


def with_documents() -> None:
    """One line of what this is, and questions from these documents."""
    text.title("Ask your documents")
    text.say("Every sentence of an answer has a number. Open it to see the words it rests on.")
    suggested.show(to_begin(), "examples", "Looking for questions that these documents answer…")


@st.fragment(run_every=0.5)
def reading() -> None:
    """How far the ingest is; the whole page comes back when it is done."""
    work = ingesting()
    if not work.running:
        st.rerun()
    text.quiet(f"Reading {work.current or 'documents'}")
    st.progress(
        work.done / work.total if work.total else 0.0, text=f"{work.done:,} of {text.count(work.total, 'file')}"
    )
