"""The side of the chat: conversations, which documents to search, who answers."""

from __future__ import annotations

import re

import streamlit as st

from rag.conversations import Conversation
from rag.errors import RagError
from rag.export import conversation_as_json, conversation_as_markdown
from ui import text
from ui.problems import sentence
from ui.session import conversations, known, session

SHOWN = 12
ANSWERERS = {
    "auto": "The best there is",
    "openai": "A language model",
    "reader": "The reader",
    "sentences": "Sentences, verbatim",
}


def show() -> None:
    """All of it, top to bottom."""
    with st.sidebar:
        st.button("New conversation", icon=":material/add:", on_click=_switch, args=("",), width="stretch")
        _conversations()
        _scope()


def _conversations() -> None:
    search = st.text_input(
        "Search conversations", placeholder="Search conversations", label_visibility="collapsed", key="search"
    )
    found = conversations().listed(search)
    if search and not found:
        text.quiet("No conversation has these words.")
    with st.container(key="conversations"):
        _list(found[:SHOWN])
    if len(found) > SHOWN:
        text.quiet(f"{text.count(len(found) - SHOWN, 'older conversation')}: search to find them.")


def _list(found: tuple[Conversation, ...]) -> None:
    for conversation in found:
        current = conversation.id == session().conversation
        with st.container(horizontal=True, gap=None, vertical_alignment="center", key=f"row-{conversation.id}"):
            st.button(
                text.plain(conversation.title),
                key=f"open-{conversation.id}",
                type="secondary" if current else "tertiary",
                on_click=_switch,
                args=(conversation.id,),
                width="stretch",
            )
            if current:
                with st.popover("", icon=":material/more_vert:", help="Rename, export, delete"):
                    _manage(conversation)


def _manage(conversation: Conversation) -> None:
    store = conversations()
    name = st.text_input("Name", conversation.title, key=f"name-{conversation.id}", max_chars=60)
    if name != conversation.title:
        try:
            store.rename(conversation.id, name)
            st.rerun()
        except RagError as error:
            text.notice(sentence(error), "warning")
    turns = store.turns(conversation.id)
    file = re.sub(r"[^\w-]+", "-", conversation.title).strip("-")[:40] or "conversation"
    st.download_button(
        "Export as Markdown",
        conversation_as_markdown(conversation, turns),
        f"{file}.md",
        "text/markdown",
        width="stretch",
    )
    st.download_button(
        "Export as JSON", conversation_as_json(conversation, turns), f"{file}.json", "application/json", width="stretch"
    )
    st.button("Delete", key=f"delete-{conversation.id}", on_click=_delete, args=(conversation.id,), width="stretch")


def _scope() -> None:
    """Which documents are searched, and by whom it is answered."""
    documents = known()
    with st.expander(text.count(len(documents), "document"), icon=":material/description:"):
        chosen = st.multiselect(
            "Search only in",
            [document.source for document in documents],
            placeholder="All documents",
            default=[s for s in session().sources if any(s == d.source for d in documents)],
        )
        session().sources = tuple(chosen)
    names = list(ANSWERERS)
    picked = st.selectbox(
        "Answers by", names, index=names.index(session().answerer), format_func=lambda name: ANSWERERS[name]
    )
    session().answerer = picked


def _switch(conversation: str) -> None:
    state = session()
    if state.asking is not None:
        state.asking.stop()
        conversations().stopped(state.asking.turn, state.asking.text)
    state.conversation, state.opened, state.asking = conversation, None, None
    st.query_params.clear()
    if conversation:
        st.query_params["conversation"] = conversation


def _delete(conversation: str) -> None:
    conversations().delete(conversation)
    _switch("")
