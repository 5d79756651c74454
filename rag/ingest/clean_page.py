"""Whole pages: which lines of a text that was copied from the screen are the page around the article.

Two linear models see each line: its form (length, punctuation, function words, capitals, separators), its place
among the paragraphs, and the words of short lines. The first, trained beside texts that were never pages,
decides whether this was a page; the second, trained on pages alone, which of its lines are not the article's.
`training/boilerplate.py` made both; `docs/decisions.md` has the figures.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from rag.ingest.clean_weights import SHAPE, WORDS
from rag.ingest.lines import SENTENCE_END, Line

FEWEST_LINES = 20
"""A page brings menus and lists; a shorter text is a letter or a note as well as not."""
FEWEST_PROSE = 2
"""A list of words has no paragraphs; nor has, to this judge, a text in another language than English."""
SIGNS, CERTAIN = 3, 0.95
"""So many lines must be a page's, each this surely."""
LIKELY = 0.6
LIKELY_OUTSIDE = 0.1
"""Outside the article, which is one run of lines, less is enough."""

_SEPARATOR = re.compile(r"[»›|·•→←▸▾✕×]|\s[/>]\s")
_TAG = re.compile(r"(?<!\S)#\w+")
_ADDRESS = re.compile(r"https?:|www\.|\bpic\.twitter|(?<!\w)@\w")
_SHOUTED = re.compile(r"\b[A-Z][A-Z\d]+\b")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}:\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b"
    r"|\b\d+ (?:minutes?|hours?|days?|weeks?|months?|years?) ago\b",
    re.I,
)
_LONGEST_LABEL = 14
"""Words: in a longer line single words say nothing about it."""


def page_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Which lines (by index) are the page's; empty where nothing shows surely that it was one."""
    if len(lines) < FEWEST_LINES or sum(line.is_prose for line in lines) < FEWEST_PROSE:
        return frozenset()
    rows = shapes(lines)
    signs = sorted(_chance(row, line, 0) for row, line in zip(rows, lines, strict=True))
    if signs[-SIGNS] < CERTAIN:
        return frozenset()
    chances = [_chance(row, line, 1) for row, line in zip(rows, lines, strict=True)]
    first, last = _article([(LIKELY - p) * len(line.words) for p, line in zip(chances, lines, strict=True)])
    return frozenset(
        at for at, p in enumerate(chances) if p >= LIKELY or (p >= LIKELY_OUTSIDE and not first <= at < last)
    )


def _article(gains: Sequence[float]) -> tuple[int, int]:
    """The run of lines with the greatest sum."""
    best = total = 0.0
    run, start = (0, 0), 0
    for at, gain in enumerate(gains):
        if total <= 0:
            total, start = 0.0, at
        total += gain
        if total > best:
            best, run = total, (start, at + 1)
    return run


def shapes(lines: Sequence[Line]) -> list[list[float]]:
    """One row a line, in the order of the names in `SHAPE`."""
    prose = [at for at, line in enumerate(lines) if line.is_prose]
    running = [0]
    for line in lines:
        running.append(running[-1] + line.is_prose)
    times = Counter(" ".join(line.words) for line in lines)
    characters = sum(len(line.text) for line in lines) or 1
    share = sum(len(lines[at].text) for at in prose) / characters
    return [
        [
            *_own_shape(line),
            float(times[" ".join(line.words)] > 1),
            *_place(at, prose, running, len(lines)),
            share,
        ]
        for at, line in enumerate(lines)
    ]


def _own_shape(line: Line) -> list[float]:
    text, count = line.text.strip(), max(1, len(line.words))
    shouted = len(_SHOUTED.findall(text)) / count
    digits = sum(character.isdigit() for character in text) / max(1, len(text))
    return [
        1.0,
        math.log1p(len(text)) / 6,
        float(count <= 4),
        float(count <= 10),
        float(bool(SENTENCE_END.search(text))),
        line.function_words / count,
        math.log1p(line.function_words),
        line.capitals / count,
        shouted,
        min(1.0, 3 * digits),
        float(bool(_SEPARATOR.search(text))),
        len(_TAG.findall(text)) / count,
        float(bool(_ADDRESS.search(text))),
        float(bool(_DATE.search(text)) and not line.is_prose),
        float(text.endswith("?")),
        float(text.endswith(":")),
        float(text[:1] in "—–-"),
        math.log1p(text.count(",")),
        float(line.is_prose),
        float(text[:1].islower()),
        float(any(mark in text for mark in '“”"')),
    ]


def _place(at: int, prose: Sequence[int], running: Sequence[int], count: int) -> list[float]:
    """Where the line stands among the lines of prose."""

    def density(reach: int) -> float:
        low, high = max(0, at - reach), min(count, at + reach + 1)
        return (running[high] - running[low]) / (high - low)

    if not prose:
        return [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
    following = bisect_left(prose, at)
    distance = min(abs(prose[near] - at) for near in (following - 1, following) if 0 <= near < len(prose))
    return [
        density(1),
        density(3),
        density(8),
        float(at < prose[0]),
        float(at > prose[-1]),
        math.log1p(distance) / 3,
        0.0,
    ]


def label_words(line: Line) -> list[str]:
    """The words that may tell a label of a page; none where the line is too long to be one."""
    return [] if line.is_prose or len(line.words) > _LONGEST_LABEL else sorted(set(line.words))


def _chance(row: Sequence[float], line: Line, model: int) -> float:
    score = sum(weights[model] * value for weights, value in zip(SHAPE.values(), row, strict=True))
    if words := label_words(line):
        score += sum(WORDS[word][model] for word in words if word in WORDS) / math.sqrt(len(words))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
