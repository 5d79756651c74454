"""Before the first question: what this is, and a place to begin."""

from __future__ import annotations

from threading import Thread

import streamlit as st

from rag import Assistant
from rag.examples import examples
from ui import text
from ui.adding import add_documents
from ui.problems import log
from ui.session import assistant, ingesting, session, version


def without_documents() -> None:
    """The library is empty: one place to bring documents."""
    text.title("Footnote")
    text.say("Ask your documents. Every sentence of an answer points at the words that support it.")
    if ingesting().running:
        reading()
    else:
        add_documents()


def with_documents() -> None:
    """One line of what this is, and questions from these documents."""
    text.title("Ask your documents")
    text.say("Every sentence of an answer has a number. Open it to see the words it rests on.")
    _offer()


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


def _offer() -> None:
    found = _examples(version())
    if found.ready:
        _buttons(found)
    else:
        _wait(found)


@st.fragment(run_every=0.5)
def _wait(found: Examples) -> None:
    if found.ready:
        st.rerun()
    text.quiet("Looking for questions that these documents answer…")


def _buttons(found: Examples) -> None:
    with st.container(key="examples"):
        for number, question in enumerate(found.questions):
            st.button(text.plain(question), key=f"example-{number}", on_click=_ask, args=(question,), width="stretch")


def _ask(question: str) -> None:
    session().draft = question


class Examples:
    """Example questions, found in a thread: answering a dozen takes seconds."""

    def __init__(self, source: Assistant) -> None:
        self.questions: tuple[str, ...] = ()
        self._source = source
        self._thread = Thread(target=self._find, name="footnote-examples", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        return not self._thread.is_alive()

    def _find(self) -> None:
        try:
            known = [self._source.document(info.source) for info in self._source.documents()[:20]]
            self.questions = examples(known, self._source.ask)
        except Exception as error:  # a page without examples is still a page
            log.warning("no examples were found", exc_info=error)


@st.cache_resource(show_spinner=False, max_entries=2)
def _examples(number: int) -> Examples:  # noqa: ARG001 - another version of the library has other questions
    return Examples(assistant())
