"""Answers that were kept: back from JSON, and whether their sources still say what they said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from rag.types import Answer, Citation, Document

if TYPE_CHECKING:
    from pydantic import TypeAdapter

State = Literal["there", "moved", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Now:
    """Where a citation's quote stands in the document of today."""

    state: State
    """ "moved": the file changed and the quote stands elsewhere; "changed": it is no longer in the
    document; "gone": there is no such document any more."""
    start: int = 0
    end: int = 0
    """The quote's characters today; 0 where it is nowhere."""
    line: int = 0

    @property
    def words(self) -> str:
        """What the reader is told; empty where nothing has changed."""
        if self.state == "there":
            return ""
        if self.state == "moved":
            return f"This source has changed since: moved to line {self.line}."
        if self.state == "changed":
            return "This source has changed since: the quote is no longer there."
        return "This source is no longer in the library."


def now(citation: Citation, document: Document | None) -> Now:
    """Where the citation's quote stands today; nearest to its old place where it stands several times."""
    if document is None:
        return Now("gone")
    start, end = citation.start, citation.end
    if document.text[start:end] == citation.quote:
        return Now("there", start, end, document.lines(start, end)[0])
    before = document.text.rfind(citation.quote, 0, start + len(citation.quote))
    after = document.text.find(citation.quote, start)
    found = [at for at in (before, after) if at >= 0]
    if not found or not citation.quote:
        return Now("changed")
    nearest = min(found, key=lambda at: abs(at - start))
    end = nearest + len(citation.quote)
    return Now("moved", nearest, end, document.lines(nearest, end)[0])


def from_json(text: str) -> Answer:
    """The answer whose `to_dict` was written as this JSON; `ValueError` where it was not."""
    return _adapter().validate_json(text)


@cache
def _adapter() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)
