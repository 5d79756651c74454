"""Minimal pairs: a sentence as it is, in another form, and with one thing in it changed.

Sentences of the seeds, of GUM's news (amir-zeldes/gum, CC BY), of passages of Natural Questions
(nelson-liu/lost-in-the-middle, MIT; text CC BY-SA 3.0), and, for the kinds that are rare there, of
the Wikinews passages of QAMR (uwnlp/qamr, MIT; text CC BY 2.5).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.conllu import Word, parsed, passive
from rag.answer.support.dates import moments, without_dates
from rag.answer.support.words import FUNCTION_WORDS
from rag.ingest.sentences import split

CHANGED = ("number", "date", "name", "negation", "attribution")


@dataclass(frozen=True, slots=True)
class Base:
    """A sentence where it stands."""

    corpus: str
    text: str
    before: str = ""
    title: str = ""
    names: tuple[str, ...] = ()
    """Names elsewhere in the document."""
    words: tuple[Word, ...] = ()
    """Its parse, where the corpus has one."""

    @property
    def tunes(self) -> bool:
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Pair:
    base: Base
    kind: str
    """What was done to the sentence."""
    statement: str
    supported: bool


# ---------------------------------------------------------------- sentences


def bases(data: Path, seeds: Path) -> Iterator[Base]:
    for path in sorted(seeds.glob("*.txt")):
        yield from _of_text("seeds", path.read_text(encoding="utf-8"))
    for path in sorted((data / "text/gum_news").glob("*.conllu")):
        yield from _of_parse(path)
    with gzip.open(data / "retrieval/nq_open_oracle_first1300.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            for passage in json.loads(line)["ctxs"][:1]:
                yield from _of_text("natural questions", passage["text"], passage["title"])
    with gzip.open(data / "reader/qamr_passages.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
        for text in dict.fromkeys(row["context"] for row in rows if "wikinews" in str(row["source"]).lower()):
            yield from _of_text("Wikinews", text)


def _of_text(corpus: str, text: str, title: str = "") -> Iterator[Base]:
    sentences = [" ".join(text[s.start : s.end].split()) for s in split(text)]
    yield from _in_context(corpus, sentences, title or sentences[0], [()] * len(sentences))


def _of_parse(path: Path) -> Iterator[Base]:
    sentences = list(parsed(path))
    texts = [text for text, _ in sentences]
    yield from _in_context("GUM news", texts, texts[0], [words for _, words in sentences])


def _in_context(corpus: str, texts: list[str], title: str, parses: list[tuple[Word, ...]]) -> Iterator[Base]:
    names = tuple(dict.fromkeys(name for text in texts for name in _names(text)))
    for i, text in enumerate(texts):
        if text[-1:] in '.!?”"' and 6 <= len(text.split()) <= 45:
            yield Base(corpus, text, " ".join(texts[max(i - 3, 0) : i]), title, names, parses[i])


_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zé]{2,}(?: [A-Z][a-zé]{2,})*\b")
_NO_NAMES = re.compile(
    r"^(?:Mr|Mrs|Ms|Dr|The|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|\w+day)\b"
)


def _names(text: str) -> list[str]:
    return [m[0] for m in _NAME.finditer(text) if not _NO_NAMES.match(m[0]) and m[0].lower() not in FUNCTION_WORDS]


# ---------------------------------------------------------------- one thing changed

_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty".split()
_DIGITS = re.compile(r"(?<![\w.,-])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,-])\d+(?:\.\d+)?(?![\w,]|\.\d)")
_NUMBER_WORD = re.compile(rf"(?<!-)\b(?:{'|'.join(_WORDS)})\b(?!-)")


def changed_number(base: Base, luck: random.Random) -> str | None:
    plain = without_dates(base.text)
    found = [m for p in (_DIGITS, _NUMBER_WORD) for m in p.finditer(plain) if m[0] != "1"]
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


_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def changed_date(base: Base, luck: random.Random) -> str | None:
    places: list[tuple[int, int, str]] = []
    for moment in moments(base.text):
        start, end = moment.span
        places += _others(_MONTHS, base.text, start, end, luck)
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
    here = _names(base.text)
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


_SAYS = (
    r"(?:said|says|stated|announced|claimed|reported|argued|warned|told reporters|believes?|insisted|suggested|alleged"
    r"|confirmed|explained|acknowledged|declared|wrote)"
)
_BEFORE = re.compile(
    rf"^(?:[^,.“”]+?) {_SAYS}(?: on \w+day| in a statement| last \w+)?"
    rf"(?: that |,? (?=[“\"]|(?:the|a|it|he|she|they|there|his|her|its|their|this|these|[A-Z]\w+) ))(?P<rest>.{{25,}})$"
)
_BEHIND = re.compile(rf"^(?P<rest>.{{25,}}?),[”\"]? (?:[^,“”]{{2,60}} {_SAYS}|{_SAYS} [^“”]{{2,90}})\.$")
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
            if re.search(rf"\b{_SAYS}\b|according to", rest):
                return None
            return _capital(re.sub(r"[“”\"]", "", rest).rstrip(".") + ".")
    without = _ADVERB.sub("", base.text)
    return without if without != base.text and not re.search(rf"\b{_SAYS}\b|according", without) else None


CHANGES: dict[str, Callable[[Base, random.Random], str | None]] = {
    "number": changed_number, "date": changed_date, "name": changed_name,
    "negation": changed_negation, "attribution": changed_attribution,
}  # fmt: skip


# ---------------------------------------------------------------- another form of the same

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
    found = [m for m in _DIGITS.finditer(plain) if "." not in m[0]]
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
    if match := _NUMBER_WORD.search(plain):
        value = _ONES.index(match[0]) if match[0] in _ONES else 10 * _TENS.index(match[0])
        if not re.match(r" (?:hundred|thousand|million|billion)", plain[match.end() :]):
            return base.text[: match.start()] + str(value) + base.text[match.end() :]
    return None


def other_date(base: Base, luck: random.Random) -> str | None:
    for moment in moments(base.text):
        start, end = moment.span
        if not (moment.day and re.search("[A-Z]", moment.shown)):
            continue
        month = _MONTHS[moment.month - 1]
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


def other_order(base: Base, _: random.Random) -> str | None:
    """A phrase from the front moved to the end, or the other way round."""
    if match := _FRONT.match(base.text):
        return f"{_capital(match[2])} {match[1][0].lower()}{match[1][1:]}."
    if match := _END.match(base.text):
        if " that " in match[1] or re.search(rf"\b{_SAYS}\b", match[1]):
            return None
        head = match[1].split(" ", 1)
        lowered = head[0] in _LOWERED | {"He", "She", "They"}
        start = match[1][0].lower() + match[1][1:] if lowered else match[1]
        return f"{_capital(match[2])}, {start}."
    return None


_PAST = {"written": "wrote", "sung": "sang", "given": "gave", "taken": "took", "chosen": "chose", "driven": "drove"}
_PASSIVE = re.compile(
    r"^(?P<subject>(?:The |A |An |It|He|She|[A-Z])[^,;()“”]{2,60}?) (?:was|were) "
    r"(?P<verb>\w{3,}ed|written|sung|won|led|held|built|given|taken|chosen|made|found|met) "
    r"by (?P<agent>[^,;.()“”]{3,60}?)(?P<rest>(?:,| in | on | at | for | from | during | after ).*|\.)$"
)
_LOWERED = frozenset("The A An It This These His Her Their Its".split())


def other_voice(base: Base, _: random.Random) -> str | None:
    """A passive sentence in the active, or the other way round where it is parsed."""
    if match := _PASSIVE.match(base.text):
        verb, subject = match["verb"], match["subject"]
        start = subject.split(" ", 1)[0]
        subject = subject if start not in _LOWERED else start.lower() + subject[len(start) :]
        return f"{_capital(match['agent'])} {_PAST.get(verb, verb)} {subject}{match['rest']}"
    return passive(base.words)


FORMS: dict[str, Callable[[Base, random.Random], str | None]] = {
    "number format": other_number, "date format": other_date, "reporting verb": other_verb,
    "order": other_order, "passive": other_voice,
}  # fmt: skip


def pairs(found: list[Base], most: int, seed: int = 7) -> Iterator[Pair]:
    """At most `most` of each kind; corpora take turns."""
    for kind, change in {**CHANGES, **FORMS}.items():
        luck = random.Random(f"{seed}{kind}")
        count, seen = 0, set()
        for base in _mixed(found, luck):
            statement = change(base, luck)
            if statement is None or statement == base.text or base.text in seen:
                continue
            seen.add(base.text)
            yield Pair(base, kind, statement, supported=kind in FORMS)
            if kind in CHANGES:
                yield Pair(base, f"as it is ({kind})", base.text, supported=True)
            count += 1
            if count == most:
                break


def _mixed(found: list[Base], luck: random.Random) -> list[Base]:
    """Seeds, GUM and Natural Questions by turns; Wikinews when they are used up."""
    groups = [[b for b in found if b.corpus == name] for name in dict.fromkeys(b.corpus for b in found)]
    for group in groups:
        luck.shuffle(group)
    *first, last = groups
    return [group[i] for i in range(max(map(len, first))) for group in first if i < len(group)] + last


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
