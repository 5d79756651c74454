"""The pages with an answerer by script: it answers, writes slowly, or fails, as the question says."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import rag.answer.choose
import ui
from rag.answer.ranker import SentenceRanker
from rag.errors import ProviderError
from rag.types import Answer, Delta, Document, Event, Passage
from ui.guard import Headers
from ui.problems import on_script_error


class Scripted(SentenceRanker):
    """Cites whatever is nearest; "slowly", "fail", "break" and "elsewhere" in a question do what they say."""

    name = "scripted"

    def stream(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Iterator[Event]:
        if "elsewhere" in question:
            yield Answer(question, abstained=True, answerer=self.name)
            return
        if "slowly" in question:
            for number in range(100):
                yield Delta(f"word{number} ")
                time.sleep(0.1)
        if "fail" in question:
            yield Delta("It begins ")
            raise ProviderError("the model did not answer (time-out after 120 s); ask again, or choose the reader")
        if "break" in question:
            raise RuntimeError("a secret of the program")
        yield from super().stream(question, passages, documents)


rag.answer.choose.choose_answerer = lambda settings, embedder, given=None, spent=None: Scripted(embedder, threshold=0.0)

app = st.App(
    Path(ui.__file__).with_name("app.py"),
    middleware=[Middleware(Headers)],
    on_script_error=on_script_error,
)
