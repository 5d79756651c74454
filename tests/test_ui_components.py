from __future__ import annotations

import pytest

from rag.types import Document
from ui.components import marked

TEXT = "Menu | Home\nThe mill opened\r\nin 1921.\n\nEnd"
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain", boilerplate=((0, 11),))


def _text(kind: str, spans: list[tuple[tuple[int, int], str]]) -> str:
    return "".join(text for line in marked(DOCUMENT, spans) for text, found in line.pieces if found == kind)


def test_lines_bear_the_numbers_of_the_document_and_all_of_its_text() -> None:
    lines = marked(DOCUMENT, [])
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    assert "\n".join("".join(t for t, _ in line.pieces) for line in lines) == TEXT.replace("\r\n", "\n")


def test_a_line_knows_where_it_begins() -> None:
    for line in marked(DOCUMENT, [], TEXT.index("The"), len(TEXT)):
        words = "".join(text for text, _ in line.pieces)
        assert TEXT[line.start : line.start + len(words)] == words


def test_boilerplate_is_told_apart_and_a_citation_goes_across_lines() -> None:
    at = TEXT.index("mill"), TEXT.index("1921") + 4
    assert _text("boilerplate", []) == "Menu | Home"
    assert _text("cited", [(at, "cited")]) == "mill openedin 1921"


def test_the_exact_answer_lies_on_top_of_its_citation() -> None:
    at = TEXT.index("The"), TEXT.index("1921") + 5
    exact = TEXT.index("1921"), TEXT.index("1921") + 4
    assert _text("exact", [(at, "cited"), (exact, "exact")]) == "1921"
    assert _text("cited", [(at, "cited"), (exact, "exact")]) == "The mill openedin ."


def test_an_excerpt_begins_with_its_own_line_number() -> None:
    start = TEXT.index("in 1921")
    assert [line.number for line in marked(DOCUMENT, [], start, len(TEXT))] == [3, 4, 5]


@pytest.mark.parametrize("text", ["", "\n", "one"])
def test_small_documents(text: str) -> None:
    assert "".join(t for line in marked(Document("a", text, "", ""), []) for t, _ in line.pieces) == text.strip("\n")
