"""Rows of Markdown tables as the reader reads them: each cell with its column's name, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.types import Chunk, Document, Span

_ROW = re.compile(r"\s*\|.*\|\s*")
_RULE = re.compile(r"\s*\|?[\s:|-]*-{3}[\s:|-]*\|?\s*")
_CELL = re.compile(r"[^|\s](?:[^|]*[^|\s])?")
LONGEST_TABLE = 20_000
"""Characters above a row in which its table's head is looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as the reader reads it."""

    text: str
    sentences: Mapping[Span, Span]
    """In order: each sentence's span in `text`, and in the document."""
    origins: Sequence[int]
    """Of each character of `text`, its place in the document; a column's name stands where the cell does."""

    def back(self, span: Span) -> Span:
        """What stands in the document for a span of `text`."""
        return self.origins[span[0]], self.origins[span[1] - 1] + 1


def show(document: Document, chunk: Chunk) -> Shown:
    """The chunk's text, in which "| Full | £286 |" reads "Category: Full, Fee: £286." where the table has a head."""
    text: list[str] = []
    origins: list[int] = []
    sentences: dict[Span, Span] = {}
    at = chunk.start

    def copy(start: int, end: int) -> None:
        text.append(document.text[start:end])
        origins.extend(range(start, end))

    for sentence in chunk.sentences:
        copy(at, sentence.start)
        begin, at = len(origins), sentence.end
        row = document.text[sentence.start : sentence.end]
        if _ROW.fullmatch(row) and (columns := _columns(document.text, sentence.start)):
            for name, cell in zip(columns, _CELL.finditer(row), strict=False):
                start, end = sentence.start + cell.start(), sentence.start + cell.end()
                label = f"{', ' if len(origins) > begin else ''}{name}: "
                text.append(label)
                origins.extend([start] * len(label))
                copy(start, end)
        else:
            copy(sentence.start, sentence.end)
        sentences[begin, len(origins)] = (sentence.start, sentence.end)
    copy(at, chunk.end)
    return Shown("".join(text), sentences, origins)


def _columns(text: str, row: int) -> list[str]:
    """The names in the head of the table that the row belongs to; none where it has no head, or is it."""
    above = text[max(0, row - LONGEST_TABLE) : row].rstrip("\n").split("\n")
    for number in range(len(above) - 1, 0, -1):
        if _RULE.fullmatch(above[number]) and _ROW.fullmatch(above[number - 1]):
            return _CELL.findall(above[number - 1])
        if not _ROW.fullmatch(above[number]):
            break
    return []
