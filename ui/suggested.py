"""Questions to choose from, as buttons, as soon as they are found."""

from __future__ import annotations

import streamlit as st

from ui import text
from ui.questions import ask
from ui.session import session
from ui.suggesting import Suggestions


def show(found: Suggestions, key: str, meanwhile: str) -> None:
    """The questions; until they are found, the words `meanwhile`."""
    if found.ready:
        _buttons(found, key)
    else:
        _wait(found, key, meanwhile)


@st.fragment(run_every=1.0)
def _wait(found: Suggestions, key: str, meanwhile: str) -> None:
    """Puts the questions in its own place: to draw the page again would close a dialog that is open on it."""
    if session().asking is not None:
        st.rerun()
    if found.ready:
        _buttons(found, key)
    elif meanwhile:
        text.quiet(meanwhile)


def _buttons(found: Suggestions, key: str) -> None:
    with st.container(key=key):
        for number, question in enumerate(found.questions):
            st.button(text.plain(question), key=f"{key}-{number}", on_click=ask, args=(question,), width="stretch")
