"""Sentences of a text, with their exact offsets.

Every character that is not white space lies in exactly one sentence, so nothing of a document is out of
a citation's reach. Time is linear in the text whatever it holds: each pattern matches a bounded number
of characters, or a run that is never looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.ingest.abbreviations import (
    ABBREVIATIONS,
    ALWAYS_INSIDE,
    BEFORE_A_NUMBER,
    LOWER_CASE_STARTERS,
    MAY_END,
    STARTERS,
)
from rag.ingest.blocks import blocks
from rag.types import Sentence, Span

LONGEST = 1000
"""Characters: a longer sentence is cut, at a clause or at white space where there is one."""

_CLOSERS = "\"'”’»›)\\]}*_"
_STOP = re.compile(rf"[.!?…]++(?:[{_CLOSERS}]*+[.!?…]++)*+[{_CLOSERS}]*+|[。！？｡]++[”’」』）]*+|[:;]-?[)(D](?=\s)")
_TO_NEXT_WORD = re.compile(r"""(\s*+)([“‘"'«‹(\[{*_—–-]{0,8})""")
_WORD = re.compile(r"[^\W_][\w’'-]{0,40}")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_SPACE = re.compile(r"\s++")
_CLAUSE = re.compile(r"[,;:—–]\s")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
_INITIAL = re.compile(r"[A-Z]")
_ITEM_NUMBER = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})")
_OPENING = "“‘\"'«‹([{—–-*_"
_FULL_WIDTH = "。！？｡"


def split(text: str, start: int = 0, end: int | None = None) -> tuple[Sentence, ...]:
    """The sentences of `text[start:end]`, in order, without the white space around them."""
    end = len(text) if end is None else end
    return tuple(piece for sentence in uncut(text, start, end) for piece in _bounded(text, *sentence))


def uncut(text: str, start: int, end: int) -> Iterator[Span]:
    """The same with each sentence whole, however long it is."""
    for block in blocks(text, start, end):
        yield from _sentences(text, *block)


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """The sentences of one block; a piece with no letter or digit belongs to the sentence before it."""
    begin = start
    word = _WORD_CHARACTER.search(text, start, end)
    for stop in _STOP.finditer(text, start, end):
        if word is None:
            break
        if word.start() >= stop.end() or not _ends(text, start, stop.start(), stop.end(), end):
            continue
        word = _WORD_CHARACTER.search(text, stop.end(), end)
        if word is None:
            break
        yield begin, stop.end()
        following = _SPACE.match(text, stop.end(), end)
        begin = following.end() if following else stop.end()
    yield begin, end


def _ends(text: str, block: int, stop: int, after: int, end: int) -> bool:
    """Whether the stop at `text[stop:after]` ends a sentence, by the words on its two sides."""
    if text[stop] in _FULL_WIDTH:
        return True
    ahead = _TO_NEXT_WORD.match(text, after, end)
    if ahead is None or not ahead[1]:
        return False
    word_match = _WORD.match(text, ahead.end(), end)
    word = word_match[0] if word_match else ""
    before = _word_before(text, block, stop)
    if word.islower():
        return _starts_in_lower_case(text, before, word, stop, after)
    if text[stop] != "." or after - stop > 1:
        return True
    return _full_stop_ends(before, word, stop, block)


def _starts_in_lower_case(text: str, before: str, word: str, stop: int, after: int) -> bool:
    """Whether informal writing begins a sentence here: "it is small. i want it", not "approx. the same"."""
    return (
        text[after - 1] in ".!?"
        and (text[stop] in "!?" or word in LOWER_CASE_STARTERS)
        and len(before) > 2
        and before.isalpha()
        and before.islower()
        and before not in ABBREVIATIONS
    )


def _full_stop_ends(before: str, word: str, stop: int, block: int) -> bool:
    """Whether a lone full stop after `before` ends a sentence when `word` comes next."""
    if stop - block <= 5 and _ITEM_NUMBER.fullmatch(before):
        return False
    lowered = before.lower()
    if lowered in ALWAYS_INSIDE:
        return False
    if lowered in BEFORE_A_NUMBER and word[:1].isdigit():
        return False
    if _INITIAL.fullmatch(before) or _ACRONYM.fullmatch(before) or lowered in MAY_END:
        return word in STARTERS
    return True


def _word_before(text: str, block: int, stop: int) -> str:
    """The word that ends at `stop`, its inner full stops with it."""
    words = text[max(block, stop - 40) : stop].split()
    return words[-1].lstrip(_OPENING) if words else ""


def halve(text: str, sentence: Sentence) -> list[Sentence]:
    """A sentence of two characters or more in two, cut in its middle third: after a clause, at a space, or anywhere."""
    start, end = sentence.start, sentence.end
    third = max(1, (end - start) // 3)
    cut = _cut(text, start + third, end - third)
    return [part for part in (_stripped(text, start, cut), _stripped(text, cut, end)) if part]


def _bounded(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentence in pieces of at most `LONGEST` characters."""
    while end - start > LONGEST:
        cut = _cut(text, start + LONGEST // 2, start + LONGEST)
        if piece := _stripped(text, start, cut):
            yield piece
        following = _SPACE.match(text, cut, end)
        start = following.end() if following else cut
    if start < end:
        yield Sentence(start, end)


def _stripped(text: str, start: int, end: int) -> Sentence | None:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    return Sentence(start, start + len(part.strip())) if part.strip() else None


def _cut(text: str, earliest: int, latest: int) -> int:
    """Where to cut between two offsets: after the last clause, else at the last space, else at the end."""
    clauses = [match.end() for match in _CLAUSE.finditer(text, earliest, latest)]
    if clauses:
        return clauses[-1]
    spaces = [match.end() for match in _SPACE.finditer(text, earliest, latest)]
    return spaces[-1] if spaces else latest
