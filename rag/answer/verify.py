"""Whether the cited sentences bear a statement out: a quote that exists is not yet support."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence with what helps to read it."""

    text: str
    before: str = ""
    """The sentences before it, which say whom its "he" means."""
    title: str = ""
    published: str = ""


def verify(statement: str, sources: Sequence[Source]) -> tuple[str, ...]:
    """What of a statement the cited sentences do not bear out, in words; empty means supported."""
    given = {number for source in sources for number in _NUMBER.findall(source.text)}
    return tuple(
        f"{number} is not in the cited sentences" for number in _NUMBER.findall(statement) if number not in given
    )
