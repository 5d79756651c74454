"""Where the answer may stand, read more than once: whole passages, then the likeliest sentences closer up.

A passage of 200 tokens says many things, and a model this small is easily led by them. Read again with only its
neighbours around it, and then alone without even the title, a sentence is judged by what it says itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.answer.spans import Candidate, candidates
from rag.models.reader import Pair, Reading
from rag.types import Span

SENTENCES = 10
"""Sentences of a question that are read closer up."""


class Reads(Protocol):
    """What is needed of the model."""

    def open(self) -> None: ...

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]: ...

    def truncates(self, question: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A passage and its sentences, which are sorted and do not overlap."""

    pair: Pair
    sentences: Sequence[Span]

    def closer(self, sentence: Span) -> list[tuple[int, Pair]]:
        """What else the sentence is read in, and where that begins: with a neighbour on either side, and alone."""
        at = bisect_left(self.sentences, sentence)
        start, end = self.sentences[max(0, at - 1)][0], self.sentences[min(at + 1, len(self.sentences) - 1)][1]
        text = self.pair.passage
        return [(start, Pair(text[start:end], self.pair.context)), (sentence[0], Pair(text[slice(*sentence)]))]


def look(reader: Reads, question: str, texts: Sequence[Text]) -> list[Candidate]:
    """At most `SENTENCES` candidates over all texts, each with a look at its passage and then the closer ones."""
    found: list[Candidate] = []
    for number, reading in enumerate(reader.read(question, [text.pair for text in texts])):
        if reading is not None:
            found += candidates(reading, number, texts[number].sentences)
    chosen = sorted(found, key=lambda candidate: -candidate.looks[0].joint)[:SENTENCES]
    closer = [texts[candidate.passage].closer(candidate.sentence) for candidate in chosen]
    readings = iter(reader.read(question, [pair for looks in closer for _, pair in looks]))
    return [
        _seen_again(candidate, [(start, next(readings)) for start, _ in looks])
        for candidate, looks in zip(chosen, closer, strict=True)
    ]


def _seen_again(candidate: Candidate, closer: Sequence[tuple[int, Reading | None]]) -> Candidate:
    """The candidate with its closer looks; where one has nothing to say, the look before it stands in.

    The exact answer is the one of the first closer look.
    """
    looks, span = list(candidate.looks), None
    for start, reading in closer:
        own = (candidate.sentence[0] - start, candidate.sentence[1] - start)
        again = candidates(reading, candidate.passage, [own]) if reading else []
        looks.append(again[0].looks[0] if again else looks[-1])
        if again and span is None:
            span = (again[0].span[0] + start, again[0].span[1] + start)
    return replace(candidate, looks=tuple(looks), span=span or candidate.span)
