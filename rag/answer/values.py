"""The values that answers give, a date, a time, a number or a name, and whether two of them can be true at once."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import product
from typing import Literal

from rag.answer.clock import meet, tell_of_one_thing, times
from rag.answer.support.dates import moments, without_dates
from rag.answer.support.numbers import Quantity, quantities, with_spaces

Kind = Literal["date", "time", "number", "name"]

SAME_LENGTH = 0.03
"""Stretches of time that differ by no more than this share are told apart by their units alone: a year, 12 months."""
ABOUT = 0.1
"""So far from "about 400" a number may lie."""
ALIKE = 0.9
"""Words of a name with so much in common are one word in two spellings: twice what matches, by both lengths."""
LONGEST = 6
"""Words of a value; more of them are a clause."""
_DAYS = {"second": 1 / 86400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "year": 365}
_LASTING = re.compile(rf"^[\s-]*(?:\w+\s)?({'|'.join(_DAYS)})s?\b", re.IGNORECASE)
_DECADE = re.compile(r"\d0s\b")
_UNCLEAR = re.compile(r"\b(half|halves|quarters?|thirds)\b|(?<![$€£¥\d.])\d+(\.\d+)?m\b", re.IGNORECASE)
"""Parts, and "1.5m", which may be metres or millions."""
_YEAR = re.compile(r"(?<![\w.,$€£¥-])(1\d{3}|20\d{2})(?![\w%-]|[.,]\d)")
_LESS = re.compile(r"\b(less|fewer) than\b|\b(under|below|up to|at most)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(more|greater) than\b|\b(over|above|at least)\b|\d\+", re.IGNORECASE)
_NEARLY = re.compile(r"\b(nearly|almost|just under)\b", re.IGNORECASE)
_ABOUT = re.compile(r"\b(about|around|roughly|approximately|some|estimated)\b|~", re.IGNORECASE)
_NEGATIVE = re.compile(r"((?<!\w)[-−]|\bminus\s)$", re.IGNORECASE)
_RANGE = re.compile(r"^\s*(-|–|to|and|or)\s*$", re.IGNORECASE)
_SMALL = frozenset("a an the of in on at by for and or to mr mrs ms dr sir president".split())
_BESIDE_A_YEAR = _SMALL | frozenset(
    "since until till before after during early mid late year spring summer autumn fall winter about around".split()
)
_BESIDE_A_NUMBER = _SMALL | frozenset(
    "more less fewer greater than over under up above below least most nearly almost just about around roughly some "
    "approximately estimated total only".split()
)
_SIGNS = {"dollar": "$", "euro": "€"}

Date = dict[str, int]
"""Year, month and day, as far as they are given."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, or all from `low` to `high` that a value leaves open; in days where it lasts."""

    low: float
    high: float
    unit: str
    """What is counted, as far as the value says: "%", "$", "days" or its last word; empty where it says nothing."""


def kind_of(value: str) -> Kind | None:
    """What sort of value it is; None for words that are none of the four, and for several dates or numbers at once."""
    words = re.findall(r"[^\W\d_]+", value)
    if len(words) > LONGEST or _DECADE.search(value):
        return None  # a decade holds many years
    if dates(value):
        return "date"
    if times(value):
        return "time"
    if quantities(value):
        return "number" if amounts(value) else None
    telling = [word for word in words if word.lower() not in _SMALL]
    return "name" if telling and all(word[0].isupper() for word in telling) else None


def agree(one: str, other: str, kind: Kind) -> bool:
    """Whether both can be true at once: equal, one more exact than the other, or of two measures."""
    if not comparable(one, other, kind):
        return True
    if kind == "date":
        return any(_same_day(a, b) for a, b in product(dates(one), dates(other)))
    if kind == "time":
        return meet(one, other)
    if kind == "number":
        return any(_meet(a, b) for a, b in product(amounts(one), amounts(other)))
    fewer, more = sorted((_name(one), _name(other)), key=lambda words: (len(words), len("".join(words))))
    return "".join(fewer) == "".join(word[0] for word in more) or all(
        any(_spelled_alike(word, known) for known in more) for word in fewer
    )


def same(one: str, other: str) -> bool:
    """Whether two values say the same and no more: 25 people and twenty-five, but not 2024 and May 2024."""
    if (said := _tokens(one)) == _tokens(other):
        return bool(said)
    kind = kind_of(one)
    if kind is None or kind != kind_of(other):
        return False
    if kind == "number":
        pairs = product(amounts(one), amounts(other))
        return any((a.low, a.high) == (b.low, b.high) for a, b in pairs) and comparable(one, other, kind)
    if kind == "time":
        return times(one) == times(other) and tell_of_one_thing(one, other)
    return kind == "date" and dates(one) == dates(other)


