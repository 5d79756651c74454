"""The side of the chat: conversations, which documents to search, who answers and how boldly, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from rag.conversations import Conversation, Conversations, Turn
from rag.errors import RagError
from rag.export import conversation_as_json, conversation_as_markdown
from ui import answering, components, scope, text
from ui.guard import owner
from ui.problems import sentence
from ui.questions import switch
from ui.session import conversations, session

SHOWN = 6

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
    found = conversations().listed(search)
    if not conversations().lasting:
        text.quiet("The library's folder cannot be written: conversations are kept until the server stops.")
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
                on_click=switch,
                args=(conversation.id,),
                width="stretch",
            )
            if current:
                with st.popover("", icon=":material/more_vert:", help="Rename, export, delete"):
                    _manage(conversation)


def _manage(conversation: Conversation) -> None:
    name = st.text_input("Name", conversation.title, key=f"name-{conversation.id}", max_chars=60)
    if name != conversation.title:
        try:
            conversations().rename(conversation.id, name)
            st.rerun()
        except RagError as error:
            text.notice(sentence(error), "warning")
    file = re.sub(r"[^\w-]+", "-", conversation.title).strip("-")[:40] or "conversation"
    store = conversations()
    # Written when they are asked for: a long conversation is megabytes.
    markdown = partial(_written, store, conversation, conversation_as_markdown)
    as_json = partial(_written, store, conversation, conversation_as_json)
    st.download_button("Export as Markdown", markdown, f"{file}.md", "text/markdown", width="stretch")
    st.download_button("Export as JSON", as_json, f"{file}.json", "application/json", width="stretch")
    st.button("Delete", key=f"delete-{conversation.id}", on_click=_delete, args=(conversation.id,), width="stretch")


def _written(store: Conversations, conversation: Conversation, write: Write) -> str:
    return write(conversation, store.turns(conversation.id))


def _delete(conversation: str) -> None:
    switch("")
    conversations().delete(conversation)
