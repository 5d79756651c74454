"""From a file to a passage: documents, their sentences and chunks, and what an ingest made of them."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

Span = tuple[int, int]
"""(start, end) in characters of a document's text, end exclusive."""


@dataclass(frozen=True, slots=True)
class Section:
    """A span of a document that has a place of its own in the file's native terms."""

    start: int
    end: int
    place: str = ""
    """Where a person finds it, in words: "page 3", "Sheet1, row 12"; empty for plain text."""
    heading: tuple[str, ...] = ()
    """The headings that it stands under, outermost first."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file as text, with what is known about it."""

    source: str
    text: str
    sha256: str
    """Of the file's bytes, in hexadecimal."""
    media_type: str
    title: str = ""
    """As the content gives it; empty where it gives none. Never made from the file's name."""
    published: str = ""
    """ISO date (2023-11-14), or empty where the text shows none."""
    sections: tuple[Section, ...] = ()
    """In order, without overlap; they need not cover the text."""
    boilerplate: tuple[Span, ...] = ()
    """In order, without overlap: spans that are never evidence (navigation, forms, notices)."""
    notes: tuple[str, ...] = ()
    """What a reader of the file should know: a guessed encoding, pages without text."""

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """First and last line, counted from 1, of the characters from `start` to `end`."""
        first = _line_ends(self.text, 0, start) + 1
        return first, first + _line_ends(self.text, start, max(start, end - 1))

    def section_at(self, offset: int) -> Section | None:
        """The section that holds this character; None between sections."""
        return next((s for s in self.sections if s.start <= offset < s.end), None)


def _line_ends(text: str, start: int, end: int) -> int:
    """Line ends between two offsets, as an editor counts them: LF, CR LF, or CR alone."""
    ends = text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
    cut_in_two = 0 < end < len(text) and start < end and text[end - 1] == "\r" and text[end] == "\n"
    return ends - cut_in_two


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of a document that can be cited."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring whole sentences of one document: what is indexed and retrieved.

    Invariant: `document.text[start:end] == text`.
    """

    source: str
    sha256: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def id(self) -> str:
        """The same content at the same span has the same id, whatever the file is called."""
        identity = f"{self.sha256}:{self.start}:{self.end}:{self.text}"
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as the answer to a query, best first from rank 1."""

    chunk: Chunk
    score: float
    """Higher is better; compares only within one ranking."""
    rank: int
    duplicates: tuple[Chunk, ...] = ()
    """The same or nearly the same text elsewhere, folded into this passage."""

    def to_dict(self) -> dict[str, Any]:
        """The passage as JSON types, with the id of each chunk."""
        plain = asdict(self)
        for chunk, fields in zip((self.chunk, *self.duplicates), (plain["chunk"], *plain["duplicates"]), strict=True):
            fields["id"] = chunk.id
        return plain


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why, in words."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest changed; sources, sorted."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    """(old source, new source): the content stayed, so nothing was embedded."""
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    chunks: int = 0
    """Chunks that were embedded."""
    seconds: float = 0.0

    @property
    def nothing_new(self) -> bool:
        """Whether the library is as it was, with nothing that needs to be said."""
        return not (self.added or self.updated or self.renamed or self.removed or self.skipped or self.notes)
