"""Numbers by their value: 34,000, 34 thousand and thirty-four thousand are one; 54% and 54 percent too."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = """zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth""".split()
_SMALL = {
    **{word: value for value, word in enumerate(_UNITS)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
}
_ORDINAL = {
    **{word: value for value, word in enumerate(_ORDINALS)},
    **{word[:-1] + "ieth": 10 * value for value, word in enumerate(_TENS, 2)},
    "hundredth": 100,
    "thousandth": 1000,
}
_MAGNITUDE = {
    "hundred": 100, "dozen": 12, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_ANY_WORD = "|".join(sorted({*_SMALL, *_ORDINAL, "hundred", "dozen", "thousand", "million", "billion", "trillion"}))
_NUMBER = re.compile(
    rf"""(?P<currency>[$€£¥]\s?)?(?<![\w.,])
        (?P<digits>\d{{1,3}}(?:(?:,\d{{3}})+(?:\.\d+)?|(?:\.\d{{3}})+,\d+|(?:\.\d{{3}}){{2,}})
          |\d+(?:\.\d+|,\d{{1,2}}(?!\d))?)
        (?P<ordinal>(?:st|nd|rd|th)\b)?(?P<decade>s\b)?
        (?:[\s-]?(?P<magnitude>hundred|dozen|thousand|million|billion|trillion|bn|tn|mn|(?<=\d)k|(?(currency)(?<=\d)m|(?!)))\b)?
        (?P<percent>\s?%|[\s-](?:percent|per\scent|percentage\spoints?)\b)?
      |\b(?P<words>(?:{_ANY_WORD})(?:(?:[\s-]+(?:and\s+)?)(?:{_ANY_WORD}))*)s?\b
        (?P<percent_2>\s?%|[\s-](?:percent|per\scent|percentage\spoints?)\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_SPACED = re.compile(r"(?<![\w.,])\d{1,3}(?:\s\d{3})+(?:,\d{1,2})?(?!\w|[.,]\d)")
_NOT_A_COUNT_BEFORE = re.compile(r"\b(no|any|every|each|this|that|the|which|some|other|another|loved|first)\s+$", re.I)
_NOT_A_COUNT_AFTER = re.compile(
    r"^(?:['’]s\b|-|\s*$|\s*[.,;:!?)\"”]|\s+(?:of|another|day|who|that|which|can|could|may|might|should|would|must|is|was|has|or|"
    r"to|in|on|at|for|and)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text."""

    value: Fraction
    unit: str
    """"%", "th" for an ordinal, "s" for a decade, a currency's sign, or empty."""
    shown: str
    start: int
    otherwise: Fraction | None = None
    """Its value where its one mark, three digits from its end, is read the other way: 1.200 may be 1,200."""

    @property
    def values(self) -> tuple[Fraction, ...]:
        return (self.value,) if self.otherwise is None else (self.value, self.otherwise)


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text; "one" only where it counts something."""
    found = []
    for match in _NUMBER.finditer(text):
        if match["digits"]:
            found.append(_of_digits(match))
        elif not _is_pronoun(match, text):
            found += _of_words(match)
    return found


def with_spaces(text: str) -> list[Quantity]:
    """The numbers that a text may mean by groups of three digits: "1 200" is one in some languages, two in others."""
    found = ((match, "".join(match[0].split()).replace(",", ".")) for match in _SPACED.finditer(text))
    return [Quantity(Fraction(digits), "", match[0], match.start()) for match, digits in found]


def missing_numbers(statement: list[Quantity], given: list[Quantity]) -> list[str]:
    """The numbers of a statement that are not given, or not as often, in the order of the statement."""
    left = Counter((value, q.unit) for q in given for value in q.values)
    missing = []
    for quantity in statement:
        key = next((k for k in left if left[k] > 0 and k[0] in quantity.values and _fits(quantity.unit, k[1])), None)
        if key is None:
            missing.append(quantity.shown)
        else:
            left[key] -= 1
    return missing


def _fits(said: str, given: str) -> bool:
    """Whether a unit may stand for another: a plain number for dollars, never a plain number for percent."""
    return said == given or (not said and given not in ("%", "th")) or (not given and said not in ("%", "th", "s"))


def _of_digits(match: re.Match[str]) -> Quantity:
    size = _MAGNITUDE[match["magnitude"].lower()] if match["magnitude"] else 1
    value, *other = (reading * size for reading in _readings(match["digits"]))
    unit = ("%" if match["percent"] else "th" if match["ordinal"] else "s" if match["decade"] else "") or (
        match["currency"] or ""
    ).strip()
    return Quantity(value, unit, match[0].strip(), match.start(), other[0] if other else None)


def _readings(digits: str) -> list[Fraction]:
    """What digits with points and commas may mean, the English reading first."""
    whole, mark, rest = digits.rpartition(max(".,", key=digits.rfind))
    if not mark:
        return [Fraction(digits)]
    together, apart = Fraction(re.sub("[.,]", "", digits)), Fraction(f"{re.sub('[.,]', '', whole)}.{rest}")
    if mark in whole:
        return [together]
    if len(rest) != 3 or not whole.isdigit():
        return [apart]
    if mark == ",":
        return [together, apart]
    return [apart, together] if len(whole) <= 3 and whole[0] != "0" else [apart]


def _of_words(match: re.Match[str]) -> list[Quantity]:
    """The value of number words; words that do not go together ("two three") are numbers of their own."""
    words = [w for w in re.split(r"[\s-]+", match["words"].lower()) if w != "and"]
    found: list[Quantity] = []
    total, group, last = 0, 0, 10**15
    unit = ""

    def finish() -> None:
        nonlocal total, group, last, unit
        found.append(Quantity(Fraction(total + group), unit, match[0].strip(), match.start()))
        total, group, last, unit = 0, 0, 10**15, ""

    started = False
    for word in words:
        singular = word.rstrip("s") if word not in _SMALL and word not in _ORDINAL else word
        if singular in _MAGNITUDE:
            size = _MAGNITUDE[singular]
            group = max(group, 1) * size
            if size > 100:
                total, group = total + group, 0
            last, started = size, True
            continue
        value = _SMALL.get(word, _ORDINAL.get(word, 0))
        if started and not (value < last and (last >= 100 or (last >= 20 and value < 10))):
            finish()
        group, last, started = group + value, max(value, 1), True
        if word in _ORDINAL:
            unit = "th"
            finish()
            started = False
    if started:
        unit = "%" if match["percent_2"] else unit
        finish()
    return found


def _is_pronoun(match: re.Match[str], text: str) -> bool:
    """A word that counts nothing exact: "no one", "the one that", "one of"; "hundreds of"."""
    word = match["words"].lower()
    if word == "one":
        before, after = text[: match.start()], text[match.end() :]
        return bool(_NOT_A_COUNT_BEFORE.search(before[-12:]) or _NOT_A_COUNT_AFTER.search(after[:12]))
    return word in ("hundred", "thousand", "million", "billion", "trillion", "dozen") and match[0].lower().endswith("s")
