"""The chat: questions, answers with their numbers, and the source of the one that is open."""

from __future__ import annotations

import streamlit as st

from rag.conversations import Turn
from ui import panel, sidebar, suggested, text, turn, welcome
from ui.asking import Asking
from ui.questions import ask, keep, stop
from ui.session import conversations, enter, finder, has_library, ingesting, known, session
from ui.suggesting import to_go_on

CHIPS = 4
TITLE = 48
"""Characters of a title there."""


def page() -> None:
    """The page, top to bottom."""
    if not has_library():
        welcome.without_documents()
        return
    state = session()
    if not state.conversation and "conversation" in st.query_params:
        enter(st.query_params["conversation"])
    st.chat_input("Ask your documents", key="question", max_chars=100_000, on_submit=_asked)
    sidebar.show()
    if ingesting().running:
        welcome.reading()
    turns = conversations().turns(state.conversation)
    # The conversation, and the source beside it: its space is kept from the start.
    left, right = st.columns([3, 2], gap="large")
    with right:
        panel.show(state.conversation, turns)
    with left:
        _turns(turns)
        if state.problem:
            text.notice(state.problem, "warning")
            state.problem = ""
        if state.asking is not None:
            _follow(state.asking)


def _asked() -> None:
    """The question of the box: it is asked before the page is drawn."""
    ask(st.session_state.question or "")


def _turns(turns: tuple[Turn, ...]) -> None:
    """The turns that are not being answered just now, and where to go from the last of them."""
    asking, find = session().asking, finder()
    if not turns and asking is None:
        welcome.with_documents()
    for past in turns:
        if asking is None or past.id != asking.turn:
            turn.show(past, find, past is turns[-1])
    if asking is None and turns and (answer := turns[-1].answer):
        going_on = to_go_on(turns[-1].id, answer, [past.question for past in turns])
        suggested.show(going_on, "follow-ups", "")


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
    keep(asking)
    session().asking = None
    st.rerun()


def _chips(asking: Asking) -> None:
    """What was found, before the first word, so that waiting shows work."""
    titles = {document.source: document.title for document in known()}
    sources = dict.fromkeys(passage.chunk.source for passage in asking.passages or ())
    text.quiet(" · ".join(text.short(titles.get(source) or source, TITLE) for source in list(sources)[:CHIPS]))
