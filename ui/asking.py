"""A question that is being answered: in a thread of its own, so that the page stays alive and can stop it."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from threading import Condition, Thread
from threading import Event as Flag

from rag import Assistant
from rag.types import Answer, Delta, Event, Filter, Passage, Retrieved

_someone = Condition()
_waiting: set[Asking] = set()


def wait_for_quiet(timeout_s: float) -> bool:
    """Return when nobody waits for an answer; False where somebody still does after so long."""
    with _someone:
        return _someone.wait_for(lambda: not _waiting, timeout_s)


def under_way(turn: int) -> bool:
    """Whether this turn is being answered, in whatever window."""
    with _someone:
        return any(asking.turn == turn for asking in _waiting)


class Asking:
    """Asks on construction; `poll` brings what has happened since."""

    def __init__(
        self, assistant: Assistant, turn: int, question: str, where: Filter, history: tuple[Answer, ...]
    ) -> None:
        self.turn = turn
        self.question = question
        self.text = ""
        self.passages: tuple[Passage, ...] | None = None
        self.answer: Answer | None = None
        self.error: Exception | None = None
        self._assistant = assistant
        self._where = where
        self._history = history
        self._events: queue.SimpleQueue[Event | Exception] = queue.SimpleQueue()
        self._stopped = Flag()
        with _someone:
            _waiting.add(self)
        Thread(target=self._run, name="footnote-asking", daemon=True).start()

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None

    def stop(self) -> None:
        """Ask for no more; what has been written stays in `text`."""
        self._stopped.set()

    def poll(self, timeout_s: float = 0.25) -> None:
        """Take in what has come, waiting at most so long for the first of it."""
        try:
            self._take(self._events.get(timeout=timeout_s))
            while True:
                self._take(self._events.get_nowait())
        except queue.Empty:
            return

    def _take(self, event: Event | Exception) -> None:
        if isinstance(event, Retrieved):
            self.passages = event.passages
        elif isinstance(event, Delta):
            self.text += event.text
        elif isinstance(event, Answer):
            self.answer = event
        else:
            self.error = event

    def _run(self) -> None:
        try:
            stream: Iterator[Event] = self._assistant.stream(self.question, where=self._where, history=self._history)
            for event in stream:
                if self._stopped.is_set():
                    return
                self._events.put(event)
        except Exception as error:  # handed over to the page, which says it in a sentence
            self._events.put(error)
        finally:
            with _someone:
                _waiting.discard(self)
                _someone.notify_all()
