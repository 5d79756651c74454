"""The components: an answer with its numbers, the source beside it, a document, light and dark. Text, never HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import streamlit as st

from rag.types import Answer, Citation, Document, Span
from ui.text import day, sentence, short

_HERE = Path(__file__).parent
QUOTE_LENGTH = 240
"""Characters of a quote on its card; the panel shows it whole."""


def _joined(*names: str) -> str:
    return "".join((_HERE / name).read_text(encoding="utf-8") for name in names)


_answer = st.components.v2.component("footnote.answer", css=_joined("answer.css"), js=_joined("lines.js", "answer.js"))
_panel = st.components.v2.component(
    "footnote.panel", css=_joined("lines.css", "mark.css", "panel.css"), js=_joined("lines.js", "mark.js", "panel.js")
)
_source = st.components.v2.component(
    "footnote.source",
    css=_joined("lines.css", "mark.css", "source.css"),
    js=_joined("lines.js", "mark.js", "source.js"),
)
_documents = st.components.v2.component(
    "footnote.documents", css=_joined("documents.css"), js=_joined("lines.js", "documents.js")
)
_theme = st.components.v2.component("footnote.theme", css=_joined("theme.css"), js=_joined("theme.js"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, cut into pieces of (text, kind): "", "cited", "exact", "past" or "boilerplate"."""

    number: int
    start: int
    """In characters of the document."""
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
                "missing": "" if statement.supported else sentence(statement.support),
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


@dataclass(frozen=True, slots=True)
class Marked:
    """Characters that a person marked in a document; `turn` is that of the open citation, 0 where none is."""

    source: str
    span: Span
    turn: int = 0


def panel(conversation: str, hint: bool) -> dict[str, str] | Marked | None:
    """The source of the number that is open.

    Once each: the place of a document that is to be opened whole, or what was marked. `hint`: say what the panel is
    for while nothing is open.
    """
    data = {"conversation": conversation, "hint": hint}
    come = _panel(key="panel-source", data=data, on_whole_change=lambda: None, on_marked_change=lambda: None)
    if found := come.marked:
        return Marked(found["source"], (int(found["start"]), int(found["end"])), int(found["turn"]))
    wanted: dict[str, str] | None = come.whole
    return wanted


def theme() -> None:
    """Light, dark, or as the system has it: kept in the browser, which loads the page again."""
    _theme(key="theme", data={})


def source(lines: Sequence[Line], key: str, label: str) -> Span | None:
    """Lines of a document with their numbers, the first cited one in view; what was marked in them, once."""
    data = {"lines": [asdict(line) for line in lines], "label": label}
    found = _source(key=key, data=data, on_marked_change=lambda: None).marked
    return (int(found["start"]), int(found["end"])) if found else None


def documents(rows: Sequence[Mapping[str, str | int]], key: str, on_opened: Callable[[], None]) -> None:
    """The list of documents; `on_opened` is called when one is chosen, whose source is then `opened` under the key.

    A row has a title, a source, what is shown as kind, date, size and state with its noun, and published, bytes and
    passages to order by.
    """
    _documents(key=key, data={"rows": rows}, on_opened_change=on_opened)


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
        lines.append(Line(number, at, tuple(piece for piece in pieces if piece[0])))
        number, at = number + (row[-1] in "\r\n"), stop
    return lines


def _kind(kinds: Sequence[tuple[Span, str]], at: int) -> str:
    return next((kind for (start, end), kind in reversed(kinds) if start <= at < end), "")


def _dated(citation: Citation) -> dict[str, Any]:
    return {"number": citation.number, "date": day(citation.published) or "undated"}


def _card(citation: Citation, stale: str) -> dict[str, str]:
    return {"quote": short(citation.quote, QUOTE_LENGTH), "place": citation.title or citation.source, "stale": stale}
