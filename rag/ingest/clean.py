"""Boilerplate: the lines of a copied page that are the page's furniture and no one's words.

Navigation, comment forms, share rows, breadcrumbs, hashtags, notices of the page's software. To take away real
text is worse than to leave furniture in, so in a text that shows no sure sign of a page nothing is marked.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.clean_page import page_lines
from rag.ingest.leftovers import leftovers
from rag.ingest.lines import Line, split_lines
from rag.types import Span


def boilerplate(text: str) -> tuple[Span, ...]:
    """Spans of whole lines, in order; empty for a text that was no web page."""
    lines = split_lines(text)
    marked = page_lines(lines) | leftovers(lines)
    if len(marked) == len(lines):
        return ()
    return _merged(text, [lines[at] for at in sorted(marked)])


def _merged(text: str, lines: Sequence[Line]) -> tuple[Span, ...]:
    """Neighbouring lines are one span."""
    spans: list[Span] = []
    for line in lines:
        if spans and not text[spans[-1][1] : line.start].strip():
            spans[-1] = (spans[-1][0], line.end)
        else:
            spans.append((line.start, line.end))
    return tuple(spans)
