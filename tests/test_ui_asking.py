from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from rag.types import Answer, Delta, Event, Filter, Retrieved
from ui.asking import Asking, under_way


class Streams:
    """An assistant whose stream is given."""

    def __init__(self, make: Callable[[], Iterator[Event]]) -> None:
        self.make = make
        self.closed = False

    def stream(self, question: str, *, where: Filter, history: tuple[Answer, ...]) -> Iterator[Event]:
        try:
            yield from self.make()
        finally:
            self.closed = True


def _asking(make: Callable[[], Iterator[Event]]) -> tuple[Asking, Streams]:
    assistant = Streams(make)
    return Asking(assistant, 1, "When?", Filter(), ()), assistant  # type: ignore[arg-type]


def _until(true: Callable[[], bool], asking: Asking) -> None:
    for _ in range(200):
        asking.poll(0.02)
        if true():
            return
    pytest.fail("this did not come about")


def test_passages_text_and_the_answer_come_in_order() -> None:
    asking, _ = _asking(lambda: iter([Retrieved(()), Delta("In "), Delta("1921."), Answer("When?")]))
    _until(lambda: asking.done, asking)
    assert (asking.passages, asking.text, asking.answer, asking.error) == ((), "In 1921.", Answer("When?"), None)


def test_an_error_half_way_keeps_what_was_written() -> None:
    def stream() -> Iterator[Event]:
        yield Delta("It begins")
        raise OSError("gone")

    asking, _ = _asking(stream)
    _until(lambda: asking.done, asking)
    assert (asking.text, str(asking.error)) == ("It begins", "gone")


def test_a_stopped_stream_is_closed() -> None:
    def stream() -> Iterator[Event]:
        while True:
            yield Delta("word ")
            time.sleep(0.005)

    asking, assistant = _asking(stream)
    _until(lambda: "word" in asking.text, asking)
    assert under_way(asking.turn)
    asking.stop()
    _until(lambda: assistant.closed, asking)
    _until(lambda: not under_way(asking.turn), asking)
    assert not asking.done
