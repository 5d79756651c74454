from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.conversations import Conversations, Turn
from rag.errors import ProviderError
from rag.types import Answer, Delta, Event, Filter
from ui import questions
from ui.asking import Asking, wait_for_quiet
from ui.session import Session

Stop = Callable[..., Turn]


class Streams:
    """An assistant whose stream is given."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.events = events

    def stream(self, question: str, *, where: Filter, history: tuple[Answer, ...]) -> Iterator[Event]:
        yield from self.events


@pytest.fixture
def stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stop:
    """What is kept of a stream that is stopped before the page has looked at it: at its end, or at a halt."""
    store, state = Conversations(tmp_path), Session()
    monkeypatch.setattr(questions, "conversations", lambda: store)
    monkeypatch.setattr(questions, "session", lambda: state)

    def stop(events: Iterator[Event], come_to: Callable[[float], bool] = wait_for_quiet) -> Turn:
        conversation, turn = store.ask("", "When?")
        state.asking = Asking(Streams(events), turn, "When?", Filter(), ())  # type: ignore[arg-type]
        assert come_to(20)
        questions.stop()
        assert state.asking is None
        (kept,) = store.turns(conversation)
        return kept

    return stop


def test_an_answer_that_was_finished_when_it_was_stopped_is_kept(stopped: Stop) -> None:
    kept = stopped(iter([Delta("In 1921."), Answer("When?", abstained=True)]))
    assert (kept.answer, kept.partial) == (Answer("When?", abstained=True), "")


def test_a_failure_that_had_come_when_it_was_stopped_is_told(stopped: Stop) -> None:
    def fails() -> Iterator[Event]:
        yield Delta("In ")
        raise ProviderError("the key was refused")

    assert stopped(fails()).problem == "The key was refused."


def test_of_an_answer_that_is_stopped_half_way_all_that_was_written_is_kept(stopped: Stop) -> None:
    half_way, go_on = threading.Event(), threading.Event()

    def halts() -> Iterator[Event]:
        yield Delta("In ")
        half_way.set()
        go_on.wait(20)
        yield Answer("When?", abstained=True)

    kept = stopped(halts(), half_way.wait)
    go_on.set()
    assert (kept.answer, kept.partial) == (None, "In ")
