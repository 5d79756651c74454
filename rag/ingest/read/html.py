"""HTML: the page's main text with its headings, lists and tables; runs in the child process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from rag.errors import Unreadable
from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted, check_length
from rag.ingest.read.hidden import remove_hidden
from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import lines, row
from rag.ingest.read.whole_page import cell_text, whole_page

_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml[^>]*?encoding=["']([\w.:-]+)""", re.I
)
_MIN_SHARE, _LEAST = 0.1, 400
"""Where the main text would be less than both, in part of the visible text and in characters, the page is no article
and is kept whole."""


def extract(data: bytes) -> Extracted:
    """The main text of a page; what a browser would not show is left out.

    Raises `Unreadable` where there is no text.
    """
    decoded = decode(data, _declared(data))
    tree = _parsed(decoded.text)
    remove_hidden(tree)
    visible = len(_visible(tree))
    if not visible:
        raise Unreadable("there is no visible text in the page")
    pieces, title, published = _main_text(tree)
    notes = list(decoded.notes)
    found = len(pieces.text)
    if found < _LEAST and found < _MIN_SHARE * visible:
        pieces = whole_page(tree)
        notes.append("no main text stood out, so the whole page was read")
    elif found < _MIN_SHARE * visible:
        notes.append(f"only {found / visible:.0%} of the visible text was taken for the page's own")
    return Extracted(pieces.text, title or _title(tree), published, pieces.sections, (), tuple(notes))


def _declared(data: bytes) -> str:
    found = _CHARSET.search(data[:4096])
    if not found:
        return ""
    name = (found[1] or found[2]).decode("ascii", "ignore").lower()
    # browsers read these as Windows-1252, and pages rely on it
    return "cp1252" if name in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"} else name


def _parsed(text: str) -> Any:
    check_length(len(text) // 20)
    # Without huge_tree all that comes after the 256th level of nesting is dropped without a word, with it
    # after the 2,048th: hence the look at the log.
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        tree = lxml_html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise Unreadable("there is no visible text in the page") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise Unreadable("the html in it is nested too deeply")
    if tree.find(".//body") is None and not tree.text_content().strip():
        raise Unreadable("there is no visible text in the page")
    return tree


def _visible(tree: Any) -> str:
    """All that can be seen, without white space."""
    body = tree.find(".//body")
    return "".join(" ".join((tree if body is None else body).itertext()).split())


# ---------------------------------------------------------------- the main text


def _main_text(tree: Any) -> tuple[Pieces, str, str]:
    """The text, the title and the date; all empty where trafilatura finds no main text."""
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree,
        include_comments=False,
        include_formatting=True,
        with_metadata=True,
        date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2100-01-01"},
    )
    pieces = Pieces()
    if found is None or isinstance(found, dict):
        return pieces, "", ""
    if _lost_its_form(found.body, tree):
        pieces = whole_page(tree)
    else:
        _write(found.body, pieces)
    return pieces, " ".join((found.title or "").split()), found.date or ""


def _lost_its_form(body: Any, tree: Any) -> bool:
    """Whether all that can be seen is in one paragraph: of a short page trafilatura gives the bare text."""
    one = len(body) == 1 and body[0].tag == "p" and len(body[0]) == 0
    return one and "".join((body[0].text or "").split()) == _visible(tree)


def _write(body: Any, pieces: Pieces) -> None:
    """Blocks from trafilatura's tree, which knows p, head, list, item, table, row, cell, quote and code."""
    headings: list[tuple[int, str]] = []
    table, rows = None, {}
    for block, gap in _blocks(body):
        if block.tag == "head":
            text = _inline(block)
            level = int((block.get("rend") or "h2")[1:2] or 2)
            headings = [(at, name) for at, name in headings if at < level] + [(level, text)]
            if text:
                pieces.section(_place(headings), tuple(name for _, name in headings))
            pieces.add(text)
        else:
            if block.tag == "row" and block.getparent() is not table:
                table, rows = block.getparent(), _rows(block.getparent())
            pieces.add(rows.get(block, "") if block.tag == "row" else _inline(block), gap)


def _place(headings: list[tuple[int, str]]) -> str:
    return f"under “{headings[-1][1]}”"


_CONTAINERS = frozenset({"body", "main", "list", "table", "quote", "div"})
_BLOCKS = frozenset({"p", "head", "item", "row", "code", *_CONTAINERS})


def _blocks(container: Any) -> Iterator[tuple[Any, str]]:
    """Each innermost block once, in order, with the gap before it; text between blocks is a block too."""
    loose = _loose(container.text)
    for child in container:
        if child.tag not in _BLOCKS:
            loose.append(copy(child))
            continue
        if _says_something(loose):
            yield loose, "\n\n"
        loose = _loose(child.tail)
        if child.tag in _CONTAINERS and any(inner.tag in _BLOCKS for inner in child):
            yield from _blocks(child)
        else:
            first_of_list = child.tag != "item" or child.getprevious() is None
            yield child, "\n\n" if first_of_list else "\n"
    if _says_something(loose):
        yield loose, "\n\n"


def _loose(text: str | None) -> Any:
    element = etree.Element("p")
    element.text = text
    return element


def _says_something(element: Any) -> bool:
    return bool("".join(element.itertext()).strip())


def _inline(element: Any) -> str:
    if element.tag == "code":
        return "".join(element.itertext()).strip("\n")
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    for inner in element.iter("item", "p", "row"):
        if inner is not element:
            inner.tail = "\n" + (inner.tail or "")
    lines = "".join(element.itertext()).splitlines()
    return "\n".join(line for line in (" ".join(raw.split()) for raw in lines) if line)


def _rows(table: Any) -> dict[Any, str]:
    """What each row says, with the names of its columns where the first row holds names."""
    found = [element for element in table if element.tag == "row"]
    said = lines([row(number, map(cell_text, element)) for number, element in enumerate(found)])
    return {found[number]: text for number, text in said}


def _title(tree: Any) -> str:
    found = tree.find(".//h1")
    if found is None:
        found = tree.find(".//title")
    return "" if found is None else " ".join(found.text_content().split())
