from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.conversations import Conversations


def _script() -> None:
    import streamlit as st

    from ui import session, sidebar

    session.session().conversation = st.session_state.open
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    sidebar._conversations()
    st.session_state.problem = session.session().problem


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Conversations:
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    return Conversations(tmp_path)


def _app(conversation: str) -> AppTest:
    app = AppTest.from_function(_script, default_timeout=60)
    app.session_state["open"] = conversation
    return app.run()


def _rows(app: AppTest) -> list[str]:
    assert not app.exception
    return [str(button.key) for button in app.button if str(button.key).startswith("open-")]


def test_a_name_is_trimmed_once_and_the_page_comes_to_rest(store: Conversations) -> None:
    conversation, _ = store.ask("", "Tell me about the mill")
    app = _app(conversation)
    key = f"name-{conversation}"
    app.text_input(key=key).set_value("The mill ").run()
    assert [one.title for one in store.listed()] == ["The mill"]
    assert (app.text_input(key=key).value, app.session_state["runs"]) == ("The mill", 2)
    before = store.listed()
    app.text_input(key=key).set_value(" The  mill").run()
    assert store.listed() == before


def test_a_name_of_another_window_stays(store: Conversations) -> None:
    conversation, _ = store.ask("", "Tell me about the mill")
    app = _app(conversation)
    store.rename(conversation, "The other window's")
    app.run()
    assert [one.title for one in store.listed()] == ["The other window's"]
    assert app.text_input(key=f"name-{conversation}").value == "The other window's"


def test_an_empty_name_is_told_and_the_old_one_stays(store: Conversations) -> None:
    conversation, _ = store.ask("", "Tell me about the mill")
    app = _app(conversation)
    app.text_input(key=f"name-{conversation}").set_value("  ").run()
    assert "the new name is empty" in app.session_state["problem"]
    assert app.text_input(key=f"name-{conversation}").value == "Tell me about the mill"


def test_a_search_shows_all_that_it_finds(store: Conversations) -> None:
    for _ in range(9):
        store.ask("", "Tell me about the mill")
    app = _app("")
    assert len(_rows(app)) == 6
    assert "3 older conversations" in app.caption[0].value
    app.text_input(key="search").set_value("mill").run()
    assert len(_rows(app)) == 9
    assert not app.caption


@pytest.mark.parametrize("search", ["", "tower"])
def test_the_open_conversation_is_always_there(search: str, store: Conversations) -> None:
    old, _ = store.ask("", "Tell me about the mill")
    for _ in range(6):
        store.ask("", "Tell me about the tower")
    app = _app(old)
    app.text_input(key="search").set_value(search).run()
    assert _rows(app).count(f"open-{old}") == 1
    assert app.button(key=f"delete-{old}")
    assert not app.caption
