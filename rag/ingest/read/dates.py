"""The day a text was published, where a line of its own at the top or the foot says it.

A date within the story is not the day of publication: only lines that are hardly more than a date count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_NAMES = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})"
_PATTERNS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<!\d){_YEAR}(?P<sign>[-/.])(?P<month>\d{{1,2}})(?P=sign){_DAY}(?!\d\d\d)",
        rf"(?<!\d){_DAY}(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH},?[ -]{_YEAR}(?!\d)",
        rf"\b{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}(?!\d)",
        rf"(?<!\d)(?P<first>\d{{1,2}})(?P<sign>[-/.])(?P<second>\d{{1,2}})(?P=sign){_YEAR}",
    )
)
_TIME = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?(?:\s*(?:Z|[+-]\d\d:?\d\d|\(?[A-Z]{2,4}\)?)\b)?", re.I
)
_PUBLISHED = re.compile(r"\b(?:published|posted|released|issued|date|dated|created|on)\b", re.I)
_UPDATED = re.compile(
    r"\b(?:updated?|modified|edited|revised|revision|reviewed|accessed|retrieved|printed|copyright)\b|©",
    re.I,
)
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:valid|until|due|expires?|expiry|deadline|next|born|birth|founded|starts?|begins?|ends?)\b|:.*, .*:.*\.$",
    re.I,
)
"""What a line may date that is no publication: a term, a meeting to come, a row of a table."""
_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?", re.I)
_LABEL = re.compile(
    r"(?:^|[.|])\W*(?:(?:first|originally) )?(?:published|posted|released|issued|dated?)(?: on)?"
    rf"\W*(?:{_WEEKDAY.pattern})?\s*$",
    re.I,
)
_END_OF_CREDIT = re.compile(rf"[\s,]*(?:{_TIME.pattern})?\s*(?:[.;|·•]|$)", re.I)
_NOT_A_CREDIT = re.compile(r"[@#]|https?:|^\s*[—–-]")
_DATELINE = re.compile(r"^\s*[A-Z][A-Z.,' ]{2,40}[,(] ?(?P<rest>.{6,30}?)\)?\s*(?:\([A-Za-z]{2,20}\)\s*)?[—–-]{1,2}\s")
_HEAD_LINES, _FOOT_LINES, _MAX_LINE, _MAX_WORDS = 8, 5, 160, 8


def published(text: str, labelled: bool = False) -> str:
    """The ISO date; empty where there is none, or where 03/04/2023 could be two days.

    With `labelled`, only a line that names what the date is counts ("Published: 3 March 2024").
    """
    head = _lines(text[:8000], _HEAD_LINES)
    foot = _lines(text[-3000:][::-1], _FOOT_LINES, backwards=True) if len(text) > 500 else []
    found = [hit for line in (*head, *foot) for hit in _in_line(line)]
    for rank in (0,) if labelled else (0, 1, 2):
        days = [day for at, day in found if at == rank]
        if days:
            return days[0]
    return ""


def iso_dates(text: str) -> Iterator[tuple[int, int, str]]:
    """Each unambiguous date as (start, end, ISO date), in the order of the patterns."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if day := _iso(match):
                yield match.start(), match.end(), day


def _lines(text: str, count: int, backwards: bool = False) -> list[str]:
    lines = (line for line in re.split(r"[\r\n]+", text) if line.strip())
    picked = [line for line, _ in zip(lines, range(count), strict=False)]
    return [line[::-1] for line in picked] if backwards else picked


def _in_line(line: str) -> list[tuple[int, str]]:
    """(rank, ISO date) of a date with a label of its own, else of the first: 0 published, 1 unlabelled, 2 changed."""
    if dateline := _DATELINE.match(line):
        return [(1, day) for _, _, day in list(iso_dates(dateline["rest"]))[:1]]
    if len(line) > _MAX_LINE or _NOT_A_CREDIT.search(line):
        return []
    hits = sorted(iso_dates(line))
    for start, end, day in hits:
        if _LABEL.search(line[:start]) and _END_OF_CREDIT.match(line, end):
            return [(0, day)]
    if not hits or _OF_SOMETHING_ELSE.search(line) or not _is_hardly_more(line, hits):
        return []
    start, _, day = hits[0]
    before = line[:start]
    if _UPDATED.search(before):
        return [(2, day)]
    return [(0 if _PUBLISHED.search(before) else 1, day)]


def _is_hardly_more(line: str, hits: list[tuple[int, int, str]]) -> bool:
    rest = line
    for start, end, _ in sorted(hits, reverse=True):
        rest = rest[:start] + " " + rest[end:]
    rest = _WEEKDAY.sub(" ", _TIME.sub(" ", rest))
    words = re.findall(r"[^\W\d_]{2,}", rest)
    is_sentence = rest.rstrip().endswith((".", "!", "?", "”", '"')) and len(words) > 2
    return len(words) <= _MAX_WORDS and not is_sentence


def _iso(match: re.Match[str]) -> str:
    parts = match.groupdict()
    year = int(parts["year"])
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        if first <= 12 and second <= 12 and first != second:
            return ""
        month, day = (second, first) if first > 12 else (first, second)
    else:
        name = parts["month"].lower()
        month, day = _MONTHS.get(name) or int(name), int(parts["day"])
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
