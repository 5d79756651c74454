"""Dates by their parts: 14 Nov 2023, November 14, 2023 and 2023-11-14 are one day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_MONTHS = """january february march april may june july august september october november december""".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = (
    r"(?P<{0}>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<{0}>1\d{{3}}|20\d\d)"
_DATE = re.compile(
    "|".join(
        [
            rf"\b{_YEAR.format('y1')}-(?P<m1>[01]\d)-(?P<d1>[0-3]\d)\b",
            rf"\b{_DAY.format('d2')}\s+(?:of\s+)?{_MONTH.format('m2')}(?:,?\s+{_YEAR.format('y2')})?\b",
            rf"\b{_MONTH.format('m3')}\s+{_DAY.format('d3')}\b(?!\s*(?:%|percent|million|billion))(?:,?\s+{_YEAR.format('y3')}\b)?",
            rf"\b{_MONTH.format('m4')},?\s+(?:of\s+)?{_YEAR.format('y4')}\b",
            r"\b(?P<a5>[0-3]?\d)[/.](?P<b5>[0-3]?\d)[/.](?P<y5>1\d{3}|20\d\d)\b",
            rf"\b(?!May\b|Mar\b|Sept?\b){_MONTH.format('m6')}(?![a-z])",
            r"(?<=\b[Ii]n\s|\b[Bb]y\s)(?P<m7>May)\b|(?<=\b[Ll]ast\s|\b[Tt]his\s|\b[Nn]ext\s)(?P<m8>May)\b"
            r"|(?<=\b[Ss]ince\s|\b[Uu]ntil\s)(?P<m9>May)\b",
        ]
    )
)
_WEEKDAY = re.compile(r"\b(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)s?\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, as far as a text gives it; 0 where it does not."""

    year: int
    month: int
    day: int
    shown: str
    span: tuple[int, int]

    def says(self, other: Moment) -> bool:
        """Whether this, the more exact one, bears the other out."""
        return all(
            not wanted or wanted == given
            for wanted, given in ((other.year, self.year), (other.month, self.month), (other.day, self.day))
        )


def moments(text: str) -> list[Moment]:
    """The dates of a text that name a month."""
    found = []
    for match in _DATE.finditer(text):
        parts = {name: value for name, value in match.groupdict().items() if value}
        year = next((int(v) for n, v in parts.items() if n[0] == "y"), 0)
        months = [_month(v) for n, v in parts.items() if n[0] == "m"]
        days = [int(v) for n, v in parts.items() if n[0] == "d"]
        if "a5" in parts:  # which of the two is the month is not known: both readings stand
            a, b = int(parts["a5"]), int(parts["b5"])
            pairs = {(a, b), (b, a)}
        else:
            pairs = {(months[0], days[0] if days else 0)}
        found += [Moment(year, m, d, match[0], match.span()) for m, d in sorted(pairs) if 1 <= m <= 12 and d <= 31]
    return found


def weekdays(text: str) -> list[str]:
    """The days of the week that a text names, in order."""
    return [match[1] for match in _WEEKDAY.finditer(text)]


def without_dates(text: str) -> str:
    """The text with blanks where dates stand, so that their days are not read as numbers."""
    for moment in moments(text):
        start, end = moment.span
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def missing_dates(statement: str, texts: Sequence[str], published: Sequence[str]) -> list[str]:
    """The dates and weekdays of a statement that the texts do not give.

    A date without a year may be of the year of publication.
    """
    given = [moment for text in texts for moment in moments(text)]
    years = {int(day[:4]) for day in published if day[:4].isdigit()}
    given += [Moment(y, m.month, m.day, m.shown, m.span) for m in given if not m.year for y in years]
    numbers = {int(n) for text in texts for n in re.findall(r"\b\d{1,4}\b", without_dates(text))}
    missing = []
    wanted = moments(statement)
    for moment in wanted:
        alternatives = [m for m in wanted if m.span == moment.span]
        if not any(g.says(a) or _in_parts(a, given, numbers) for g in given for a in alternatives):
            missing.append(moment.shown)
    known = {day.lower() for text in texts for day in weekdays(text)} | {d for m in given if (d := _weekday(m))}
    missing += [day for day in weekdays(statement) if day.lower() not in known]
    return list(dict.fromkeys(missing))


def years_of(text: str) -> list[int]:
    """The years of a text's dates."""
    return [moment.year for moment in moments(text) if moment.year]


def _in_parts(wanted: Moment, given: Sequence[Moment], numbers: set[int]) -> bool:
    """ "May 4" in "May 3 and 4": the month of a date, and the other parts as numbers that stand by themselves."""
    months = {moment.month for moment in given}
    years = {moment.year for moment in given} | numbers
    return (
        wanted.month in months
        and (not wanted.day or wanted.day in numbers)
        and (not wanted.year or wanted.year in years)
    )


def _weekday(moment: Moment) -> str:
    try:
        return _WEEKDAYS[date(moment.year, moment.month, moment.day).weekday()]
    except ValueError:
        return ""


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(text.rstrip(".").lower()[:3]))
