"""Different values for one question: two numbers, two dates, or, from two documents, two names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rag.types import Citation, Conflict, Side

Kind = Literal["date", "number", "name"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_WORDS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve".split(),
        range(13),
        strict=True,
    )
)
_LENGTHS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4, "year": 365.0}
SAME_LENGTH = 0.03
"""Stretches of time that differ by no more than this share are told apart by their units alone: a year, 12 months."""
ALIKE = 0.9
"""Words of a name with so much in common are one word in two spellings: twice what matches, by both lengths."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"(?<![\d.,])(1\d{3}|20\d{2})(?![\d.,]*\d)")
_SMALL = frozenset("a an the of in on at by for and mr mrs ms dr sir president".split())


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
    between documents only. Values of no kind, such as clauses, never are: they differ in words alone.
    """
    if not claims or (kind := kind_of(claims[0].value)) is None:
        return ()
    sides: list[list[Claim]] = []
    for claim in claims:
        if kind_of(claim.value) != kind or not comparable(claims[0].value, claim.value, kind):
            continue
        side = next((s for s in sides if any(agree(claim.value, other.value, kind) for other in s)), None)
        if side is None:
            sides.append([claim])
        else:
            side.append(claim)
    own = {claim.source for claim in sides[0]} if kind == "name" else set()
    cited = {claim.citation for claim in sides[0]}
    apart = [side for side in sides[1:] if {c.source for c in side} - own and {c.citation for c in side} - cited]
    return (Conflict(tuple(_side(side) for side in (sides[0], *apart))),) if apart else ()


def _side(claims: Sequence[Claim]) -> Side:
    return Side(claims[0].value, tuple(dict.fromkeys(claim.citation for claim in claims)))


def kind_of(value: str) -> Kind | None:
    """What sort of value it is; None for words that are none of the three."""
    if re.search(r"\d0s\b", value):
        return None  # a decade holds many years
    words = re.findall(r"[^\W\d_]+", value)
    lower = [word.lower() for word in words]
    if _date(value) and len(words) <= 6:
        return "date"
    if _quantity(value) is not None and len(words) <= 6:
        return "number"
    telling = [word for word in words if word.lower() not in _SMALL]
    if telling and len(lower) <= 6 and all(word[0].isupper() for word in telling):
        return "name"
    return None


def agree(one: str, other: str, kind: Kind) -> bool:
    """Whether both can be true at once: equal, or one more exact than the other."""
    if kind == "date":
        first, second = _date(one), _date(other)
        shared = first.keys() & second.keys()
        return bool(shared) and all(first[part] == second[part] for part in shared)
    if kind == "number":
        if not comparable(one, other, kind):
            return True
        a, b = _quantity(one), _quantity(other)
        if a is None or b is None:
            return False
        lasting = _days(a, one), _days(b, other)
        if all(lasting):
            return abs(lasting[0] - lasting[1]) <= SAME_LENGTH * max(lasting)
        return a == b
    fewer, more = sorted((_name(one), _name(other)), key=len)
    return all(any(_spelled_alike(word, known) for known in more) for word in fewer)


def comparable(one: str, other: str, kind: Kind) -> bool:
    """Whether two values are of one measure: hostages are no days, and a bare 40 is no "40-day"."""
    if kind != "number":
        return True
    lasting = [_days(1.0, value) > 0 for value in (one, other)]
    return lasting[0] == lasting[1] and (
        all(lasting) or _unit(one) == _unit(other) or not (_unit(one) and _unit(other))
    )


def _date(value: str) -> dict[str, int]:
    """Year, month and day, as far as given; empty where there is neither year nor month."""
    found: dict[str, int] = {}
    if year := _YEAR.search(value):
        found["year"] = int(year[1])
    named = [word for word in re.findall(r"[A-Za-z]+", value) if word.lower() in _MONTHS and word[0].isupper()]
    if named:
        found["month"] = _MONTHS[named[0].lower()]
        if day := re.search(r"(?<!\d)([0-3]?\d)(?:st|nd|rd|th)?(?!\d)", value):
            found["day"] = int(day[1])
    if iso := re.search(r"(\d{4})-(\d{2})-(\d{2})", value):
        found = {"year": int(iso[1]), "month": int(iso[2]), "day": int(iso[3])}
    return found


def _quantity(value: str) -> float | None:
    """The first number, scale words counted in; None where there is none."""
    lower = value.lower()
    if digits := _NUMBER.search(lower):
        number = float(digits[0].replace(",", ""))
        rest = lower[digits.end() :].split()
    else:
        spelled = next(((i, w) for i, w in enumerate(re.findall(r"[a-z]+", lower)) if w in _WORDS), None)
        if spelled is None:
            return None
        number, rest = float(_WORDS[spelled[1]]), re.findall(r"[a-z]+", lower)[spelled[0] + 1 :]
    return number * _SCALES.get(rest[0].strip(".,") if rest else "", 1)


def _days(quantity: float, value: str) -> float:
    """How long it lasts, 0 where it is no stretch of time."""
    return quantity * next((days for unit, days in _LENGTHS.items() if re.search(rf"\b{unit}s?\b", value.lower())), 0)


def _unit(value: str) -> str:
    """What is counted, as far as the value says: "%", "$" or its last word; empty where it says nothing."""
    if sign := re.search(r"[%$€£]|\bper ?cent\b", value):
        return "%" if sign[0].startswith("per") else sign[0]
    words = [w for w in re.findall(r"[a-z]+", value.lower()) if w not in _SCALES and w not in _WORDS]
    return words[-1].rstrip("s") if words else ""


def _spelled_alike(one: str, other: str) -> bool:
    """Antony and Anthony are; Mary and Mark, Tuesday and Thursday, Austria and Australia are not."""
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _name(value: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", value.lower())) - _SMALL
