"""From headings to sections: each section stands under its heading and those above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Section


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a heading begins in the text, how deep it is (1 is the top), and its words."""

    start: int
    level: int
    name: str


def sections(text: str, headings: Sequence[Heading]) -> tuple[Section, ...]:
    """From each heading to the next; the text before the first heading is in none."""
    path: list[Heading] = []
    found = []
    ends = [*(heading.start for heading in headings), len(text)][1:]
    for heading, end in zip(headings, ends, strict=True):
        path = [above for above in path if above.level < heading.level] + [heading]
        found.append(Section(heading.start, end, heading=tuple(above.name for above in path if above.name)))
    return tuple(found)
