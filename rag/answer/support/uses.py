"""What a number is used for: "1998" is a year in "in 1998", and none in "1998 people"; "-5 °C" is not 5."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answer.support.dates import without_dates
from rag.answer.support.numbers import Quantity, quantities, with_spaces

YEAR = "year"
"""The unit of a number that names a year; it bears out no count."""
_COUNT = "of them"

_MAY_BE_YEAR = re.compile(r"1\d{3}|20\d\d")
_BEFORE_A_YEAR = re.compile(
    r"\b(?:in|since|until|till|by|during|before|after|from|of|to|early|late|mid|around|circa|year|summer|winter|spring"
    r"|autumn|fall)[\s(-]+$",
    re.I,
)
_BEFORE_NO_COUNT = re.compile(r"(?:\b(?:the|this|that|a|an|its|his|her|their|our|my|s)\s+|[’'-]\s*)$", re.I)
_COUNTED = re.compile(
    r"\s+(?!(?:was|is|has|does|its|his|this|as|us|yes|thus|always|perhaps|brings|marks|sees|begins|starts|ends|comes|shows"
    r"|remains|dollars|euros|pounds|elections|results|figures|sales|season|series)\b)"
    r"(?:people|persons|men|women|children|[a-z]{2,}[^s\W]s)\b"
)
_MINUS = re.compile(r"(?:(?<!\S)\(?[−–-]|\bminus\s)$", re.I)
_DEGREES = re.compile(r"(?:\s(?:to|and|or)\s(?:minus\s|[−–-])?\d+(?:\.\d+)?)?\s?(?:[°º]|degrees?\b)", re.I)
_BELOW_ZERO = re.compile(r"\s?(?:[°º]\s?|degrees?\b\s?)(?:[CF]|Celsius|Fahrenheit)?\s?below\s(?:zero|freezing)\b", re.I)


def given_numbers(text: str) -> list[Quantity]:
    """The numbers that a source gives; of those that are years the unit says so."""
    plain = without_dates(text)
    return [*(replace(q, unit=YEAR) if _is_year(plain, q) else q for q in _signed(plain)), *with_spaces(plain)]


def said_numbers(text: str) -> list[Quantity]:
    """The numbers that a statement says; one that counts what a year could not has a unit that no year fits."""
    plain = without_dates(text)
    return [replace(q, unit=_COUNT) if _is_count(plain, q) else q for q in _signed(plain)]


def _signed(text: str) -> list[Quantity]:
    """Below zero only degrees are told apart: "-5%" may be said as "fell by 5%"."""
    return [replace(q, value=-q.value) if _is_below_zero(text, q) else q for q in quantities(text)]


def _is_below_zero(text: str, number: Quantity) -> bool:
    before, after = text[: number.start][-8:], text[number.start + len(number.shown) :]
    return bool((_MINUS.search(before) and _DEGREES.match(after)) or _BELOW_ZERO.match(after))


def _is_year(text: str, number: Quantity) -> bool:
    return _like_a_year(number) and bool(_BEFORE_A_YEAR.search(_before(text, number))) and not _counts(text, number)


def _is_count(text: str, number: Quantity) -> bool:
    before = _before(text, number)
    return (
        _like_a_year(number)
        and _counts(text, number)
        and not _BEFORE_A_YEAR.search(before)
        and not _BEFORE_NO_COUNT.search(before)
    )


def _like_a_year(number: Quantity) -> bool:
    return not number.unit and _MAY_BE_YEAR.fullmatch(number.shown) is not None


def _counts(text: str, number: Quantity) -> bool:
    return _COUNTED.match(text, number.start + len(number.shown)) is not None


def _before(text: str, number: Quantity) -> str:
    return text[max(number.start - 12, 0) : number.start]
