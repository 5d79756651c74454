"""From what the reader says about tokens to sentences that may hold the answer, and to the exact answer in one."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.types import Span

if TYPE_CHECKING:
    from rag.models.reader import Reading

LONGEST_SPAN = 40
"""Tokens of an exact answer."""
_COMMON = frozenset(
    "a about an and any are as at be been by can could did do does for from had has have how i if in into is it its "
    "many me much my of on or say says should tell that the their them there these they this those to was we were "
    "what when where which who whom whose why will with would you your".split()
)


@dataclass(frozen=True, slots=True)
class Look:
    """What one reading says of a sentence."""

    score: float
    """Logit that the text it was given answers the question."""
    share: float
    """Of that reading's probability, what lies in the sentence; in [0, 1]."""

    @property
    def joint(self) -> float:
        """The logit and how surely the answer lies in this sentence; compares over a question's passages."""
        return self.score + math.log(max(self.share, 1e-6))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of one passage and the answer in it."""

    passage: int
    """Number of the passage, from 0 in the order given."""
    sentence: Span
    """In characters of the passage."""
    span: Span
    """The likeliest answer in the sentence, in characters of the passage."""
    looks: tuple[Look, ...]
    """The whole passage first, then the closer looks."""
    lacking: int = 0
    """Of the sort of answer that is asked for: 1 where the answer is not of it, 2 where nothing in the sentence is."""


def sentence_looks(reading: Reading, sentences: Sequence[Span]) -> dict[Span, Look]:
    """A look at each sentence that the reading's tokens lie in; `sentences` are sorted and do not overlap."""
    begins = [start for start, _ in sentences]
    tokens: dict[int, list[int]] = {}
    for token, (start, end) in enumerate(reading.spans):
        at = bisect_right(begins, start) - 1
        if at >= 0 and start < sentences[at][1] and end > start:
            tokens.setdefault(at, []).append(token)
    return {
        sentences[at]: Look(reading.score, float(reading.starts[held].sum() + reading.ends[held].sum()) / 2)
        for at, held in tokens.items()
    }


def agreed_span(readings: Sequence[tuple[int, Reading]], sentence: Span) -> Span:
    """The likeliest answer in the sentence by all readings together: the product of what they give its two ends.

    Each reading comes with where its text begins in the passage. The whole sentence where they share no token.
    """
    tables = [
        {(a + shift, b + shift): i for i, (a, b) in enumerate(reading.spans) if b > a} for shift, reading in readings
    ]
    shared = set.intersection(*(set(table) for table in tables))
    tokens = sorted(token for token in shared if sentence[0] <= token[0] and token[1] <= sentence[1])
    starts = [
        _product(reading.starts[table[t]] for (_, reading), table in zip(readings, tables, strict=True)) for t in tokens
    ]
    ends = [
        _product(reading.ends[table[t]] for (_, reading), table in zip(readings, tables, strict=True)) for t in tokens
    ]
    spans = [
        (starts[i] * ends[j], -i, j)
        for i in sorted(range(len(tokens)), key=lambda i: -starts[i])[:5]
        for j in range(i, min(i + LONGEST_SPAN, len(tokens)))
    ]
    if not spans:
        return sentence
    _, first, last = max(spans)
    return tokens[-first][0], tokens[last][1]


def _product(values: Iterable[float]) -> float:
    return math.prod(float(value) + 1e-6 for value in values)


def words(text: str) -> set[str]:
    """Words and numbers, folded, cut to six characters: "resigned" and "resignation" meet."""
    return {word[:6] for word in re.findall(r"\w+", text.casefold()) if word not in _COMMON}
