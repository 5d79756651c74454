"""The components: an answer with its numbers, the source beside it, a document, light and dark. Text, never HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


_answer = st.components.v2.component(
    "footnote.answer", css=_read("answer.css"), js=_read("lines.js") + _read("answer.js")
)
_panel = st.components.v2.component(
    "footnote.panel", css=_read("lines.css") + _read("panel.css"), js=_read("lines.js") + _read("panel.js")
)
_source = st.components.v2.component(
    "footnote.source", css=_read("lines.css") + _read("source.css"), js=_read("lines.js") + _read("source.js")
)
_theme = st.components.v2.component("footnote.theme", css=_read("theme.css"), js=_read("theme.js"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, cut into pieces of (text, kind): "", "cited", "exact", "past" or "boilerplate"."""

    number: int
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What the panel shows of one citation."""

    title: str
    facts: str
    notice: str
    """What has changed in the source since; empty where nothing has."""
    quote: str
    lines: tuple[Line, ...]
    """Empty where the quote is no longer there."""
    source: str
    start: int
    end: int


def answer(found: Answer, excerpts: Mapping[int, Excerpt], turn: int) -> None:
    """An answer; a click on a number opens its excerpt in the panel, in the browser alone."""
    data = {
        "turn": turn,
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
        "cards": {str(c.number): _card(c, excerpts[c.number].notice) for c in found.citations},
        "excerpts": {str(number): asdict(excerpt) for number, excerpt in excerpts.items()},
    }
    _answer(key=f"answer-{turn}", data=data)


def panel(conversation: str, hint: bool) -> dict[str, str] | None:
    """The source of the number that is open; the place of a document that is to be opened whole, once it is clicked.

    `hint`: say what it is for while nothing is open.
    """
    data = {"conversation": conversation, "hint": hint}
    wanted: dict[str, str] | None = _panel(key="panel-source", data=data, on_whole_change=lambda: None).whole
    return wanted


def theme() -> None:
    """Light, dark, or as the system has it: kept in the browser, which loads the page again."""
    _theme(key="theme", data={})


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
