"""Pages that are no article: all that can be seen, a line a block and a line a table's row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import lines, row

# fmt: off
BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul"
})
# fmt: on
_LONGEST_CELL = 200
"""Characters; a table with more in a cell lays out a page."""


def whole_page(tree: Any) -> Pieces:
    """All visible text, a line a block; rows of tables carry the names of their columns."""
    pieces = Pieces()
    parts: list[str] = []

    def end_of_block() -> None:
        pieces.add(" ".join("".join(parts).split()), "\n")
        parts.clear()

    body = tree.find(".//body")
    walk = etree.iterwalk(tree if body is None else body, events=("start", "end"))
    for event, element in walk:
        if element.tag in BLOCK_TAGS:
            end_of_block()
        elif element.tag in {"td", "th"} and event == "start" and "".join(parts).strip():
            parts.append(" | ")
        if element.tag == "table" and event == "start" and (rows := _rows(element)):
            for line in rows:
                pieces.add(line, "\n")
            walk.skip_subtree()
            continue
        parts.append((element.text if event == "start" else element.tail) or "")
    end_of_block()
    return pieces


def cell_text(cell: Any) -> str:
    """The text of a cell on one line; the words of two blocks stay apart."""
    gap = " " if any(inner.tag in BLOCK_TAGS for inner in cell.iter() if inner is not cell) else ""
    return " ".join(gap.join(cell.itertext()).split())


def _visible(texts: Iterable[str]) -> int:
    return sum(len("".join(text.split())) for text in texts)


def _rows(table: Any) -> Sequence[str]:
    """What the rows of a table of values say; none where it lays out a page."""
    if table.find(".//table") is not None:
        return []
    cells = [[cell_text(cell) for cell in tr if cell.tag in {"td", "th"}] for tr in table.iter("tr")]
    captions = [cell_text(caption) for caption in table.iter("caption")]
    holds_values = (
        sum(len(values) > 1 for values in cells) > 1
        and all(len(value) <= _LONGEST_CELL for values in cells for value in values)
        and _visible(table.itertext()) == sum(map(_visible, [captions, *cells]))
    )
    if not holds_values:
        return []
    return [*captions, *(line for _, line in lines([row(number, values) for number, values in enumerate(cells)]))]
