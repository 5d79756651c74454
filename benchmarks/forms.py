"""The same in another form: what a sentence bears out without standing there word for word."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.bases import Base
from benchmarks.changes import DIGITS, MONTHS, NUMBER_WORD, SAYS, capital
from benchmarks.voices import other_voice
from rag.answer.support.dates import moments, without_dates

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10] + (f"-{_ONES[value % 10]}" if value % 10 else "")
    if value < 1000:
        return f"{_ONES[value // 100]} hundred" + (f" and {in_words(value % 100)}" if value % 100 else "")
    return f"{in_words(value // 1000)} thousand" + (f" {in_words(value % 1000)}" if value % 1000 else "")


def other_number(base: Base, luck: random.Random) -> str | None:
    if re.search(r"[“”\"„]", base.text):
        return None  # quoted words stay as they are
    percent = re.search(r"(\d+(?:\.\d+)?)(%| percent| per cent)", base.text)
    if percent:
        new = f"{percent[1]} percent" if percent[2] == "%" else f"{percent[1]}%"
        return base.text[: percent.start()] + new + base.text[percent.end() :]
    plain = without_dates(base.text)
    found = [m for m in DIGITS.finditer(plain) if "." not in m[0]]
    found = [m for m in found if (v := int(m[0].replace(",", ""))) < 10**6 and not 1000 < v < 2100 and v > 1]
    found = [
        m
        for m in found
        if not re.match(r"\s?(?:%|percent|[-–:/])|th|st", plain[m.end() :])
        and plain[m.start() - 1 : m.start()] not in "$€£#–:/("
    ]
    if found:
        match = luck.choice(found)
        return base.text[: match.start()] + in_words(int(match[0].replace(",", ""))) + base.text[match.end() :]
    if match := NUMBER_WORD.search(plain):
        value = _ONES.index(match[0]) if match[0] in _ONES else 10 * _TENS.index(match[0])
        if not re.match(r" (?:hundred|thousand|million|billion)", plain[match.end() :]):
            return base.text[: match.start()] + str(value) + base.text[match.end() :]
    return None


def other_date(base: Base, luck: random.Random) -> str | None:
    for moment in moments(base.text):
        start, end = moment.span
        if not (moment.day and re.search("[A-Z]", moment.shown)):
            continue
        month = MONTHS[moment.month - 1]
        forms = [f"{month} {moment.day}", f"{moment.day} {month}", f"{moment.day} {month[:3]}"]
        if moment.year:
            forms = [
                f"{month} {moment.day}, {moment.year}", f"{moment.day} {month} {moment.year}",
                f"{moment.day} {month[:3]}. {moment.year}", f"{moment.year}-{moment.month:02}-{moment.day:02}",
            ]  # fmt: skip
        new = luck.choice([form for form in forms if form != moment.shown])
        return base.text[:start] + new + base.text[end:]
    return None


_SYNONYMS = {
    "said": ("stated", "declared", "remarked"),
    "says": ("states", "declares", "maintains"),
    "told": ("informed",),
    "announced": ("made known", "declared"),
    "claimed": ("asserted", "maintained"),
    "reported": ("said", "wrote"),
    "stated": ("said",),
    "argued": ("contended",),
    "warned": ("cautioned",),
    "insisted": ("maintained",),
}


def other_verb(base: Base, luck: random.Random) -> str | None:
    outside = re.sub(r"“[^”]*”|\"[^\"]*\"", lambda m: "_" * len(m[0]), base.text)
    found = list(re.finditer(r"(?<!was )(?<!were )\b(" + "|".join(_SYNONYMS) + r")\b", outside))
    if not found:
        return None
    match = luck.choice(found)
    return base.text[: match.start()] + luck.choice(_SYNONYMS[match[0]]) + base.text[match.end() :]


_FRONT = re.compile(
    r"^((?:In|On|At|After|Before|During|Since|Until|For|By|Under|Following|When|While|As|If|Although) [^,“”]{3,60}), "
    r"([^“”]{20,})\.$"
)
_END = re.compile(
    r"^([^,“”;:]{25,}) ((?:in|on|after|before|during|since|until|following|when|while) [^,“”;:]{4,50})\.$"
)


_LOWERED = frozenset("The A An It This These His Her Their Its".split())


def other_order(base: Base, _: random.Random) -> str | None:
    """A phrase from the front moved to the end, or the other way round."""
    if match := _FRONT.match(base.text):
        return f"{capital(match[2])} {match[1][0].lower()}{match[1][1:]}."
    if match := _END.match(base.text):
        if " that " in match[1] or re.search(rf"\b{SAYS}\b", match[1]):
            return None
        head = match[1].split(" ", 1)
        lowered = head[0] in _LOWERED | {"He", "She", "They"}
        start = match[1][0].lower() + match[1][1:] if lowered else match[1]
        return f"{capital(match[2])}, {start}."
    return None


_ALSO_POSSIBLE = {
    "may": "might", "might": "could", "plans to": "intends to", "planned to": "intended to", "plan to": "intend to",
    "hopes to": "wants to", "intends to": "plans to", "probably": "likely", "is expected to": "is likely to",
    "are expected to": "are likely to", "could": "might", "is likely to": "is expected to",
    "are likely to": "are expected to", "wants to": "hopes to", "wanted to": "hoped to", "want to": "hope to",
    "seeks to": "wants to", "hoped to": "wanted to", "possibly": "perhaps", "perhaps": "possibly",
    "potentially": "possibly", "intended to": "planned to", "seek to": "want to", "sought to": "wanted to",
}  # fmt: skip


def other_possibility(base: Base, _: random.Random) -> str | None:
    """What may be, in another word for it."""
    if re.search(r"[“”\"]", base.text):
        return None  # quoted words stay as they are
    match = re.search(rf"(?<!\ba )\b(?:{'|'.join(_ALSO_POSSIBLE)})(?= [a-z])(?! not\b)", base.text)
    return base.text[: match.start()] + _ALSO_POSSIBLE[match[0]] + base.text[match.end() :] if match else None


FORMS: dict[str, Callable[[Base, random.Random], str | None]] = {
    "number format": other_number, "date format": other_date, "reporting verb": other_verb,
    "order": other_order, "passive": other_voice, "possibility in other words": other_possibility,
}  # fmt: skip
