"""Builds a text from blocks while keeping the spans of the sections that they stand in."""

from __future__ import annotations

from rag.ingest.read.extracted import check_length
from rag.types import Section


class Pieces:
    """Blocks of text, one after the other; a section ends where the next one begins."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._begun: list[tuple[int, str, tuple[str, ...]]] = []
        self._next: tuple[str, tuple[str, ...]] | None = None

    def section(self, place: str = "", heading: tuple[str, ...] = ()) -> None:
        """The next block begins this section."""
        self._next = (_whole(place), tuple(map(_whole, heading)))

    def add(self, block: str, gap: str = "\n\n") -> None:
        """Adds a block, `gap` apart from the one before.

        Raises `Unreadable` where the text grows past the limit.
        """
        if not block.strip():
            return
        if self._parts:
            self._append(gap)
        if self._next is not None:
            self._begun.append((self._length, *self._next))
            self._next = None
        self._append(_whole(block))

    @property
    def length(self) -> int:
        """Characters so far."""
        return self._length

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def sections(self) -> tuple[Section, ...]:
        ends = [*(start for start, _, _ in self._begun), self._length][1:]
        return tuple(
            Section(start, end, place, heading)
            for (start, place, heading), end in zip(self._begun, ends, strict=True)
            if place or heading
        )

    def _append(self, part: str) -> None:
        self._length += len(part)
        check_length(self._length)
        self._parts.append(part)


def _whole(text: str) -> str:
    """The text with halves of surrogate pairs, which no file can hold, shown as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
