from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.conversations import Turn
from rag.types import Answer, Chunk, Passage, Sentence
from ui import gold

TEXT = "It closed in 1964. It closed in 1964."


def _script() -> None:
    import streamlit as st

    from ui import more

    more._right_passage(st.session_state.turn, st.session_state.turn.answer)


def test_of_passages_and_sentences_that_read_alike_the_chosen_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, Sentence]] = []
    monkeypatch.setattr(gold, "keep_answerable", lambda q, passage, span, w: kept.append((passage.chunk.source, span)))
    monkeypatch.setattr(gold, "told", lambda path: "Kept.")
    chunks = [Chunk(name, "ab" * 32, 0, 37, TEXT, (Sentence(0, 18), Sentence(19, 37))) for name in ("a.txt", "b.txt")]
    answer = Answer("When?", passages=tuple(Passage(chunk, 1.0, rank) for rank, chunk in enumerate(chunks, 1)))
    app = AppTest.from_function(_script, default_timeout=60)
    app.session_state["turn"] = Turn(7, "", "When?", answer)
    app.run()
    for key, at in (("right-7", 1), ("words-7-2", 2)):
        box = app.selectbox(key=key)
        assert len(set(box.options)) == 3
        box.set_value(box.options[at]).run()
    app.button(key="gold-7").click().run()
    assert not app.exception
    assert kept == [("b.txt", Sentence(19, 37))]
