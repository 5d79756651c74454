"""From a model's text to statements: sentences, and the numbers that stand in or behind each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer.prompts import ABSTAIN, CONFLICT, MISSING
from rag.ingest.sentences import split

MARK = re.compile(
    r"[ \t]*(?:\[\^?|[【［])\s*(\d{1,6}(?:\s*(?:[,;–-]|\][ \t]*[–-][ \t]*\[)\s*\^?\d{1,6})*)\s*"
    r"(?:†[^\]】］]{0,40})?[\]】］]"
)
_FALSE_MARK = re.compile(
    r"[ \t]*(?:\\?[\[【［〔⟦〚][\s^#№–-]*[\d⁰¹²³⁴-⁹₀-₉][\s\d⁰¹²³⁴-⁹₀-₉.,:;–-]*(?:†[^\]】］〕⟧〛]{0,40})?"
    r"\\?[\]】］〕⟧〛]"
    r"|⁽[⁰¹²³⁴-⁹]+⁾)"
)
"""What looks like a citation and names no sentence: shown, it would pass for one of ours."""
_STOP_IN_NAME = re.compile(r"(?<=[A-Za-z0-9])[。｡．](?=[A-Za-z0-9])")
"""Between Latin letters it ends no sentence; it may be meant as the dot of an address."""
_NUMBERS = re.compile(r"(\d+)(?:\s*[–-]\s*(\d+))?")
WIDEST = 20
"""Numbers that a range such as [3-5] may stand for."""
_MONTH_AFTER_A_DAY = (
    r"(?:[Jj]anuar|[Jj]änner|[Ff]ebruar|März|mars|marts|[Aa]pril|[Mm]ai|maj|[Jj]uni|[Jj]uli|[Aa]ugust"
    r"|[Ss]eptember|[Oo]ktober|[Nn]ovember|[Dd]ezember|desember|december)i?\b"
)
"""Of the languages that write a day as "3. Oktober"."""
_BULLET = re.compile(
    rf"^\s*(?:[-*•]\s+|#{{1,6}}\s+|\d{{1,2}}\)\s+(?=\S)|\d{{1,2}}\.\s+(?=\S)(?!{_MONTH_AFTER_A_DAY}))", re.M
)
_EMPHASIS = re.compile(r"(?<![A-Za-z0-9`])\*\*(?=\S)(.+?)(?<=\S)\*\*(?![A-Za-z0-9`])")
"""In text of Latin letters only around whole words: "2**8" has none, and "__init__" is a name."""
_EMPTIED = re.compile(r"(?<!\w)\((?:see|cf\.)?\s[\s,;]*+\)")
"""Brackets that held nothing but citations."""


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence of the model with the numbers that it names, as they are written."""

    text: str
    numbers: tuple[int, ...]
    end: int
    """Where the next sentence begins, in the text that was parsed."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """The values that the model says its sources give."""

    sides: tuple[tuple[str, tuple[int, ...]], ...]


def sentences(text: str) -> list[Written]:
    """The sentences of a piece of text without labelled lines."""
    masked = MARK.sub(lambda m: " " * len(m[0]), _STOP_IN_NAME.sub(".", text))
    spans = split(masked)
    found: list[Written] = []
    for i, span in enumerate(spans):
        end = spans[i + 1].start if i + 1 < len(spans) else len(text)
        begin = 0 if i == 0 else span.start
        numbers = [n for mark in MARK.finditer(text, begin, end) for n in expand(mark[1])]
        found.append(Written(_tidy(masked[span.start : span.end]), tuple(dict.fromkeys(numbers)), end))
    return [written for written in found if written.text]


def expand(numbers: str) -> list[int]:
    """ "3, 5-7" or "3]-[7" as numbers; a range that is too wide or runs backwards stands for its two ends."""
    found: list[int] = []
    for match in _NUMBERS.finditer(re.sub(r"[\^\[\]]", "", numbers)):
        first, last = int(match[1]), int(match[2] or match[1])
        found += range(first, last + 1) if 0 <= last - first < WIDEST else [first, last]
    return found


def label_of(line: str) -> str:
    """The label that a line begins with, or the empty string."""
    start = line.lstrip(" \t*-`\"'")
    return next((label for label in (ABSTAIN, MISSING, CONFLICT) if start.startswith(label)), "")


def disagreement(line: str) -> Disagreement | None:
    """The sides of a line "CONFLICT: this [3] | that [7]"; None where it has fewer than two with numbers."""
    sides = []
    for part in line.partition(CONFLICT)[2].split("|"):
        numbers = [n for mark in MARK.finditer(part) for n in expand(mark[1])]
        value = _tidy(MARK.sub("", part))
        if value and numbers:
            sides.append((value, tuple(dict.fromkeys(numbers))))
    return Disagreement(tuple(sides)) if len(sides) > 1 else None


def _tidy(text: str) -> str:
    line = _EMPTIED.sub("", _BULLET.sub("", _FALSE_MARK.sub("", text)))
    line = " ".join(_EMPHASIS.sub(r"\1", line).split())
    return re.sub(r"\s+([.,;:!?])(?![\[\w])", r"\1", line)
