"""What was cited beside what should have been: the source text in pieces, each marked with what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from eval.gold import Item
from eval.metrics.spans import merged
from eval.rows import Row
from rag.types import Document, Span

AROUND = 160
"""Characters of the source shown before and after a span."""


def excerpts(row: Row, item: Item | None, corpus: Mapping[str, Document]) -> list[dict[str, Any]]:
    """The places of the sources that the answer cites or gold names, in the order of the citations.

    Each is `{source, lines, pieces}` with pieces of `{text, cited, gold}`, `cited` being the numbers.
    """
    cited: dict[str, list[tuple[Span, int]]] = {}
    for citation in row.citations:
        cited.setdefault(citation.source, []).append(((citation.start, citation.end), citation.number))
    gold: dict[str, list[Span]] = {}
    for span in (span for group in item.evidence for span in group) if item else ():
        gold.setdefault(span.source, []).append((span.start, span.end))
    shown = []
    for source in dict.fromkeys([*cited, *gold]):
        if source in corpus:
            shown += _of_document(corpus[source], cited.get(source, []), gold.get(source, []))
    return shown


def _of_document(document: Document, cited: Sequence[tuple[Span, int]], gold: Sequence[Span]) -> list[dict[str, Any]]:
    spans = [*(span for span, _ in cited), *gold]
    windows = merged((_back(document.text, start), _on(document.text, end)) for start, end in spans)
    return [
        {
            "source": document.source,
            "lines": document.lines(start, end),
            "pieces": list(_pieces(document.text, (start, end), cited, gold)),
        }
        for start, end in windows
    ]


def _back(text: str, start: int) -> int:
    """A place before `start` to begin at, after a space where there is one."""
    at = max(0, start - AROUND)
    return at if at == 0 else text.find(" ", at, start) + 1 or at


def _on(text: str, end: int) -> int:
    """A place after `end` to stop at, before a space where there is one."""
    at = end + AROUND
    return len(text) if at >= len(text) else max(text.rfind(" ", end, at), end)


def _pieces(
    text: str, window: Span, cited: Sequence[tuple[Span, int]], gold: Sequence[Span]
) -> Iterable[dict[str, Any]]:
    edges = {*window, *(edge for span, _ in cited for edge in span), *(edge for span in gold for edge in span)}
    inside = sorted(edge for edge in edges if window[0] <= edge <= window[1])
    for start, end in pairwise(inside):
        yield {
            "text": text[start:end],
            "cited": [number for span, number in cited if span[0] <= start and end <= span[1]],
            "gold": any(span[0] <= start and end <= span[1] for span in gold),
        }
