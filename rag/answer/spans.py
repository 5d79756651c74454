"""From what the reader says about tokens to sentences that may hold the answer, each with its best span."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
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
    """The whole passage first, then each closer look."""


def candidates(reading: Reading, passage: int, sentences: Sequence[Span]) -> list[Candidate]:
    """The sentences that the reading's tokens lie in, best first; `sentences` are sorted and do not overlap."""
    begins = [start for start, _ in sentences]
    tokens: dict[int, list[int]] = {}
    for token, (start, end) in enumerate(reading.spans):
        at = bisect_right(begins, start) - 1
        if at >= 0 and start < sentences[at][1] and end > start:
            tokens.setdefault(at, []).append(token)
    found = []
    for at, held in tokens.items():
        share = float(reading.starts[held].sum() + reading.ends[held].sum()) / 2
        look = Look(reading.score, share)
        found.append(Candidate(passage, sentences[at], _best_span(reading, held), (look,)))
    return sorted(found, key=lambda candidate: -candidate.looks[0].joint)


def _best_span(reading: Reading, tokens: Sequence[int]) -> Span:
    """The likeliest start and end among neighbouring tokens, the end not before the start."""
    best, chosen = -1.0, (tokens[0], tokens[0])
    for i in sorted(tokens, key=lambda t: -reading.starts[t])[:5]:
        for j in tokens:
            likelihood = float(reading.starts[i] * reading.ends[j])
            if i <= j < i + LONGEST_SPAN and likelihood > best:
                best, chosen = likelihood, (i, j)
    return reading.spans[chosen[0]][0], reading.spans[chosen[1]][1]


def words(text: str) -> set[str]:
    """Words and numbers, folded, cut to six characters: "resigned" and "resignation" meet."""
    return {word[:6] for word in re.findall(r"\w+", text.casefold()) if word not in _COMMON}
