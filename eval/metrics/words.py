"""Text as a list of words, numbers and dates, so that "34,000" is "34 thousand" and "Mar. 22" is "22 March"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
MONTH_NUMBER = {name[:length]: n for n, name in enumerate(MONTHS, 1) for length in (3, len(name))} | {"sept": 9}
UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = {word: n for n, word in enumerate(UNITS)} | {word: 10 * n for n, word in enumerate(TENS, 2)}
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
ARTICLES = frozenset({"a", "an", "the"})
LEFT_OUT = ARTICLES | {"dollar", "dollars", "usd"}

VERBS = ("may", "march")
"""Months only with their capital: "he may 12 times" and "they march 20 miles" name no day."""
_MONTH = "|".join(
    f"(?-i:{name.title()}|{name.upper()})" if name in VERBS else name
    for name in sorted(MONTH_NUMBER, key=len, reverse=True)
)
# Thai to Khmer, Chinese and Japanese do without spaces, Korean writes particles onto its words
_UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
_TOKEN = re.compile(
    rf"""
      (?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}\b)
    | (?P<slashed>\b\d{{1,2}}/\d{{1,2}}/\d{{4}}(?!\d))
    | \b(?P<month>{_MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?
    | \b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{_MONTH})\b\.?(?:,?\s+(?P<year2>\d{{4}})\b)?
    | \b(?P<month3>{_MONTH})\b\.?,?\s+(?P<year3>\d{{4}})\b
    | (?:(?<![^\s(])(?P<minus>[-\u2212])[$€£]?)?
      (?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:(?:st|nd|rd|th)\b)?
    | (?P<percent>%|\bper\s+cent\b)
    | (?P<initials>\b[^\W\d_](?:\.[^\W\d_])+\b)\.?
    | (?P<word>(?={_UNSPACED})[^\W_]|(?:(?!{_UNSPACED})[^\W_])+)
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity, however it is written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Date:
    """A day or a month, as far as the text names it."""

    year: int | None
    month: int
    day: int | None


Word = str | Number | Date


def words(text: str, left_out: frozenset[str] = LEFT_OUT) -> list[Word]:
    """The text's words in lower case without accents and articles, its numbers and its dates, in order.

    Where words are written without spaces, each character is one.
    """
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))
    plain = re.sub(r"'s\b", "", plain, flags=re.IGNORECASE)
    if plain.islower():  # then no capital can be wanted
        plain = re.sub(rf"\b(?:{'|'.join(VERBS)})\b", lambda match: match[0].title(), plain)
    return [word for word in _numbers(list(_tokens(plain))) if word not in left_out]


def stands(wanted: str, text: str) -> bool:
    """Whether all words of `wanted` stand in `text`, in order and without a gap.

    "The dollar" is looked for as a word where "5 dollars" is a number; an article alone as it is written.
    """
    for left_out in (LEFT_OUT, ARTICLES):
        if found := words(wanted, left_out):
            return _contains(words(text, left_out), found)
    return bool(wanted.strip()) and re.search(rf"(?<!\w){re.escape(wanted.strip())}(?!\w)", text) is not None


def _contains(text: list[Word], wanted: list[Word]) -> bool:
    return any(
        all(_same(want, have) for want, have in zip(wanted, text[at:], strict=False))
        for at in range(len(text) - len(wanted) + 1)
    )


def _same(wanted: Word, found: Word) -> bool:
    """A date answers to each of its parts: the year, the month's name, or both."""
    if not isinstance(found, Date):
        return wanted == found
    if isinstance(wanted, Date):
        parts = ((wanted.year, found.year), (wanted.month, found.month), (wanted.day, found.day))
        return all(want is None or want == have for want, have in parts)
    if isinstance(wanted, Number):
        return wanted.value == found.year
    return MONTH_NUMBER.get(wanted) == found.month


def _tokens(text: str) -> Iterator[Word]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        found = match.groupdict()
        if kind == "word":
            yield found["word"].casefold()
        elif kind == "number":
            value = Decimal(found["number"].replace(",", "")).normalize()
            yield Number(-value if found["minus"] else value)
        elif kind == "percent":
            yield "percent"
        elif kind == "initials":
            yield "".join(c for c in found["initials"].casefold() if c.isalpha())
        else:
            yield _date(found)


def _date(found: dict[str, str | None]) -> Word:
    if iso := found["iso"]:
        return Date(int(iso[:4]), int(iso[5:7]), int(iso[8:]))
    if slashed := found["slashed"]:
        first, second, at = map(int, slashed.split("/"))
        # 11/14/2023 can only be month first; 3/4/2023 is read that way too
        return Date(at, first, second) if first <= 12 else Date(at, second, first)
    month = found["month"] or found["month2"] or found["month3"] or ""
    day = found["day"] or found["day2"]
    year = found["year"] or found["year2"] or found["year3"]
    return Date(int(year) if year else None, MONTH_NUMBER[month.lower()], int(day) if day else None)


def _numbers(tokens: list[Word]) -> Iterator[Word]:
    """Number words and scales taken together: "two hundred and fifty", "1.2 million"."""
    at = 0
    while at < len(tokens):
        value, after = _quantity(tokens, at)
        yield tokens[at] if value is None else Number(value.normalize())
        at = max(after, at + 1)


def _quantity(tokens: list[Word], at: int) -> tuple[Decimal | None, int]:
    """The number that starts here and the place after it: hundreds, each with its scale."""
    value, at = _hundreds(tokens, at)
    total = None
    while value is not None and (scale := _scale(tokens, at)):
        total = (total or Decimal(0)) + value * scale
        value, after = _hundreds(tokens, at + 1)
        at = at + 1 if value is None else after
    return (value if total is None else total + (value or 0)), at


def _hundreds(tokens: list[Word], at: int) -> tuple[Decimal | None, int]:
    value, at = _below_hundred(tokens, at)
    if at == len(tokens) or tokens[at] != "hundred":
        return value, at
    rest, after = _below_hundred(tokens, at + 1 + (tokens[at + 1 : at + 2] == ["and"]))
    hundreds = (Decimal(1) if value is None else value) * 100
    return (hundreds, at + 1) if rest is None or rest >= 100 else (hundreds + rest, after)


def _below_hundred(tokens: list[Word], at: int) -> tuple[Decimal | None, int]:
    """A number in words below a hundred, or any in digits."""
    token = tokens[at] if at < len(tokens) else None
    if isinstance(token, Number):
        return token.value, at + 1
    if not isinstance(token, str) or token not in SMALL:
        return None, at
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if token in TENS and isinstance(following, str) and 0 < SMALL.get(following, 10) < 10:
        return Decimal(SMALL[token] + SMALL[following]), at + 2
    return Decimal(SMALL[token]), at + 1


def _scale(tokens: list[Word], at: int) -> int | None:
    token = tokens[at] if at < len(tokens) else None
    return SCALES.get(token) if isinstance(token, str) else None
