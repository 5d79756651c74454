"""Questions to offer, found in a thread: each is asked before it is offered, which takes seconds."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Lock, Thread

import streamlit as st

from rag import Assistant
from rag.examples import examples, follow_ups
from rag.types import Answer
from ui.asking import wait_for_quiet
from ui.problems import log
from ui.session import at_home, version

DOCUMENTS = 20
"""That are looked at for examples."""
PATIENCE_S = 30.0
"""For follow-up questions: later, nobody looks at them any more."""

Ask = Callable[[str], Answer]


_one_at_a_time = Lock()


class Suggestions:
    """Questions, once they are found; people who ask meanwhile come first.

    Where those people take longer than `patience_s` there are none: answers matter more.
    """

    def __init__(self, find: Callable[[Ask], tuple[str, ...]], ask: Ask, patience_s: float = 3600.0) -> None:
        self.questions: tuple[str, ...] = ()
        self._find, self._ask, self._patience_s = find, ask, patience_s
        self._thread = Thread(target=self._run, name="footnote-suggesting", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        return not self._thread.is_alive()

    def _run(self) -> None:
        if not _one_at_a_time.acquire(timeout=4 * self._patience_s):
            return
        try:
            self.questions = self._find(self._quietly)
        except Exception as error:  # a page without suggestions is still a page
            log.info("no questions were found", exc_info=error)
        finally:
            _one_at_a_time.release()

    def _quietly(self, question: str) -> Answer:
        if not wait_for_quiet(self._patience_s):
            raise TimeoutError("people are asking")
        return self._ask(question)


def to_begin() -> Suggestions:
    """Questions that these documents answer, and one that they do not; the same for all visitors."""
    return _to_begin(version(), at_home())


def to_go_on(turn: int, answer: Answer, asked: Collection[str]) -> Suggestions:
    """Questions that the documents answer near this answer."""
    return _to_go_on(turn, at_home(), answer, tuple(asked))


@st.cache_resource(show_spinner=False, max_entries=2)
def _to_begin(number: int, _source: Assistant) -> Suggestions:  # noqa: ARG001 - another version has other questions
    def find(ask: Ask) -> tuple[str, ...]:
        known = [_source.document(info.source) for info in _source.documents()[:DOCUMENTS]]
        return examples(known, ask)

    return Suggestions(find, _source.ask)


@st.cache_resource(show_spinner=False, max_entries=200)
def _to_go_on(turn: int, _source: Assistant, _answer: Answer, _asked: tuple[str, ...]) -> Suggestions:  # noqa: ARG001
    return Suggestions(lambda ask: follow_ups(_answer, _source.document, ask, _asked), _source.ask, PATIENCE_S)
