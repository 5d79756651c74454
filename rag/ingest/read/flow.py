"""Paragraphs, headings and tables on their way into the text, each with the place where a person finds it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import Row, lines


class Flow:
    """Writes one part of a document (a chapter, a message, all of it) into `pieces`.

    Paragraphs count from 1 within the part and, where it has no name of its own, under each heading.
    """

    def __init__(self, pieces: Pieces, part: str = "", heading: tuple[str, ...] = ()) -> None:
        self._pieces = pieces
        self._part = part
        self._outer = heading
        self._headings: list[tuple[int, str]] = []
        self._paragraphs = 0
        self._tables = 0

    def heading(self, level: int, text: str) -> None:
        """A heading; 1 is the top."""
        self._headings = [above for above in self._headings if above[0] < level] + [(level, text)]
        if not self._part:
            self._paragraphs = self._tables = 0
        named = f"heading “{text}”"
        self._pieces.section(f"{self._part}, {named}" if self._part else named, self._path)
        self._pieces.add(text)

    def paragraph(self, text: str, gap: str = "\n\n") -> None:
        """A paragraph or an item of a list; nothing where it is blank."""
        if text.strip():
            self._paragraphs += 1
            self._pieces.section(self._place(f"paragraph {self._paragraphs}"), self._path)
            self._pieces.add(text, gap)

    def table(self, rows: Sequence[Row]) -> None:
        """A table, row by row."""
        self._tables += 1
        for number, line in lines(rows):
            self._pieces.section(self._place(f"table {self._tables}, row {number}"), self._path)
            self._pieces.add(line)

    @property
    def _path(self) -> tuple[str, ...]:
        """The headings above, without one that repeats the name of the part."""
        return (*self._outer, *(text for _, text in self._headings if text not in self._outer))

    def _place(self, within: str) -> str:
        if self._part:
            return f"{self._part}, {within}"
        return f"under “{self._headings[-1][1]}”, {within}" if self._headings else within
