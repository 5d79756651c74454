"""A sentence that may answer a question, where it stands, and what sort of sentence it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer.calibration import probability
from rag.types import Document, Passage, Span

_HEADLINE = re.compile(r"[^\W_][^:]*[^\s.!?:;,…\"'”’)]")
_PARAGRAPH_ENDS, _PARAGRAPH_BEGINS = re.compile(r"(^|\n[^\S\n]*\n)\s*$"), re.compile(r"\s*($|\n[^\S\n]*\n)")
_ITEM = re.compile(r"[|•*-]\s|\d{1,2}[.)]\s")
_ROW = re.compile(r"\brow \d|^\$")


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that may answer, in offsets of its document."""

    passage: Passage
    document: Document
    sentence: Span
    span: Span
    share: float
    log_odds: float

    @property
    def confidence(self) -> float:
        return probability(self.log_odds)

    @property
    def value(self) -> str:
        return " ".join(self.document.text[self.span[0] : self.span[1]].split())

    @property
    def text(self) -> str:
        return " ".join(self.document.text[self.sentence[0] : self.sentence[1]].split())

    @property
    def around(self) -> str:
        """Its passage with the title and the headings that it stands under."""
        section = self.document.section_at(self.sentence[0])
        return " ".join((self.document.title, *(section.heading if section else ()), self.passage.chunk.text))

    @property
    def is_heading(self) -> bool:
        """Whether it announces what other sentences say: a title, a heading, or what looks like one in plain text."""
        (start, end), text = self.sentence, self.document.text
        section = self.document.section_at(start)
        headings = (self.document.title, *(section.heading if section else ()))
        return self.text.strip("#*_ ") in {" ".join(heading.split()) for heading in headings} or bool(
            _HEADLINE.fullmatch(self.text)
            and _PARAGRAPH_ENDS.search(text[max(0, start - 80) : start])
            and _PARAGRAPH_BEGINS.match(text[end : end + 80])
        )

    @property
    def is_record(self) -> bool:
        """Whether it is a row, a list's item or an object: one of several that differ in what they are about."""
        start, end = self.sentence
        section = self.document.section_at(start)
        alone = section is not None and not self.document.text[end : section.end].strip() and _ROW.search(section.place)
        return bool(alone or _ITEM.match(self.text))
