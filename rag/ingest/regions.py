"""Regions: the sentences of a document by the section that they stand in, boilerplate left out."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from rag.ingest.sentences import split
from rag.types import Document, Sentence

_FLOWING = re.compile(r"(?:^under “.*”, )?\b(?:page|row|line|paragraph) \d+$|\bheading “.*”$|^\$.*$")
"""Places that text runs on from one to the next, paths of JSON among them; a slide or a sheet stands for itself."""


@dataclass(frozen=True, slots=True)
class Region:
    """Neighbouring sentences under the same headings."""

    sentences: tuple[Sentence, ...]
    heading: tuple[str, ...]
    stretch: int
    """The same for regions that one chunk may hold together: no boilerplate, slide or sheet lies between."""


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    heading: tuple[str, ...]
    container: str
    stretch: int = 0


def regions(document: Document) -> tuple[Region, ...]:
    """All sentences outside boilerplate, in order; a sentence ends where its section or the evidence ends."""
    found: list[Region] = []
    stretch = 0
    sentences: list[Sentence] = []
    previous: _Piece | None = None
    for piece, sentence in _placed(document):
        if previous and piece != previous:
            apart = piece.stretch != previous.stretch or piece.container != previous.container
            if apart or piece.heading != previous.heading:
                found.append(Region(tuple(sentences), previous.heading, stretch))
                sentences = []
            stretch += apart
        sentences.append(sentence)
        previous = piece
    if previous:
        found.append(Region(tuple(sentences), previous.heading, stretch))
    return tuple(found)


def headings_of(document: Document, sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
    """The headings that all these sentences stand under, outermost first."""
    starts = [section.start for section in document.sections]
    common: tuple[str, ...] | None = None
    for sentence in sentences:
        at = bisect_right(starts, sentence.start) - 1
        inside = at >= 0 and sentence.start < document.sections[at].end
        heading = document.sections[at].heading if inside else ()
        common = heading if common is None else _shared(common, heading)
    return common or ()


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def _placed(document: Document) -> Iterator[tuple[_Piece, Sentence]]:
    """Each sentence with the piece of the document that it stands in; one over an edge is cut there."""
    text = document.text
    pieces = list(_pieces(document))
    first = 0
    for sentence in split(text):
        while first < len(pieces) and pieces[first].end <= sentence.start:
            first += 1
        at = first
        while at < len(pieces) and pieces[at].start < sentence.end:
            start, end = max(sentence.start, pieces[at].start), min(sentence.end, pieces[at].end)
            part = text[start:end]
            if part.strip():
                start += len(part) - len(part.lstrip())
                yield pieces[at], Sentence(start, start + len(part.strip()))
            at += 1


def _pieces(document: Document) -> Iterator[_Piece]:
    """The document without its boilerplate, cut where sections begin and end."""
    at = 0
    end_of_text = len(document.text)
    for stretch, (start, end) in enumerate([*document.boilerplate, (end_of_text, end_of_text)]):
        if at < start:
            yield from _sections_between(document, at, start, stretch)
        at = max(at, end)


def _sections_between(document: Document, start: int, end: int, stretch: int) -> Iterator[_Piece]:
    sections = document.sections
    index = max(0, bisect_right(sections, start, key=lambda section: section.start) - 1)
    at = start
    while index < len(sections) and sections[index].start < end:
        section = sections[index]
        if at < section.start:
            yield _Piece(at, section.start, (), "", stretch)
        at, stop = max(at, section.start), min(end, section.end)
        if at < stop:
            yield _Piece(at, stop, section.heading, _FLOWING.sub("", section.place), stretch)
            at = stop
        index += 1
    if at < end:
        yield _Piece(at, end, (), "", stretch)
