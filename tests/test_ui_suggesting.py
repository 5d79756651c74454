from __future__ import annotations

import threading
import time
from collections.abc import Iterator

from rag.types import Answer, Event, Filter
from ui.asking import Asking, wait_for_quiet
from ui.suggesting import Suggestions


def _until_ready(found: Suggestions) -> tuple[str, ...]:
    until = time.monotonic() + 20
    while not found.ready and time.monotonic() < until:
        time.sleep(0.005)
    assert found.ready
    return found.questions


def test_what_is_found_is_offered_when_it_is_ready() -> None:
    found = Suggestions(lambda ask: (ask("When?").question,), Answer)
    assert _until_ready(found) == ("When?",)


def test_an_error_leaves_a_page_without_suggestions() -> None:
    assert _until_ready(Suggestions(lambda ask: (str(1 / 0),), Answer)) == ()


class Slow:
    """An assistant that answers when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def stream(self, question: str, *, where: Filter, history: tuple[Answer, ...]) -> Iterator[Event]:
        self.let.wait(20)
        yield Answer(question)


def test_people_who_ask_come_first_and_with_many_of_them_there_are_no_suggestions() -> None:
    assistant = Slow()
    asking = Asking(assistant, 1, "Who?", Filter(), ())  # type: ignore[arg-type]
    assert not wait_for_quiet(0)
    patient = Suggestions(lambda ask: (ask("When?").question,), Answer)
    assert not patient.ready
    assert _until_ready(Suggestions(lambda ask: (ask("Why?").question,), Answer, patience_s=0.01)) == ()
    assistant.let.set()
    assert _until_ready(patient) == ("When?",)
    asking.poll(20)
    assert asking.done
