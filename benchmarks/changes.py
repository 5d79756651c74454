"""One thing in a sentence changed, so that the sentence no longer bears it out."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from benchmarks.bases import Base, names_in
from rag.answer.support.dates import moments, without_dates

_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()
DIGITS = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,-])\d+(?:\.\d+)?(?![\w,]|\.\d)")
NUMBER_WORD = re.compile(rf"(?<!-)\b(?:{'|'.join(_WORDS)})\b(?!-)")


def changed_number(base: Base, luck: random.Random) -> str | None:
    plain = without_dates(base.text)
    found = [m for p in (DIGITS, NUMBER_WORD) for m in p.finditer(plain) if m[0] != "1"]
    if not found:
        return None
    match = luck.choice(found)
    if match[0] in _WORDS:
        new = luck.choice([w for w in _WORDS if w != match[0]])
    else:
        value = match[0].replace(",", "")
        changed = str(float(value) + luck.choice((1.5, 2, 7))) if "." in value else str(_other(int(value), luck))
        new = f"{int(changed):,}" if "," in match[0] else changed
    return base.text[: match.start()] + new + base.text[match.end() :]


def _other(value: int, luck: random.Random) -> int:
    if value > 9:
        digits = list(str(value))
        place = luck.randrange(len(digits))
        digits[place] = (
            str((int(digits[place]) + luck.randint(1, 8) - 1) % 9 + 1) if place == 0 else luck.choice("0123456789")
        )
        changed = int("".join(digits))
        return changed if changed != value else value + 1
    return luck.choice([n for n in range(2, 10) if n != value])


MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def changed_date(base: Base, luck: random.Random) -> str | None:
    places: list[tuple[int, int, str]] = []
    for moment in moments(base.text):
        start, end = moment.span
        places += _others(MONTHS, base.text, start, end, luck)
        for m in re.finditer(r"\d+", base.text[start:end]):
            value = int(m[0])
            new = (
                value + luck.choice((-3, -1, 1, 2))
                if value > 31
                else luck.choice([d for d in range(1, 29) if d != value])
            )
            places.append((start + m.start(), start + m.end(), str(new)))
    places += _others(_DAYS, base.text, 0, len(base.text), luck)
    if not places:
        return None
    start, end, new = luck.choice(places)
    return base.text[:start] + new + base.text[end:]


def _others(names: list[str], text: str, start: int, end: int, luck: random.Random) -> list[tuple[int, int, str]]:
    """Where one of the names stands, and another to put there."""
    found = re.compile(r"\b(?:" + "|".join(names) + r")\b").finditer(text, start, end)
    return [(m.start(), m.end(), luck.choice([name for name in names if name != m[0]])) for m in found]


def changed_name(base: Base, luck: random.Random) -> str | None:
    """Another name of the same document, which the sentence does not hold."""
    here = names_in(base.text)
    others = [n for n in base.names if not set(n.split()) & set(base.text.replace("’s", "").split())]
    if not here or not others:
        return None
    return base.text.replace(luck.choice(here), luck.choice(others), 1)


_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|might|must)\b(?! (?:not|never|no)\b)"
)
_NOT = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|do|does|did) not (?!only|just)"
    r"|\bcannot |\bnever "
)


def changed_negation(base: Base, luck: random.Random) -> str | None:
    if match := _NOT.search(base.text):
        kept = "can " if match[0] == "cannot " else f"{match[1]} " if match[1] else ""
        return base.text[: match.start()] + kept + base.text[match.end() :]
    found = list(_AUXILIARY.finditer(base.text))
    if not found:
        return None
    match = luck.choice(found)
    return base.text[: match.end()] + luck.choice((" not", " never")) + base.text[match.end() :]


SAYS = (
    r"(?:said|says|stated|announced|claimed|reported|argued|warned|told reporters|believes?|insisted|suggested|alleged"
    r"|confirmed|explained|acknowledged|declared|wrote)"
)
_BEFORE = re.compile(
    rf"^(?:[^,.“”]+?) {SAYS}(?: on \w+day| in a statement| last \w+)?"
    rf"(?: that |,? (?=[“\"]|(?:the|a|it|he|she|they|there|his|her|its|their|this|these|[A-Z]\w+) ))(?P<rest>.{{25,}})$"
)
_BEHIND = re.compile(rf"^(?P<rest>.{{25,}}?),[”\"]? (?:[^,“”]{{2,60}} {SAYS}|{SAYS} [^“”]{{2,90}})\.$")
_ACCORDING = re.compile(
    r"^According to [^,]{2,80}, (?P<rest>.{25,})$|^(?P<rest2>.{25,}?),? according to [^,“”]{2,80}\.$"
)
_ADVERB = re.compile(r"\b(?:reportedly|allegedly|supposedly|purportedly|apparently) ")


def changed_attribution(base: Base, _: random.Random) -> str | None:
    """What is said without who says it."""
    for pattern in (_ACCORDING, _BEHIND, _BEFORE):
        if match := pattern.match(base.text):
            groups = match.groupdict()
            rest = (groups.get("rest") or groups.get("rest2") or "").strip('“”" ,')
            if re.search(rf"\b{SAYS}\b|according to", rest):
                return None
            return capital(re.sub(r"[“”\"]", "", rest).rstrip(".") + ".")
    without = _ADVERB.sub("", base.text)
    return without if without != base.text and not re.search(rf"\b{SAYS}\b|according", without) else None


_NAMED = r"(?:[A-Z][\w-]{2,}|U\.S\.|U\.N\.)(?: (?:[A-Z][\w-]{2,}|of(?= [A-Z])))*(?![\w.’'/-])"
_DID = (
    r"(?:(?!named|called|created|based|located|united|need|married)[a-z]{3,}ed|told|beat|shot|sold|gave|sent|paid"
    r"|left|wrote|chose|led|overtook|taught|owns?|plays|portrays|won|lost|took|brought|fought|met|made|built|held|saw|said|drew|spent"
    r"|bought)"
)
_ROLES = re.compile(
    rf"(?<![\w’'/.-])(?P<one>{_NAMED})"
    rf"(?P<between>(?: (?!and\b|or\b)[a-z]\w*){{0,3}} {_DID}"
    rf"(?: (?!and\b|or\b|as\b)[a-z]\w*){{0,4}} )(?P<other>{_NAMED})"
)
_NOBODY = re.compile(
    r"^(?:The|A|An|It|He|She|They|We|I|This|That|In|On|At|When|After|Before|His|Her|Its|Their|Mr|Mrs|Ms|Dr|As|But|And"
    r"|All|Others?|Some|Many|Most|Both|Each|One|There|Subject)\b"
    r"|^(?:January|February|March|April|May|June|July|August|September|October|November|December|\w+day)\b"
)


def changed_roles(base: Base, _: random.Random) -> str | None:
    """Who does it to whom, the other way round."""
    for match in _ROLES.finditer(base.text):
        one, other = match["one"], match["other"]
        if _NOBODY.match(one) or _NOBODY.match(other) or set(one.split()) & set(other.split()) or "’s" in one + other:
            continue
        return base.text[: match.start()] + other + match["between"] + one + base.text[match.end() :]
    return None


_POSSIBLE = re.compile(
    r"\b(?:may|might|could|plans? to|planned to|intends? to|(?<!is )(?<!are )(?<!was )(?<!were )intended to"
    r"|hopes? to|hoped to|wants? to|wanted to|seeks? to"
    r"|(?:is|are) (?:expected|likely|considering|thought|set) to) (?=[a-z])(?!not\b)"
)
_PERHAPS = re.compile(r"\b(?:probably|possibly|perhaps|potentially) (?=[a-z])")
_CERTAIN = re.compile(r"\bwill (?=[a-z])(?!not\b|be (?:able|allowed)\b)")


def changed_possibility(base: Base, luck: random.Random) -> str | None:
    """What may be as what will be, or the other way round."""
    for pattern, words in ((_POSSIBLE, ("will ",)), (_PERHAPS, ("",)), (_CERTAIN, ("may ", "might ", "could "))):
        if match := pattern.search(base.text):
            return base.text[: match.start()] + luck.choice(words) + base.text[match.end() :]
    return None


CHANGES: dict[str, Callable[[Base, random.Random], str | None]] = {
    "number": changed_number, "date": changed_date, "name": changed_name,
    "negation": changed_negation, "attribution": changed_attribution, "roles": changed_roles,
    "possibility": changed_possibility,
}  # fmt: skip


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
