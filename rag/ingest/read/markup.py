"""HTML that is all of it the document's own (a chapter, a converted file, a mail): written out block by block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from rag.ingest.read.flow import Flow
from rag.ingest.read.table import Row, row
from rag.ingest.read.whole_page import BLOCK_TAGS

_HEADING = re.compile(r"h([1-6])$")
_ENDS_A_PARAGRAPH = BLOCK_TAGS - {"br"}
_MAX_SPAN = 100
_LONGEST_CELL = 1_000


def write(body: Any, flow: Flow) -> None:
    """Headings, paragraphs, items and tables of an element, in order; a table for layout is no table."""
    loose: list[str] = []

    def end_of_paragraph() -> None:
        flow.paragraph(_tidied("".join(loose)))
        loose.clear()

    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _ENDS_A_PARAGRAPH:
                end_of_paragraph()
            heading = _HEADING.match(tag)
            if heading and _says_something(element):
                flow.heading(int(heading[1]), " ".join("".join(element.itertext()).split()))
            elif tag == "table" and _holds_data(element):
                flow.table(list(_rows(element)))
            else:
                loose.append("\n" if tag == "br" else _own_text(element, tag))
                continue
            walk.skip_subtree()
        else:
            if tag in _ENDS_A_PARAGRAPH and loose:
                end_of_paragraph()
            loose.append("" if element is body else element.tail or "")
    end_of_paragraph()


def _own_text(element: Any, tag: str) -> str:
    text = (element.text or "") if tag else ""
    return f"- {text}" if tag == "li" else text


def _says_something(element: Any) -> bool:
    return bool("".join(element.itertext()).strip())


def _tidied(text: str) -> str:
    """White space as a browser shows it, line breaks kept; a bullet with nothing after it is nothing."""
    shown = "\n".join(line for line in (" ".join(raw.split()) for raw in text.split("\n")) if line)
    return "" if shown == "-" else shown


def _holds_data(table: Any) -> bool:
    """Whether it is a table of values: two columns somewhere, no table or heading within, no page-long cell."""
    within = {element.tag for element in table.iter() if element is not table}
    if within & {"table", "h1", "h2", "h3", "h4", "h5", "h6"}:
        return False
    widths = [len(tr.findall("td") + tr.findall("th")) for tr in table.iter("tr")]
    if max(widths, default=0) < 2 or len(widths) < 2:
        return False
    return all(len("".join(cell.itertext())) <= _LONGEST_CELL for cell in table.iter("td", "th"))


def _rows(table: Any) -> Iterator[Row]:
    """The rows with each value in its column; one that spans rows stands in each of them."""
    carried: dict[int, tuple[str, int]] = {}
    for number, tr in enumerate(table.iter("tr"), start=1):
        cells: list[str] = []
        following: dict[int, tuple[str, int]] = {}
        for cell in (child for child in tr if child.tag in {"td", "th"}):
            _carry(carried, cells, following)
            text = " ".join(" ".join(cell.itertext()).split())
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            if rows > 1:
                following[len(cells)] = (text, rows - 1)
            cells += [text, *[""] * (columns - 1)]
        _carry(carried, cells, following)
        carried = following
        yield row(number, cells)


def _carry(carried: dict[int, tuple[str, int]], cells: list[str], following: dict[int, tuple[str, int]]) -> None:
    """Puts in what rows above reach down to here."""
    while len(cells) in carried:
        text, left = carried.pop(len(cells))
        if left > 1:
            following[len(cells)] = (text, left - 1)
        cells.append(text)


def _span(cell: Any, name: str) -> int:
    given = cell.get(name) or "1"
    return min(max(int(given), 1), _MAX_SPAN) if re.fullmatch(r"\d{1,6}", given) else 1
