"""The tables in the README and in docs/formats.md say what is true: each line is read, ending by ending."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from made_files import docx, epub, paragraph, pptx, word_table, xlsx
from test_read_pdf import minimal_pdf

from rag.answer.citations import Numbering
from rag.ingest.read import read

ROOT = Path(__file__).parent.parent


def _lines(path: Path) -> list[tuple[str, str, str]]:
    """Format, endings and place of each line of the file's table of formats."""
    _, _, table = path.read_text(encoding="utf-8").partition("| format | endings |")
    rows = table.partition("\n\n")[0].splitlines()[2:]
    return [(row[0], row[1], row[2]) for row in ([c.strip() for c in line.strip("|").split("|")] for line in rows)]


README, FORMATS = _lines(ROOT / "README.md"), _lines(ROOT / "docs" / "formats.md")
CASES = [(name, ending, place) for name, endings, place in FORMATS for ending in endings.split()]


def test_the_readme_lists_the_same_formats() -> None:
    assert len(FORMATS) == len(MADE)
    assert README == FORMATS


ROWS = [["item", "price"], ["lamp", "12"], ["desk", "80"]]
TEXT = "Prices\n\nlamp: 12\ndesk: 80\n"
HTML_TABLE = "<table><tr><th>item</th><th>price</th></tr><tr><td>lamp</td><td>12</td></tr></table>"
PAGE = (
    "<html><body><article><h2>Prices</h2><p>The lamp costs 12 euros since the spring of this year, and it has not been "
    "raised again.</p><p>The desk costs 80 euros, and it will go up in the winter, as the shop said.</p></article>"
    "</body></html>"
)
MAIL = b"From: a@example.org\nSubject: Prices\n\nDear all,\n\nthe lamp costs 12.\n"

MADE: dict[str, Callable[[str], bytes]] = {
    "Text": lambda _: TEXT.encode(),
    "Markdown": lambda _: f"# {TEXT}".encode(),
    "reStructuredText": lambda _: TEXT.replace("\n\n", "\n======\n", 1).encode(),
    "HTML": lambda _: PAGE.encode(),
    "PDF": lambda _: minimal_pdf(["Prices of all things.", "The lamp costs 12."]),
    "Word": lambda _: docx(paragraph("Prices", "Heading1"), word_table(ROWS)),
    "PowerPoint": lambda _: pptx([("One", "Text."), ("Prices", "All of them.")], table=ROWS),
    "Excel": lambda _: xlsx({"Prices": [["item", "price"], ["lamp", 12], ["desk", 80]]}),
    "Tables in text": lambda ending: "\n".join(("," if ending == ".csv" else "\t").join(row) for row in ROWS).encode(),
    "EPUB": lambda _: epub({"a.xhtml": HTML_TABLE}, {"a.xhtml": "Prices"}),
    "E-mail": lambda _: MAIL,
    "JSON": lambda _: json.dumps({"orders": [{"item": "desk"}, {"item": "lamp", "price": 12}]}).encode(),
    "JSON lines": lambda _: b'{"item": "desk", "price": 80}\n{"item": "lamp", "price": 12}\n',
    "Code, logs, anything else that is text": lambda _: TEXT.encode(),
}


@pytest.mark.parametrize(("name", "ending", "place"), CASES, ids=[ending for _, ending, _ in CASES])
def test_the_price_of_the_lamp_is_found_in_its_place(tmp_path, name, ending, place):
    path = tmp_path / f"prices{ending}"
    path.write_bytes(MADE[name](ending))
    document = read(path, path.name)
    assert document.notes == ()
    at = re.search(r"lamp\D*12", document.text)
    assert at is not None
    citation = Numbering().cite(document, *at.span())
    assert document.text[citation.start : citation.end] == citation.quote
    assert (citation.place or f"line {citation.lines[0]}") == place


@pytest.mark.parametrize("name", ["Word", "PowerPoint", "Excel", "Tables in text", "EPUB", "JSON", "JSON lines"])
def test_a_row_carries_the_names_of_its_columns(tmp_path, name):
    ending = next(ending for line, ending, _ in CASES if line == name)
    (tmp_path / f"prices{ending}").write_bytes(MADE[name](ending))
    assert "item: lamp, price: 12." in read(tmp_path / f"prices{ending}", "prices").text
