"""Packing: which neighbouring sentences go into a chunk together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rag.types import Sentence

_HEADINGS_MOVED = 3
"""At most so many headings at a chunk's end go over to the next: a list of short lines is not all headings."""


@dataclass(frozen=True, slots=True)
class Sized:
    """A sentence and what it costs."""

    sentence: Sentence
    tokens: int
    """Without special tokens."""
    is_heading: bool = False
    """It belongs with what follows it."""


def pack(sentences: Sequence[Sized], target: int, budget: int) -> list[tuple[Sentence, ...]]:
    """Groups of about `target` tokens and never more than `budget`, of even size, one sentence of overlap.

    No sentence may exceed `budget` by itself. The overlap is left out where the sentence is longer than half a
    chunk, or leaves no room for the next.
    """
    left = [*accumulate((sized.tokens for sized in reversed(sentences)), initial=0)][::-1]
    groups: list[tuple[int, int]] = []
    first = fresh = 0
    while fresh < len(sentences):
        even = _even_size(left[first], len(sentences) - first, target, budget)
        end = _end(sentences, first, fresh, even, budget)
        groups.append((first, end))
        if end == len(sentences):
            break
        fresh = end
        first = end - 1 if _repeats(sentences[end - 1], sentences[end], even, budget) else end
    _join_tail(groups, sentences, target, budget)
    return [tuple(sized.sentence for sized in sentences[first:end]) for first, end in groups]


def _even_size(total: int, sentences: int, target: int, budget: int) -> float:
    """The size near `target` at which groups of so many tokens and sentences, overlap included, come out alike."""
    repeated = min(total / sentences, target / 2)
    count = max(1, round((total - repeated) / (target - repeated)), -(-total // budget))
    return min(budget, (total + (count - 1) * repeated) / count)


def _end(sentences: Sequence[Sized], first: int, fresh: int, even: float, budget: int) -> int:
    """Where the group ends that begins at `first` and must hold the sentence at `fresh`."""
    end = fresh + 1
    total = sum(sized.tokens for sized in sentences[first:end])
    while end < len(sentences):
        tokens = sentences[end].tokens
        if total + tokens > budget or total + tokens / 2 > even:
            break
        total += tokens
        end += 1
    if end == len(sentences):
        return end
    text_end = end
    while text_end > fresh + 1 and end - text_end <= _HEADINGS_MOVED and sentences[text_end - 1].is_heading:
        text_end -= 1
    return end if sentences[text_end - 1].is_heading else text_end


def _repeats(last: Sized, following: Sized, even: float, budget: int) -> bool:
    return last.tokens <= even / 2 and last.tokens + following.tokens <= budget


def _join_tail(groups: list[tuple[int, int]], sentences: Sequence[Sized], target: int, budget: int) -> None:
    """A last group with little of its own goes to the one before it, where it fits."""
    if len(groups) < 2:
        return
    (first, middle), (_, end) = groups[-2:]
    own = sum(sized.tokens for sized in sentences[middle:end])
    if own < target / 4 and sum(sized.tokens for sized in sentences[first:end]) <= budget:
        groups[-2:] = [(first, end)]
