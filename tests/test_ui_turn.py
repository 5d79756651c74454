from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from rag.conversations import Turn
from rag.types import Answer, Searched, Statement
from ui import turn

REFUSED = "api.example.com refused the key (401); No sentence that was found answers it."


def _script() -> None:
    import streamlit as st

    from ui import turn

    turn.show(st.session_state.turn, lambda source: None, True)


def _said(answer: Answer | None) -> list[str]:
    app = AppTest.from_function(_script, default_timeout=60)
    app.session_state["turn"] = Turn(1, "", "When?", answer)
    app.run()
    assert not app.exception
    return [element.value.replace("\\", "").replace("\u2060", "") for element in (*app.markdown, *app.caption)]


@pytest.mark.parametrize(("reason", "said"), [(REFUSED, f" {REFUSED}"), ("", "")])
def test_without_an_answer_the_page_says_why(reason: str, said: str) -> None:
    shown = _said(Answer("When?", abstained=True, reason=reason, searched=Searched(5, 38)))
    assert f"Searched 5 documents, 38 passages.{said}" in shown


@pytest.mark.parametrize("abstained", [True, False])
def test_what_there_is_to_note_stands_under_the_answer(abstained: bool) -> None:
    statements = () if abstained else (Statement("It opened in 1921."),)
    notes = ("No document matches the filter.", "The documents do not say: who owned it")
    shown = _said(Answer("When?", statements, abstained=abstained, notes=notes))
    assert {notes[0], f"{notes[1]}."} <= set(shown)


def test_a_question_that_another_window_sees_being_answered_was_not_left(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "This question was left before it was answered." in _said(None)
    monkeypatch.setattr(turn, "under_way", [1].__contains__)
    assert _said(None)[1:] == ["This question is being answered…"]
