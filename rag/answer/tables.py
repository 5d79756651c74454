"""Rows of Markdown tables as the reader reads them: each cell with its column's name, and the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.types import Chunk, Document, Sentence, Span

_BAR = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\(?=\|)")
_RULE = re.compile(r"(?=.*-)[\s:|-]+")
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
    """The chunk's text, in which "| Full | | £286 |" reads "Category: Full, Fee: £286" where the table has a head."""
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
        for name, (start, end) in _named_cells(document.text, sentence):
            label = f"{', ' if len(origins) > begin else ''}{name and f'{name}: '}"
            text.append(label)
            origins.extend([start] * len(label))
            for escape in _ESCAPE.finditer(document.text, start, end):
                copy(start, escape.start())
                start = escape.end()
            copy(start, end)
        if len(origins) == begin:
            copy(sentence.start, sentence.end)
        sentences[begin, len(origins)] = (sentence.start, sentence.end)
    copy(at, chunk.end)
    return Shown("".join(text), sentences, origins)


def _named_cells(text: str, sentence: Sentence) -> list[tuple[str, Span]]:
    """The cells of a row that the sentence holds something of, with their columns' names, which may be empty.

    None where the sentence stands in no row under a head.
    """
    start = text.rfind("\n", 0, sentence.start) + 1
    end = text.find("\n", sentence.start)
    row = start, len(text) if end < 0 else end
    if sentence.end > row[1] or row[1] - start > LONGEST_TABLE or "|" not in text[slice(*row)]:
        return []
    if not (names := _columns(text, start)):
        return []
    held = [(max(start, sentence.start), min(end, sentence.end)) for start, end in _cells(text, *row)]
    names += [""] * len(held)
    return [(name, (start, end)) for name, (start, end) in zip(names, held, strict=False) if start < end]


def _cells(text: str, start: int, end: int) -> list[Span]:
    """Where the cells of a line with bars stand, without the white space around them; an empty one is there too.

    The bars at the two ends may be left out, as Markdown has it.
    """
    bars = [bar.start() for bar in _BAR.finditer(text, start, end)]
    if not bars or text[start : bars[0]].strip():
        bars.insert(0, start - 1)
    if text[bars[-1] + 1 : end].strip():
        bars.append(end)
    return [_stripped(text, bar + 1, following) for bar, following in pairwise(bars)]


def _stripped(text: str, start: int, end: int) -> Span:
    cell = text[start:end]
    start += len(cell) - len(cell.lstrip())
    return start, start + len(cell.strip())


def _columns(text: str, row: int) -> list[str]:
    """The names in the head of the table that the row, a line, belongs to; none where it has no head, or is it."""
    above = text[max(0, row - LONGEST_TABLE) : row].splitlines()
    head = ""
    for line, following in zip(above[-2::-1], above[:0:-1], strict=True):
        if "|" not in line or "|" not in following:
            break
        if _RULE.fullmatch(following):
            head = line
    return [head[start:end].replace("\\|", "|") for start, end in _cells(head, 0, len(head))]
