"""Different values for one question: two numbers, dates or times, or, from two documents, two names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.values import agree, comparable, kind_of
from rag.types import Citation, Conflict, Side


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence gives as the answer."""

    value: str
    source: str
    citation: Citation


def find_conflicts(claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    """At most one conflict: the values of the first claim's kind that differ, where two sentences hold them.

    Claims come best first. A value that says less than another ("Smith" beside "John Smith", "2023" beside
    "May 2023") agrees with it. One document may well give several names as the answer, so names are in conflict
    between documents only. Values of no kind, such as clauses, never are: they differ in words alone. Nor does a
    sentence contradict a value that it has itself.
    """
    if not claims or (kind := kind_of(claims[0].value)) is None:
        return ()
    sides: list[list[Claim]] = []
    for claim in claims:
        if kind_of(claim.value) != kind or not comparable(claims[0].value, claim.value, kind):
            continue
        side = next((s for s in sides if any(agree(claim.value, other.value, kind) for other in s)), None)
        if side is not None:
            side.append(claim)
        elif not sides or not _states(claim, claims[0].value):
            sides.append([claim])
    own = {claim.source for claim in sides[0]} if kind == "name" else set()
    cited = {claim.citation for claim in sides[0]}
    apart = [side for side in sides[1:] if {c.source for c in side} - own and {c.citation for c in side} - cited]
    return (Conflict(tuple(_side(side) for side in (sides[0], *apart))),) if apart else ()


def _states(claim: Claim, value: str) -> bool:
    """Whether its sentence has the other value too: "Ann was elected in place of Bob" contradicts no "Ann"."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", claim.citation.quote, re.IGNORECASE) is not None


def _side(claims: Sequence[Claim]) -> Side:
    return Side(claims[0].value, tuple(dict.fromkeys(claim.citation for claim in claims)))
