"""A citation is a span that resolves, or there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.citations import Numbering, cite
from rag.errors import IntegrityError
from rag.types import Document, Section

DOCUMENT = Document(
    source="report.pdf",
    text="Page one says this.\nPage two says that.",
    sha256="0" * 64,
    media_type="application/pdf",
    title="Report",
    sections=(Section(0, 20, "page 1"), Section(20, 39, "page 2")),
    published="2024-03-22",
)


@given(st.text(min_size=1), st.data())
def test_the_quote_is_the_span(text: str, data: st.DataObject) -> None:
    document = Document("a.txt", text, "0" * 64, "text/plain")
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if not text[start:end].strip():
        return
    citation = cite(document, start, end, 1)
    assert citation.quote == document.text[citation.start : citation.end]
    first, last = citation.lines
    assert document.lines(start, start + 1)[0] == first <= last


def test_a_citation_knows_its_place_and_date() -> None:
    citation = cite(DOCUMENT, 20, 39, 1)
    assert (citation.place, citation.published, citation.title) == ("page 2", "2024-03-22", "Report")
    assert citation.location == "report.pdf, page 2"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (0, 400), (5, 5), (7, 3), (19, 20)])
def test_a_span_that_holds_nothing_cannot_be_cited(start: int, end: int) -> None:
    with pytest.raises(IntegrityError, match=r"report\.pdf"):
        cite(DOCUMENT, start, end, 1)


def test_the_same_span_keeps_its_number() -> None:
    numbering = Numbering()
    first = numbering.cite(DOCUMENT, 0, 19)
    assert numbering.cite(DOCUMENT, 20, 39).number == 2
    assert numbering.cite(DOCUMENT, 0, 19) is first
