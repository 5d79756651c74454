"""What is measured: anything that answers questions and finds passages; and systems whose scores are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from eval.gold import Item, alternatives
from eval.metrics.answers import states
from eval.metrics.words import Word, words
from rag.answer.citations import Numbering
from rag.types import Answer, Chunk, Citation, Document, Passage, Sentence, Statement


class System(Protocol):
    """The system under test; `rag.Assistant` is one."""

    def ask(self, question: str) -> Answer: ...

    def retrieve(self, query: str, *, k: int | None = None) -> Sequence[Passage]:
        """The passages for a query, best first."""


class AlwaysAbstain:
    """Finds what the inner system finds and never answers."""

    def __init__(self, inner: System) -> None:
        self.retrieve = inner.retrieve

    def ask(self, question: str) -> Answer:
        return Answer(question, abstained=True, answerer="always-abstain")


class CopyFirst:
    """Answers everything with the whole of the first passage."""

    def __init__(self, inner: System) -> None:
        self.retrieve = inner.retrieve

    def ask(self, question: str) -> Answer:
        return copy_first(question, self.retrieve(question, k=1))


class ShuffledCitations:
    """The inner system's answers, each citation moved to text of the corpus that is not evidence for the question."""

    def __init__(self, inner: System, items: Sequence[Item], corpus: Mapping[str, Document]) -> None:
        self.retrieve = inner.retrieve
        self._inner = inner
        self._corpus = corpus
        self._evidence = {item.question: [span for group in item.evidence for span in group] for item in items}

    def ask(self, question: str) -> Answer:
        answer = self._inner.ask(question)
        numbering = Numbering()
        moved = tuple(
            replace(statement, citations=tuple(self._moved(question, c, numbering) for c in statement.citations))
            for statement in answer.statements
        )
        return replace(answer, statements=moved)

    def _moved(self, question: str, citation: Citation, numbering: Numbering) -> Citation:
        length = citation.end - citation.start
        taken = self._evidence.get(question, [])
        for document in self._corpus.values():
            for start in range(0, len(document.text) - length, 7):
                end = start + length
                near = any(s.source == document.source and start < s.end and s.start < end for s in taken)
                if not near and document.text[start:end].strip():
                    return numbering.cite(document, start, end)
        raise ValueError("the corpus holds no text beside the evidence")


class Oracle:
    """Finds the evidence and nothing else, and says what gold accepts: the best that can be scored."""

    def __init__(self, items: Sequence[Item], corpus: Mapping[str, Document]) -> None:
        self._items = {item.question: item for item in items}
        self._corpus = corpus

    def ask(self, question: str) -> Answer:
        item = self._items[question]
        passages = tuple(self.retrieve(question))
        if not item.answerable:
            return Answer(question, abstained=True, confidence=0.0, passages=passages, answerer="oracle")
        numbering = Numbering()
        citations = tuple(
            numbering.cite(self._corpus[group[0].source], group[0].start, group[0].end) for group in item.evidence
        )
        statement = Statement(complete_answer(item), citations)
        return Answer(question, (statement,), confidence=1.0, passages=passages, answerer="oracle")

    def retrieve(self, query: str, *, k: int | None = None) -> Sequence[Passage]:
        spans = [group[0] for group in self._items[query].evidence]
        chunks = [Chunk(s.source, s.sha256, s.start, s.end, s.quote, (Sentence(s.start, s.end),)) for s in spans]
        return [Passage(chunk, 1 / rank, rank) for rank, chunk in enumerate(chunks, 1)][:k]


def complete_answer(item: Item) -> str:
    """The first accepted answer that states every required fact, or the first with the missing facts after it."""

    def missing(answer: str) -> list[str]:
        return [alternatives(fact)[0] for fact in item.required_facts if not states(answer, fact)]

    whole = next((answer for answer in item.answers if not missing(answer)), None)
    return whole or "; ".join([item.answers[0], *missing(item.answers[0])])


# Answers that need no thought: what any system has to beat on the same passages.


def copy_first(question: str, passages: Sequence[Passage]) -> Answer:
    """The whole first passage as the answer."""
    if not passages:
        return Answer(question, abstained=True, answerer="copy-first")
    chunk = passages[0].chunk
    return _quoting(question, chunk, chunk.start, chunk.end, "copy-first")


def always_answer(question: str, passages: Sequence[Passage]) -> Answer:
    """The sentence that shares most words with the question, whatever the question; ties go to the better passage."""
    asked = set(words(question))
    best = max(
        ((_overlap(asked, p.chunk, s), -p.rank, -s.start, p, s) for p in passages for s in p.chunk.sentences),
        key=lambda candidate: candidate[:3],
        default=None,
    )
    if best is None:
        return Answer(question, abstained=True, answerer="always-answer")
    passage, sentence = best[3], best[4]
    return _quoting(question, passage.chunk, sentence.start, sentence.end, "always-answer")


def _overlap(asked: set[Word], chunk: Chunk, sentence: Sentence) -> float:
    said = set(words(chunk.text[sentence.start - chunk.start : sentence.end - chunk.start]))
    return len(asked & said) / math.sqrt(1 + len(said))


def _quoting(question: str, chunk: Chunk, start: int, end: int, name: str) -> Answer:
    quote = chunk.text[start - chunk.start : end - chunk.start]
    citation = Citation(1, chunk.source, chunk.sha256, start, end, quote, lines=(1, 1))
    return Answer(question, (Statement(quote, (citation,)),), answerer=name)


BASELINES = {
    "always-abstain": lambda question, _: Answer(question, abstained=True, answerer="always-abstain"),
    "always-answer": always_answer,
    "copy-first": copy_first,
}
MEANINGS = {
    "always-abstain": "never answers",
    "always-answer": "the sentence of the passages found that shares most words with the question, whatever is asked",
    "copy-first": "the whole first passage found, whatever is asked",
}
"""What each baseline says."""