def comparable(one: str, other: str, kind: Kind) -> bool:
    """Whether two values are of one measure: hostages are no days, and 22 March says nothing of the year."""
    if kind == "date":
        return any(a.keys() & b.keys() for a, b in product(dates(one), dates(other)))
    if kind == "number":
        pairs = ({a.unit, b.unit} for a, b in product(amounts(one), amounts(other)))
        return any(len(units) == 1 or ("" in units and "days" not in units) for units in pairs)
    return kind == "name" or tell_of_one_thing(one, other)


def dates(value: str) -> list[Date]:
    """The readings of the one date that a value gives (3/4/2023 has two); empty where it gives none, or several."""
    found = moments(value)
    if found:
        if len({moment.span for moment in found}) > 1:
            return []
        parts = [{"year": m.year, "month": m.month, "day": m.day} for m in found]
        return [{name: number for name, number in one.items() if number} for one in parts]
    years = _YEAR.findall(value)
    beside = {word.lower() for word in re.findall(r"[^\W\d_]+", value)} - _BESIDE_A_YEAR
    return (
        [{"year": int(years[0])}]
        if len(years) == 1 and not beside and not re.search(r"\d", _YEAR.sub("", value))
        else []
    )


def amounts(value: str) -> list[Amount]:
    """The readings of the number that a value gives; empty where it gives none, several, or an unclear one.

    "1.200" has two, as it is and 1,200; "1,200" is read in English alone, or 34,000 would agree with 34.
    """
    plain = without_dates(value)
    for spaced in reversed(with_spaces(plain)):
        end = spaced.start + len(spaced.shown)
        plain = plain[: spaced.start] + "".join(spaced.shown.split()) + plain[end:]
    found = quantities(plain)
    larger = [replace(q, value=q.otherwise) if q.otherwise and q.otherwise > q.value else q for q in found]
    readings = (_amount(plain, one) for one in ([found, larger] if larger != found else [found]))
    return [reading for reading in readings if reading]


def _amount(plain: str, found: list[Quantity]) -> Amount | None:
    if not found or _UNCLEAR.search(plain) or any(one.unit == "s" for one in found):
        return None
    after = [plain[one.start + len(one.shown) : end] for one, end in zip(found, _ends(found, plain), strict=True)]
    lasting = [_LASTING.match(text) for text in after]
    if all(lasting):
        days = sum(float(one.value) * _DAYS[unit[1].lower()] for one, unit in zip(found, lasting, strict=True) if unit)
        return Amount(*_open(days, days, plain), "days")
    low, high = float(found[0].value), float(found[-1].value)
    if len(found) > 2 or (len(found) == 2 and not (_RANGE.match(after[0]) and low < high)):
        return None
    if len(found) == 2 and (unit := lasting[1]):
        size = _DAYS[unit[1].lower()]
        return Amount(low * size, high * size, "days")
    if len(found) == 1 and _NEGATIVE.search(plain[: found[0].start]):
        low = high = -low
    return Amount(*_open(low, high, plain), found[-1].unit or _counted(plain, found))


def _ends(found: list[Quantity], text: str) -> list[int]:
    return [*(one.start for one in found[1:]), len(text)]


def _open(low: float, high: float, value: str) -> tuple[float, float]:
    """What "more than", "nearly" and "about" leave open."""
    if _MORE.search(value):
        return low, math.inf
    if _LESS.search(value):
        return 0.0, high
    if _NEARLY.search(value):
        return low * (1 - ABOUT), high
    return (low * (1 - ABOUT), high * (1 + ABOUT)) if _ABOUT.search(value) else (low, high)


def _counted(value: str, found: list[Quantity]) -> str:
    for one in found:
        value = value.replace(one.shown, " ", 1)
    words = [word for word in re.findall(r"[^\W\d_]+", value.lower()) if word not in _BESIDE_A_NUMBER]
    noun = words[-1].removesuffix("s") if words else ""
    return _SIGNS.get(noun, noun)


def _meet(one: Amount, other: Amount) -> bool:
    room = SAME_LENGTH * max(one.low, other.low) if one.unit == "days" else 0.0
    return one.low <= other.high + room and other.low <= one.high + room


def _same_day(one: Date, other: Date) -> bool:
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[part] == other[part] for part in shared)


def _spelled_alike(one: str, other: str) -> bool:
    """Antony and Anthony are; Mary and Mark, Tuesday and Thursday, Austria and Australia are not."""
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def _tokens(value: str) -> list[str]:
    """Words and numbers with their signs, in order."""
    found = re.findall(r"[-−]?[$€£¥]?\d[\d.,:/]*%?|\w+", unicodedata.normalize("NFC", value).casefold())
    return [token.rstrip(".,:/") for token in found if token not in _SMALL]


def _name(value: str) -> list[str]:
    """Its words in order; "U.S." has the letters of "United States"."""
    plain = re.sub(r"['’]s\b", "", unicodedata.normalize("NFC", value).lower())
    return [word for word in re.findall(r"\w+", plain) if word not in _SMALL]
