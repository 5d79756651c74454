"""How much of a span other spans hold, counted in letters and digits.

Whether a sentence's full stop or the space after it belongs to it is a matter of taste; its
letters are not.
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.types import Span


def size(text: str, span: Span) -> int:
    """Letters and digits of `text` in the span."""
    start, end = span
    return sum(map(str.isalnum, text[max(0, start) : max(0, end)]))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same characters as spans in order, without overlap."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        elif start < end:
            whole.append((start, end))
    return whole


def shared(text: str, one: Iterable[Span], other: Iterable[Span]) -> int:
    """Letters and digits of `text` that both hold, each counted once."""
    ones, others = merged(one), merged(other)
    return sum(size(text, (max(a, c), min(b, d))) for a, b in ones for c, d in others if max(a, c) < min(b, d))


def held(text: str, span: Span, spans: Iterable[Span]) -> float:
    """The share of the span that `spans` hold together, in [0, 1]; a span of signs alone is held whole or not."""
    whole = size(text, span)
    if whole == 0:
        return float(any(start <= span[0] and span[1] <= end for start, end in merged(spans)))
    return shared(text, [span], spans) / whole
