"""Questions made from sentences by pattern: crude, exact about their evidence, and meant to be reworded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.ingest.sentences import split
from rag.types import Document

TOPICS = (
    "photosynthesis", "chess openings", "the price of copper", "volcanoes", "the rules of cricket", "bread baking",
    "the Roman senate", "quantum computers", "whale migration", "opera singers", "tax law in Brazil", "sailing knots",
    "the history of paper", "penguins", "solar eclipses", "the marathon record", "glass blowing", "rice farming",
)  # fmt: skip

_NAME = r"[A-Z][\w'-]*[a-z][\w'-]*(?: (?:of |the |de |van )?[A-Z][\w'-]*[a-z][\w'-]*)*"
_SUBJECT = re.compile(
    rf"(?P<who>(?:[A-Z]\w+\.? )?{_NAME}) (?P<rest>(?:[a-z]+(?:ed|s)|had|met|was|were|is|has) .{{20,}})", re.DOTALL
)
_SAID = re.compile(
    rf"(?P<who>{_NAME})\s+(?P<verb>said|says|stated|declared|warned|argued|announced|noted|claimed|reported)"
    r"\s+that\s+(?P<what>[^“”\"]{20,})",
    re.DOTALL,
)
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:{_MONTH})\s+\d{{1,2}}(?:,\s*\d{{4}})?|\b(?:1[5-9]|20)\d{{2}}\b")
_NUMBER = re.compile(
    r"(?<![\w/:-])\d[\d,.]*(?<=\d)(?:\s?%|\s+percent)?(?![\w/:])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)\b"
)
_NO_NAMES = frozenset(
    "A An And As At But By For From He Her His How However If In Into It Its Of On One Or Our She Since So Some That "
    "The Their There These They This Those To Two We What When Where While Who Why With You Although After "
    "Before Despite During Each Few Many Most Much Nearly Not Now Only Over Recently Similarly Then Though Through "
    "Under Until Upon Yet Meanwhile Furthermore Alright Another Both Such Even Last Next Later Earlier "
    "January February March April May June July August September October November December "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """A question, its answer, and the sentence that tells it."""

    question: str
    answer: str
    kind: str
    start: int
    end: int


def lookups(document: Document, most: int) -> list[Lookup]:
    """At most so many, of each kind in turn, one a sentence; none from boilerplate."""
    by_kind: dict[str, list[Lookup]] = {}
    for lookup in _all(document):
        by_kind.setdefault(lookup.kind, []).append(lookup)
    turns = max((len(found) for found in by_kind.values()), default=0)
    return [found[i] for i in range(turns) for found in by_kind.values() if i < len(found)][:most]


def names(text: str) -> list[str]:
    """What looks like names of people, places and offices: capitals, and no word that begins any sentence."""
    found = (match[0] for match in re.finditer(_NAME, text.replace("’", "'")))
    return [name.removesuffix("'s") for name in found if name.split()[0] not in _NO_NAMES and len(name) > 3]


def _all(document: Document) -> Iterator[Lookup]:
    for sentence in split(document.text):
        if any(start < sentence.end and sentence.start < end for start, end in document.boilerplate):
            continue
        text = " ".join(document.text[sentence.start : sentence.end].split())
        if 40 <= len(text) <= 300 and (made := _who_said(text) or _number_or_date(text) or _who(text)):
            yield Lookup(*made, sentence.start, sentence.end)


def _who_said(text: str) -> tuple[str, str, str] | None:
    match = _SAID.search(text)
    if not match or match["who"] in _NO_NAMES or match["what"].rstrip().endswith(" and"):
        return None
    return f"Who {match['verb']} that {match['what'].rstrip('.!?')}?", match["who"], "who_said"


def _number_or_date(text: str) -> tuple[str, str, str] | None:
    for pattern, kind in ((_DATE, "date"), (_NUMBER, "number")):
        if match := pattern.search(text):
            gap = f"{text[: match.start()]}…{text[match.end() :]}"
            return f"What is left out here: “{gap}”?", match[0], kind
    return None


def _who(text: str) -> tuple[str, str, str] | None:
    match = _SUBJECT.match(text)
    if not match or match["who"].split()[0] in _NO_NAMES:
        return None
    return f"Who or what {match['rest'].rstrip('.!?')}?", match["who"], "fact"
