"""The chat: questions, answers with their numbers, and the source of the one that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from rag.conversations import Turn
from rag.errors import RagError
from ui import panel, sidebar, text, turn, welcome
from ui.asking import Asking
from ui.problems import sentence
from ui.session import assistant, conversations, has_library, ingesting, known, session

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

LONGEST_QUESTION = 4000
"""Characters."""
CHIPS = 4


def page() -> None:
    """The page, top to bottom."""
    if not has_library():
        welcome.without_documents()
        return
    state = session()
    state.conversation = state.conversation or st.query_params.get("conversation", "")
    sidebar.show()
    asked = st.chat_input("Ask your documents", key="question", max_chars=100_000)
    question, state.draft = asked or state.draft, ""
    problem = _ask(question) if question else ""
    if ingesting().running:
        welcome.reading()
    if state.asking is not None:
        left, _ = _columns()
        with left:
            _turns()
            _follow(state.asking)
    elif conversations().turns(state.conversation):
        _read()
    else:
        left, _ = _columns()
        with left:
            welcome.with_documents()
    if problem:
        text.notice(problem, "warning")


def _columns() -> list[DeltaGenerator]:
    """The conversation, and the source beside it: its space is kept from the start."""
    return st.columns([3, 2], gap="large")


@st.fragment
def _read() -> None:
    """The conversation with its panel; opening a source runs this alone."""
    if session().draft:
        st.rerun()
    left, right = _columns()
    with left:
        turns = _turns()
    with right, st.container(key="panel"):
        panel.show(assistant(), turns)


def _turns() -> tuple[Turn, ...]:
    """Show the turns that are not being answered just now."""
    state = session()
    turns = conversations().turns(state.conversation)
    for past in turns:
        if state.asking is None or past.id != state.asking.turn:
            turn.show(assistant(), past)
    return turns


def _ask(question: str) -> str:
    """Begin to answer; why it cannot be done, in a sentence, where it cannot. The conversation stays."""
    state = session()
    problem = _problem(question)
    if problem:
        return problem
    if state.asking is not None:
        stop()
    turns = conversations().turns(state.conversation)
    try:
        state.conversation, number = conversations().ask(state.conversation, question.strip())
    except RagError as error:
        return sentence(error)
    st.query_params["conversation"] = state.conversation
    history = tuple(past.answer for past in turns if past.answer is not None)
    state.opened = None
    state.asking = Asking(assistant(), number, question.strip(), state.where, history)
    return ""


def _problem(question: str) -> str:
    length = len(question.strip())
    if not length:
        return "A question was expected, and this one is empty. Write what you want to know."
    if length > LONGEST_QUESTION:
        return (
            f"A question may have {LONGEST_QUESTION:,} characters, and this one has {length:,}. "
            "Add the text as a document and ask about it."
        )
    return ""


def _follow(asking: Asking) -> None:
    """Show the answer as it comes about, until it is there or is stopped."""
    text.question(asking.question)
    chips, written = st.container(key="chips"), st.empty()
    text.quiet("Searching…", written)
    controls = st.empty()
    controls.button("Stop", icon=":material/stop_circle:", key=f"stop-{asking.turn}", on_click=stop)
    shown = False
    while not asking.done:
        asking.poll()
        if asking.passages is not None and not shown:
            shown = True
            with chips:
                _chips(asking)
        if asking.text:
            text.stream(asking.text, written)
        else:
            text.quiet("Reading…" if shown else "Searching…", written)
    _keep(asking)
    session().asking = None
    st.rerun()


def _chips(asking: Asking) -> None:
    """What was found, before the first word, so that waiting shows work."""
    titles = {document.source: document.title for document in known()}
    sources = dict.fromkeys(passage.chunk.source for passage in asking.passages or ())
    text.quiet(" · ".join((titles.get(source) or source)[:60] for source in list(sources)[:CHIPS]))


def _keep(asking: Asking) -> None:
    if asking.answer is not None:
        conversations().answered(asking.turn, asking.answer)
    elif asking.error is not None:
        conversations().failed(asking.turn, sentence(asking.error))


def stop() -> None:
    """Stop the answer; what has been written stays."""
    state = session()
    if state.asking is not None:
        state.asking.stop()
        conversations().stopped(state.asking.turn, state.asking.text)
        state.asking = None
