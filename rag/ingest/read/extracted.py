"""What a format's reader returns: the text of a file and what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rag.errors import Unreadable
from rag.types import Section, Span

MAX_CHARACTERS = 5_000_000
"""A longer text is refused: no document that people write is longer, and bombs are."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """A `Document` without its source and hash; the fields mean the same."""

    text: str
    title: str = ""
    published: str = ""
    sections: tuple[Section, ...] = ()
    boilerplate: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Extracted:
        return cls(
            text=fields["text"],
            title=fields["title"],
            published=fields["published"],
            sections=tuple(Section(s["start"], s["end"], s["place"], tuple(s["heading"])) for s in fields["sections"]),
            boilerplate=tuple((start, end) for start, end in fields["boilerplate"]),
            notes=tuple(fields["notes"]),
        )


def check_length(characters: int) -> None:
    """Raises `Unreadable` for more characters than a document may have."""
    if characters > MAX_CHARACTERS:
        raise Unreadable(f"its text is longer than {MAX_CHARACTERS:,} characters; split the file")
