"""Times of day: 6:15 pm and 18.15 Uhr are one, and 6:15 alone may be either half of the day."""

from __future__ import annotations

import re

from rag.answer.support.dates import weekdays

Times = tuple[frozenset[int], ...]
"""One or two times, each with its readings in minutes from midnight."""
_TIME = re.compile(
    r"(?<![\w:.,])(?:(?P<word>(?:12\s)?(?:noon|midday|midnight))"
    r"|(?P<hour>[01]?\d|2[0-4])(?::(?P<past>[0-5]\d)(?![\w:]|[.,]\d)|(?=\s?[ap]\.?m\b)"
    r"|(?:[:.](?P<past_2>[0-5]\d))?(?=\s?(?:[ap]\.?m\b|Uhr\b)))"
    r"(?:\s?(?:(?P<half>[ap])\.?m\b\.?|Uhr\b|o['’]clock\b))?(?!\s?(?:hours?|hrs?|h|minutes?|mins?)\b))",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*(?:-|–|to|and|until|till)\s*", re.IGNORECASE)
_LOOSE = re.compile(r"\b(about|around|roughly|approximately|circa|nearly|almost|before|after|by|shortly)\b|~", re.I)

_ZONE = re.compile(r"\b(?:UTC|[A-Z]{1,4}T)\b|(?<=\d)Z\b")


def times(value: str) -> Times:
    """The time that a value gives, or the two between which something lasts; empty where it gives none, or others."""
    found = list(_TIME.finditer(value))
    between = value[found[0].end() : found[1].start()] if len(found) == 2 else ""
    rest = _TIME.sub(" ", value)
    if not found or len(found) > 2 or (len(found) == 2 and not _TO.fullmatch(between)) or re.search(r"\d", rest):
        return ()
    return tuple(_readings(match) for match in found)


def meet(one: str, other: str) -> bool:
    """Whether two values may give the same times."""
    return all(a & b for a, b in zip(times(one), times(other), strict=True))


def tell_of_one_thing(one: str, other: str) -> bool:
    """Whether times can be held against each other: as many, on the same weekdays, in one zone, and none loose."""
    return (
        len(times(one)) == len(times(other))
        and set(weekdays(one)) == set(weekdays(other))
        and set(_ZONE.findall(one)) == set(_ZONE.findall(other))
        and not _LOOSE.search(f"{one} {other}")
    )


def _readings(match: re.Match[str]) -> frozenset[int]:
    if match["word"]:
        return frozenset({0, 1440}) if match["word"].lower().endswith("midnight") else frozenset({720})
    hour, past = int(match["hour"]), int(match["past"] or match["past_2"] or 0)
    if half := match["half"]:
        hours = {hour % 12 + (12 if half.lower() == "p" else 0)}
    else:
        hours = {hour, hour + 12} if hour < 12 and match["hour"][0] != "0" else {hour, 0} if hour == 12 else {hour}
    readings = {60 * h + past for h in hours}
    return frozenset(readings | {0, 1440} if readings & {0, 1440} else readings)
