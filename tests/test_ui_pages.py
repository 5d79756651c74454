"""The pages without a browser: what they say in each state."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag import Assistant
from rag.conversations import Conversations

APP = Path(__file__).parent.parent / "ui" / "app.py"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    (folder / "documents").mkdir()
    (folder / "documents" / "mill.txt").write_text("The old mill opened in 1921. It closed in 1964.", encoding="utf-8")
    (folder / "documents" / "empty.txt").write_text("", encoding="utf-8")
    Assistant.open(folder / "library").ingest(folder / "documents")
    return folder / "library"


def _app(home: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("RAG_HOME", str(home))
    app = AppTest.from_file(str(APP), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def _said(app: AppTest) -> str:
    assert not app.exception
    elements = (*app.markdown, *app.caption, *app.warning)
    return "\n".join(element.value.replace("\\", "").replace("\u2060", "") for element in elements)


def test_an_empty_machine_is_offered_one_place_to_bring_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _app(tmp_path / "none", monkeypatch)
    assert "Ask your documents." in _said(app)
    assert not app.chat_input
    assert [button.label for button in app.button] == ["Add"]


def test_adding_nothing_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _app(tmp_path / "none", monkeypatch)
    app.button[0].click().run()
    assert "neither was given" in _said(app)


def test_a_question_is_answered_and_kept(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _app(library, monkeypatch)
    app.chat_input[0].set_value("When did the old mill open?").run()
    conversation, *_ = Conversations(library).listed()
    (turn,) = Conversations(library).turns(conversation.id)
    assert turn.answer is not None
    assert "When did the old mill open?" in _said(app)


@pytest.mark.parametrize(("question", "words"), [("   ", "this one is empty"), ("x" * 5000, "has 5,000")])
def test_a_question_that_is_none_is_told_and_not_kept(
    library: Path, monkeypatch: pytest.MonkeyPatch, question: str, words: str
) -> None:
    before = Conversations(library).listed()
    app = _app(library, monkeypatch)
    app.chat_input[0].set_value(question).run()
    assert words in _said(app)
    assert Conversations(library).listed() == before


def test_a_question_that_was_left_open_offers_to_ask_again(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, _ = Conversations(library).ask("", "Left?")
    app = _app(library, monkeypatch, conversation=conversation)
    assert "left before it was answered" in _said(app)
    assert "Ask again" in [button.label for button in app.button]


def test_a_conversation_that_was_deleted_in_another_window_is_told(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, turn = Conversations(library).ask("", "Here?")
    Conversations(library).failed(turn, "No.")
    app = _app(library, monkeypatch, conversation=conversation)
    Conversations(library).delete(conversation)
    app.chat_input[0].set_value("Still here?").run()
    assert "has been deleted" in _said(app)
