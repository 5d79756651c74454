"""Parsed sentences (CoNLL-U), and the passive of those that have a plain subject, verb and object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PARTICIPLES = {
    "make": "made",
    "take": "taken",
    "give": "given",
    "win": "won",
    "hold": "held",
    "lead": "led",
    "write": "written",
    "see": "seen",
    "find": "found",
    "build": "built",
    "send": "sent",
    "beat": "beaten",
    "know": "known",
    "lose": "lost",
    "leave": "left",
    "meet": "met",
    "tell": "told",
    "buy": "bought",
    "sell": "sold",
    "bring": "brought",
    "begin": "begun",
    "show": "shown",
    "keep": "kept",
    "break": "broken",
    "choose": "chosen",
    "fight": "fought",
    "hit": "hit",
    "run": "run",
    "put": "put",
    "set": "set",
    "cut": "cut",
    "shoot": "shot",
    "strike": "struck",
    "steal": "stolen",
    "throw": "thrown",
}
_NEVER_PASSIVE = frozenset({"have", "be", "do", "get", "want", "let", "become"})
_OBJECTS = {"he": "him", "she": "her", "they": "them", "we": "us", "i": "me"}
_SUBJECTS = {"him": "he", "her": "she", "them": "they", "us": "we", "me": "I"}


@dataclass(frozen=True, slots=True)
class Word:
    """One row of the parse."""

    id: int
    form: str
    lemma: str
    upos: str
    xpos: str
    head: int
    relation: str
    space: bool


def parsed(path: Path) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """Each sentence's text and words."""
    text, words = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# text = "):
            text = line[9:]
        elif line and not line.startswith("#"):
            cells = line.split("\t")
            if cells[0].isdigit():
                words.append(
                    Word(int(cells[0]), cells[1], cells[2], cells[3], cells[4], int(cells[6]), cells[7],
                         "SpaceAfter=No" not in cells[9])
                )  # fmt: skip
        elif not line and text:
            yield text, tuple(words)
            text, words = "", []


def passive(words: tuple[Word, ...]) -> str | None:
    """ "X praised Y in Z." as "Y was praised by X in Z."; None where the sentence is not of this form."""
    root = next((w for w in words if w.head == 0), None)
    if root is None or root.xpos not in ("VBD", "VBZ", "VBP"):
        return None
    parts = {w.relation: w for w in words if w.head == root.id}
    if {"aux", "conj", "ccomp", "xcomp", "iobj", "parataxis", "advcl", "compound:prt", "expl"} & set(parts):
        return None
    subject, thing = parts.get("nsubj"), parts.get("obj")
    if (
        subject is None
        or thing is None
        or not root.lemma.isalpha()
        or root.lemma in _NEVER_PASSIVE
        or subject.form.lower() in ("who", "which", "that")
    ):
        return None
    left, right = _span(words, subject.id), _span(words, thing.id)
    if len(left) > 12 or len(right) > 14 or max(left) > root.id or min(right) < root.id:
        return None
    between = [w for w in words if max(left) < w.id < root.id]
    if between or any(w.id < min(left) and w.upos != "PUNCT" for w in words):
        return None
    rest = [w for w in words if w.id > root.id and w.id not in right]
    plural = thing.xpos in ("NNS", "NNPS") or any(w.head == thing.id and w.relation == "conj" for w in words)
    was = {"VBD": ("was", "were")}.get(root.xpos, ("is", "are"))[plural]
    first = _text([w for w in words if w.id in right], words)
    agent = _text([w for w in words if w.id in left], words, lower_first=subject.upos != "PROPN")
    tail = _text(rest, words)
    first = _SUBJECTS.get(first.lower(), first)
    agent = _OBJECTS.get(agent.lower(), agent)
    sentence = f"{first[:1].upper()}{first[1:]} {was} {_participle(root)} by {agent}"
    return sentence + (tail if tail[:1] in ".,;" else f" {tail}")


def _participle(verb: Word) -> str:
    if verb.lemma in _PARTICIPLES:
        return _PARTICIPLES[verb.lemma]
    if verb.xpos == "VBD":
        return verb.form
    if verb.lemma[-1] == "y" and verb.lemma[-2:-1] not in "aeiou":
        return verb.lemma[:-1] + "ied"
    return verb.lemma + ("d" if verb.lemma.endswith("e") else "ed")


def _span(words: tuple[Word, ...], root: int) -> set[int]:
    """The ids of a word and all that hangs on it."""
    found = {root}
    while True:
        more = {w.id for w in words if w.head in found} | found
        if more == found:
            return found
        found = more


def _text(part: list[Word], words: tuple[Word, ...], lower_first: bool = False) -> str:
    text = "".join(w.form + (" " if w.space else "") for w in part).strip()
    starts = part and part[0].id == words[0].id
    return text[:1].lower() + text[1:] if lower_first and starts and part[0].upos != "PROPN" else text
