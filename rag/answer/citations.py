"""Citations: from a span of a document to a pointer that is known to resolve."""

from __future__ import annotations

from rag.errors import IntegrityError
from rag.types import Citation, Document


def cite(document: Document, start: int, end: int, number: int) -> Citation:
    """The citation of these characters.

    Raises `IntegrityError` where the span is empty or leaves the text.
    """
    quote = document.text[start:end]
    if start < 0 or len(quote) != end - start or not quote.strip():
        raise IntegrityError(
            f"characters {start} to {end} of {document.source} were to be cited, but its text has "
            f"{len(document.text)}; `rag doctor` says what is damaged, and repairs what it can"
        )
    section = document.section_at(start)
    return Citation(
        number=number,
        source=document.source,
        sha256=document.sha256,
        start=start,
        end=end,
        quote=quote,
        lines=document.lines(start, end),
        title=document.title,
        place=section.place if section else "",
        published=document.published,
    )


class Numbering:
    """Gives each cited span its number: from 1, in order of first use, the same span the same number."""

    def __init__(self) -> None:
        self._citations: dict[tuple[str, int, int], Citation] = {}

    def cite(self, document: Document, start: int, end: int) -> Citation:
        key = (document.source, start, end)
        if key not in self._citations:
            self._citations[key] = cite(document, start, end, len(self._citations) + 1)
        return self._citations[key]
