"""The side of the chat: conversations, which documents to search, who answers and how boldly, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from rag.conversations import Conversation, Conversations, Turn, title_of
from rag.errors import RagError
from rag.export import conversation_as_json, conversation_as_markdown
from ui import answering, components, scope, text
from ui.guard import owner
from ui.problems import sentence
from ui.questions import switch
from ui.session import conversations, session

SHOWN = 6
"""Conversations in the list, where nobody searches."""

Write = Callable[[Conversation, Sequence[Turn]], str]


def show() -> None:
    """All of it, top to bottom."""
    with st.sidebar:
        st.button("New conversation", icon=":material/add:", on_click=switch, args=("",), width="stretch")
        _conversations()
        scope.show()
        answering.show()
        with st.expander("Light or dark", icon=":material/contrast:"):
            components.theme()
        if owner():
            text.quiet(owner())
            st.button("Log out", icon=":material/logout:", on_click=st.logout, width="stretch")


def _conversations() -> None:
    search = st.text_input(
        "Search conversations", placeholder="Search conversations", label_visibility="collapsed", key="search"
    )
    store = conversations()
    found = store.listed(search)
    if not store.lasting:
        text.quiet("The library's folder cannot be written: conversations are kept until the server stops.")
    if search and not found:
        text.quiet("No conversation has these words.")
    shown = found if search else found[:SHOWN]
    # The open one is there whatever is searched for and however old it is: it is renamed, exported and deleted here.
    every = store.listed() if search else found
    shown += tuple(one for one in every if one.id == session().conversation and one not in shown)
    with st.container(key="conversations"):
        _list(shown)
    if not search and len(found) > len(shown):
        text.quiet(f"{text.count(len(found) - len(shown), 'older conversation')}: search to find them.")


def _list(shown: tuple[Conversation, ...]) -> None:
    for conversation in shown:
        current = conversation.id == session().conversation
        with st.container(horizontal=True, gap=None, vertical_alignment="center", key=f"row-{conversation.id}"):
            st.button(
                text.plain(conversation.title),
                key=f"open-{conversation.id}",
                type="secondary" if current else "tertiary",
                on_click=switch,
                args=(conversation.id,),
                width="stretch",
            )
            if current:
                with st.popover("", icon=":material/more_vert:", help="Rename, export, delete"):
                    _manage(conversation)


def _manage(conversation: Conversation) -> None:
    key = f"name-{conversation.id}"
    if st.session_state.get(key) != conversation.title:  # renamed in another window, or what was written was trimmed
        st.session_state[key] = conversation.title
    st.text_input("Name", key=key, max_chars=60, on_change=_rename, args=(conversation, key))
    file = re.sub(r"[^\w-]+", "-", conversation.title).strip("-")[:40] or "conversation"
    store = conversations()
    # Written when they are asked for: a long conversation is megabytes.
    markdown = partial(_written, store, conversation, conversation_as_markdown)
    as_json = partial(_written, store, conversation, conversation_as_json)
    st.download_button("Export as Markdown", markdown, f"{file}.md", "text/markdown", width="stretch")
    st.download_button("Export as JSON", as_json, f"{file}.json", "application/json", width="stretch")
    st.button("Delete", key=f"delete-{conversation.id}", on_click=_delete, args=(conversation.id,), width="stretch")


def _rename(conversation: Conversation, key: str) -> None:
    name = st.session_state[key]
    if title_of(name) == conversation.title:
        return
    try:
        conversations().rename(conversation.id, name)
    except RagError as error:
        session().problem = sentence(error)


def _written(store: Conversations, conversation: Conversation, write: Write) -> str:
    return write(conversation, store.turns(conversation.id))


def _delete(conversation: str) -> None:
    switch("")
    conversations().delete(conversation)
