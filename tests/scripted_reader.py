"""A reader that knows which words answer, and questions asked of it over texts of a line or two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.answer.calibration import Calibration
from rag.answer.reader import ReaderAnswerer
from rag.ingest.sentences import split
from rag.models.reader import Pair, Reading
from rag.types import Answer, Chunk, Document, Passage

PLAIN = Calibration(0.0, 1.0, 1.0, -1.0, thresholds=((0.1, 0.5),))


class FakeReader:
    """Knows which words of a passage answer, and how surely: {answer: logit}; other passages score -6."""

    def __init__(self, answers: dict[str, float], long_question: bool = False) -> None:
        self.answers, self.long_question = answers, long_question
        self.asked: list[Sequence[Pair]] = []

    def truncates(self, question: str) -> bool:
        return self.long_question

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]:
        self.asked.append(pairs)
        return [self._read(pair.passage) for pair in pairs]

    def _read(self, text: str) -> Reading | None:
        if not text.strip():
            return None
        spans, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            spans.append((start, at))
        held = [(answer, score) for answer, score in self.answers.items() if answer in text]
        answer, score = max(held, key=lambda pair: pair[1], default=("", -6.0))
        begin = text.find(answer)
        finish = begin + len(answer)
        starts = np.array([1.0 if s <= begin < e else 0.01 for s, e in spans], np.float32)
        ends = np.array([1.0 if s < finish <= e else 0.01 for s, e in spans], np.float32)
        return Reading(score, tuple(spans), starts / starts.sum(), ends / ends.sum())


def library(**texts: str) -> tuple[list[Passage], dict[str, Document]]:
    """A document and one passage of it for each text, in this order."""
    documents = {name: Document(name, text, name.ljust(64, "0"), "text/plain") for name, text in texts.items()}
    passages = [
        Passage(
            Chunk(name, document.sha256, 0, len(document.text), document.text, tuple(split(document.text))), 1.0, rank
        )
        for rank, (name, document) in enumerate(documents.items(), start=1)
        if document.text
    ]
    return passages, documents


def ask(
    answers: dict[str, float], question: str = "Who was elected?", **texts: str
) -> tuple[Answer, dict[str, Document]]:
    passages, documents = library(**texts)
    return ReaderAnswerer(FakeReader(answers), calibration=PLAIN).answer(question, passages, documents), documents
