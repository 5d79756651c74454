"""Where the answer may stand, read more than once: whole passages, then the likeliest sentences closer up.

A passage of 200 tokens says many things, and a model this small is easily led by them. Read again with only its
neighbours around it, and then alone without even the title, a sentence is judged by what it says itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answer.answer_type import answer_type
from rag.answer.spans import Candidate, Look, agreed_span, sentence_looks
from rag.models.reader import Pair, Reading
from rag.types import Span

SENTENCES = 10
"""Sentences of a question that are read closer up, at most."""
WITHIN = 6.0
"""Of the likeliest sentence in `Look.joint`: one further behind is not read closer up. On 356 questions over held-out
documents none such was the best one, or was shown in an answer."""


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
    silent: Collection[Span] = ()
    """Those of the sentences that are no answers, such as a question that the next one answers."""

    def closer(self, sentence: Span) -> list[tuple[int, Pair]]:
        """What else the sentence is read in, and where that begins: with a neighbour on either side, and alone.

        Alone means with the silent sentence before it, where there is one: "Yes, on a lead." says nothing else.
        """
        at = bisect_left(self.sentences, sentence)
        first = at - 1 if at > 0 and self.sentences[at - 1] in self.silent else at
        start, end = self.sentences[max(0, at - 1)][0], self.sentences[min(at + 1, len(self.sentences) - 1)][1]
        text = self.pair.passage
        return [
            (start, Pair(text[start:end], self.pair.context)),
            (self.sentences[first][0], Pair(text[self.sentences[first][0] : sentence[1]])),
        ]


def look(reader: Reads, question: str, texts: Sequence[Text]) -> list[Candidate]:
    """At most `SENTENCES` candidates over all texts, each with a look at its passage and then the closer ones.

    Likeliest first, by the look at the passage; none is further than `WITHIN` from the first.
    """
    read = _once_each(reader, question)
    whole = read([text.pair for text in texts])
    found = [
        (number, sentence, seen)
        for number, reading in enumerate(whole)
        if reading is not None
        for sentence, seen in sentence_looks(reading, texts[number].sentences).items()
        if sentence not in texts[number].silent
    ]
    likeliest = sorted(found, key=lambda one: -one[2].joint)[:SENTENCES]
    chosen = [one for one in likeliest if one[2].joint >= likeliest[0][2].joint - WITHIN]
    closer = [texts[number].closer(sentence) for number, sentence, _ in chosen]
    readings = iter(read([pair for pairs in closer for _, pair in pairs]))
    wanted = answer_type(question)
    candidates = []
    for (number, sentence, _), pairs in zip(chosen, closer, strict=True):
        looks, span = _seen(sentence, [(0, whole[number]), *((start, next(readings)) for start, _ in pairs)])
        passage = texts[number].pair.passage
        lacking = wanted.lacking(passage[slice(*sentence)], passage[slice(*span)]) if wanted else 0
        candidates.append(Candidate(number, sentence, span, looks, lacking))
    return candidates


def _once_each(reader: Reads, question: str) -> Callable[[Sequence[Pair]], list[Reading | None]]:
    """Reads no text twice: passages that overlap share a sentence, and a passage may be no more than its neighbours."""
    known: dict[Pair, Reading | None] = {}

    def read(pairs: Sequence[Pair]) -> list[Reading | None]:
        new = list(dict.fromkeys(pair for pair in pairs if pair not in known))
        known.update(zip(new, reader.read(question, new), strict=True))
        return [known[pair] for pair in pairs]

    return read


def _seen(sentence: Span, readings: Sequence[tuple[int, Reading | None]]) -> tuple[tuple[Look, ...], Span]:
    """The looks at a sentence and the answer in it; a reading with nothing to say of it is no look."""
    looks, used = [], []
    for start, reading in readings:
        own = (sentence[0] - start, sentence[1] - start)
        if reading is not None and (seen := sentence_looks(reading, [own])):
            looks.append(seen[own])
            used.append((start, reading))
    return tuple(looks), agreed_span(used, sentence)
