"""Replies on disk: whatever a model wrote is found again as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.cache import CachedModel
from rag.answer.language_model import Message, Prompt, Reply
from rag.testing import ScriptedLLM

PROMPT = Prompt((Message("user", "Who?"),))


@pytest.mark.parametrize("text", ["A team lead approves it [1].", "Schön, 好", "Half of an emoji: \ud83d"])
def test_a_reply_comes_back_as_it_was_written(tmp_path: Path, text: str) -> None:
    llm = ScriptedLLM(text)
    cached = CachedModel(llm, tmp_path)
    assert not cached.holds(PROMPT)
    *_, first = cached.stream(PROMPT)
    assert cached.holds(PROMPT)
    *_, again = cached.stream(PROMPT)
    assert isinstance(first, Reply)
    assert isinstance(again, Reply)
    assert (again.text, again.cached, len(llm.prompts)) == (first.text, True, 1)


def test_a_reply_that_cannot_be_kept_is_given_all_the_same_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.answer.cache.os.replace", full)
    *_, reply = CachedModel(ScriptedLLM("Fine."), tmp_path).stream(PROMPT)
    assert isinstance(reply, Reply)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_where_a_file_stands_in_the_place_of_the_folder_the_model_is_asked(tmp_path: Path) -> None:
    (tmp_path / "replies").write_text("")
    cached = CachedModel(ScriptedLLM("Fine."), tmp_path / "replies")
    assert not cached.holds(PROMPT)
    *_, reply = cached.stream(PROMPT)
    assert isinstance(reply, Reply)
    assert reply.text == "Fine."
