from __future__ import annotations

from dataclasses import replace

from rag.answer.citations import cite
from rag.answer.kept import now
from rag.types import Document

TEXT = "One.\nThe mill opened in 1921.\nThree."
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain")
CITATION = cite(DOCUMENT, 5, 29, 1)


def test_a_source_that_did_not_change_is_still_there() -> None:
    found = now(CITATION, DOCUMENT)
    assert (found.state, found.start, found.end, found.words) == ("there", 5, 29, "")


def test_a_quote_that_moved_is_found_at_its_nearest_place() -> None:
    moved = replace(DOCUMENT, text="Zero.\n" + TEXT + "\n" * 500 + CITATION.quote)
    found = now(CITATION, moved)
    assert (found.state, found.line, moved.text[found.start : found.end]) == ("moved", 3, CITATION.quote)
    assert found.words == "This source has changed since: moved to line 3."


def test_a_quote_that_moved_by_less_than_its_length_is_found() -> None:
    for text, line in ((TEXT[1:], 2), ("a" + TEXT, 2), (TEXT[5:], 1)):
        found = now(CITATION, replace(DOCUMENT, text=text))
        assert (found.state, found.line, text[found.start : found.end]) == ("moved", line, CITATION.quote)


def test_a_quote_that_is_nowhere_and_a_document_that_is_gone_are_told_apart() -> None:
    assert now(CITATION, replace(DOCUMENT, text="Another text.")).state == "changed"
    assert now(CITATION, None).state == "gone"
