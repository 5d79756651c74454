"""The two components: an answer with its numbers, and a text with its marks. They set text, never HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import streamlit as st

from rag.types import Answer, Citation, Document, Span
from ui.text import day

_HERE = Path(__file__).parent
QUOTE_LENGTH = 240
"""Characters of a quote on its card; the panel shows it whole."""


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_answer = st.components.v2.component("footnote.answer", css=_read("answer.css"), js=_read("answer.js"))
_source = st.components.v2.component("footnote.source", css=_read("source.css"), js=_read("source.js"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, cut into pieces of (text, kind): "", "cited", "exact", "past" or "boilerplate"."""

    number: int
    pieces: tuple[tuple[str, str], ...]


def answer(found: Answer, stale: dict[int, str], opened: int | None, key: str, on_open: Callable[[], None]) -> Any:
    """An answer; `.opened` is the number that was just clicked, or None.

    `stale` says of a citation's number what has changed in its source since.
    """
    data = {
        "statements": [
            {
                "text": statement.text,
                "numbers": [c.number for c in statement.citations],
                "missing": "" if statement.supported else _sentence(statement.support),
            }
            for statement in found.statements
        ],
        "conflicts": [
            [{"value": side.value, "citations": [_dated(c) for c in side.citations]} for side in conflict.sides]
            for conflict in found.conflicts
        ],
        "cards": {str(c.number): _card(c, stale.get(c.number, "")) for c in found.citations},
        "opened": opened,
    }
    return _answer(key=key, data=data, on_opened_change=on_open)


def source(lines: Sequence[Line], key: str, label: str) -> None:
    """Lines of a document with their numbers; the first cited line is brought into view."""
    _source(key=key, data={"lines": [asdict(line) for line in lines], "label": label})


def marked(document: Document, spans: Sequence[tuple[Span, str]], start: int = 0, end: int | None = None) -> list[Line]:
    """The lines from `start` to `end` with these spans marked; where spans overlap the later one is on top."""
    end = len(document.text) if end is None else end
    kinds = [(span, "boilerplate") for span in document.boilerplate] + list(spans)
    edges = {start, end, *(edge for span, _ in kinds for edge in span if start < edge < end)}
    lines: list[Line] = []
    number, at = document.lines(start, start)[0], start
    for row in document.text[start:end].splitlines(keepends=True):
        stop = at + len(row)
        cuts = sorted({at, stop, *(edge for edge in edges if at < edge < stop)})
        pieces = [(document.text[a:b].rstrip("\r\n"), _kind(kinds, a)) for a, b in pairwise(cuts)]
        lines.append(Line(number, tuple(piece for piece in pieces if piece[0])))
        number, at = number + (row[-1] in "\r\n"), stop
    return lines


def _kind(kinds: Sequence[tuple[Span, str]], at: int) -> str:
    return next((kind for (start, end), kind in reversed(kinds) if start <= at < end), "")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")


def _dated(citation: Citation) -> dict[str, Any]:
    return {"number": citation.number, "date": day(citation.published) or "undated"}


def _card(citation: Citation, stale: str) -> dict[str, str]:
    quote = " ".join(citation.quote.split())
    quote = quote if len(quote) <= QUOTE_LENGTH else quote[:QUOTE_LENGTH].rsplit(" ", 1)[0] + "…"
    return {"quote": quote, "place": citation.title or citation.source, "stale": stale}
