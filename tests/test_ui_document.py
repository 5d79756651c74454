from __future__ import annotations

import pytest

from rag.types import Document
from ui.document import LONGEST_SHOWN, _window


def _document(text: str) -> Document:
    return Document("long.txt", text, "ab" * 32, "text/plain")


@pytest.mark.parametrize("text", ["x " * 400_000, "some words here\r" * 50_000, "some words here\n" * 50_000])
@pytest.mark.parametrize("at", [0, 5, 99_000, 600_000, 799_900])
def test_of_a_long_document_the_cited_place_is_shown_whatever_its_lines_are(text: str, at: int) -> None:
    start, end = _window(_document(text), (at, at + 10))
    assert start <= at < at + 10 <= end
    assert LONGEST_SHOWN - 20 <= end - start <= LONGEST_SHOWN


@pytest.mark.parametrize("line_end", ["\r", "\n", "\r\n"])
def test_what_is_shown_of_a_long_document_begins_with_a_line(line_end: str) -> None:
    document = _document(f"some words here{line_end}" * 50_000)
    start, _ = _window(document, (600_000, 600_010))
    assert document.text[start:].startswith("some words here")


def test_a_short_document_is_shown_whole() -> None:
    assert _window(_document("One line.\n"), (4, 8)) == (0, 10)
