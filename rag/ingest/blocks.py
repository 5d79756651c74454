"""Blocks: the spans of a text that no sentence crosses (paragraphs, list items, headings, rows, lines of code).

The hard question is the single line break: in text wrapped at a column it means nothing, elsewhere it
ends a sentence. The text itself answers. Where lines break in the middle of a sentence, the next one
goes on in lower case; the length of such lines is the column, and a line that stops well short of it
has ended on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from rag.types import Span

_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(f"[^{_BREAKS}]+")
_FIRST_WORD = re.compile(r"\S{1,40}")
_WORD_CHARACTER = re.compile(r"[^\W_]")

_ITEM = re.compile(r"(?:[-*+•‣▪●◦·–]|\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\)|\d{1,3}\.)\s{1,8}\S")
_FENCE = re.compile(r"```|~~~")
_MARKED = re.compile(r"#{1,6}\s|>>> |\.\.\. |\$ |[@}]|\.\. |:[\w ]{1,40}:")
"""A heading of Markdown, a prompt, code, a directive or field of reStructuredText."""
_CODE_ENDS = ("{", "}", "};", ");", "({", "([", "=>")
_SENTENCE_ENDS = (".", "!", "?", ":", ".”", '."', "?”", '?"', "!”", '!"', ".)", "…")

_WIDEST = 200
"""Characters: no one wraps at more, so a longer line is a paragraph of its own."""
_FULL = 0.8
"""A wrapped line reaches this part of the column, the next word counted in; PDF text is ragged."""
_WRAPPED = 0.25
"""Part of the line breaks inside paragraphs that must go on in lower case for the text to be wrapped."""
_SHORT = 40
"""Characters: in text that is not wrapped, a shorter line is complete whatever follows it."""


class _Line(NamedTuple):  # made a million times in a long text: half the cost of a frozen dataclass
    start: int
    end: int
    text: str
    alone: bool
    """Never part of a paragraph: a heading, a row, a rule, code."""
    begins: bool
    """It begins a block whatever stands before it: a blank line does, or it is alone, or an item of a list."""

    @property
    def first_word(self) -> str:
        word = _FIRST_WORD.match(self.text.lstrip("> "))
        return word[0] if word else ""


def blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """Spans of `text[start:end]` that hold all its characters but white space, in order."""
    lines = list(_lines(text, start, end))
    width = _wrap_width(lines)
    first: _Line | None = None
    last: _Line | None = None
    for line in lines:
        if first is None or last is None:
            first = line
        elif not _continues(last, line, width):
            yield first.start, last.end
            first = line
        last = line
    if first is not None and last is not None:
        yield first.start, last.end


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    """The lines that are not blank, stripped."""
    previous_end = start
    fenced = False
    after_blank = True
    for match in _LINE.finditer(text, start, end):
        gap = text[previous_end : match.start()].replace("\r\n", "\n")
        after_blank = after_blank or len(gap) > 1
        previous_end = match.end()
        content = match[0].lstrip()
        line_start = match.end() - len(content)
        content = content.rstrip()
        if not content:
            after_blank = True
            continue
        fence = bool(_FENCE.match(content))
        alone = fenced or fence or _stands_alone(content)
        begins = alone or after_blank or bool(_ITEM.match(content))
        yield _Line(line_start, line_start + len(content), content, alone, begins)
        fenced ^= fence
        after_blank = False


def _stands_alone(line: str) -> bool:
    return (
        "\t" in line
        or line[0] == "|"
        or line.endswith(_CODE_ENDS)
        or bool(_MARKED.match(line))
        or not _WORD_CHARACTER.search(line)
    )


def _continues(line: _Line, following: _Line, width: float) -> bool:
    """Whether the break between two lines lies within a paragraph."""
    if line.alone or following.begins:
        return False
    word = following.first_word
    length = len(line.text)
    if width:
        return length < 2 * width and length + 1 + len(word) >= _FULL * width
    return _goes_on(line, word) and _SHORT <= length <= _WIDEST


def _goes_on(line: _Line, word: str) -> bool:
    return word[:1].islower() and not line.text.endswith(_SENTENCE_ENDS)


def _wrap_width(lines: list[_Line]) -> float:
    """The column at which the text is wrapped, in characters; 0 where it is not."""
    inner = 0
    wrapped: list[int] = []
    for line, following in pairwise(lines):
        if line.alone or following.begins:
            continue
        inner += 1
        if len(line.text) <= _WIDEST and _goes_on(line, following.first_word):
            wrapped.append(len(line.text))
    if not wrapped or len(wrapped) < _WRAPPED * inner:
        return 0.0
    width = sorted(wrapped)[len(wrapped) // 2]
    return float(width) if width >= _SHORT / 2 else 0.0
