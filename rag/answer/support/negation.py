"""Negation: what the cited sentence denies may not be affirmed, and the other way round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.answer.support.words import Token, stem, tokens

CUES = frozenset("not never no nor neither none nobody nothing nowhere cannot without".split())
SOFT = frozenset(
    stem(word)
    for word in """fail refuse deny reject decline lack unable unlikely prevent avoid stop oppose impossible hardly
    barely rarely seldom dispute absent missing exclude forbid ban doubt despite instead rather than except unless
    few little against""".split()
)
_REACH = 6
"""Words between a cue and what it denies."""
_OPEN = frozenset("only just merely least longer".split())
"""After "not", no denial of what follows ("not only"), or one that goes on ("no longer")."""
_CONTRACTED = {"won't": "will", "can't": "can", "shan't": "shall"}
_AFFIX = re.compile(r"^(?:un|dis|non|im|in|ir)-?(?=[a-z]{4})")


def changed_negations(statement: str, source: str) -> list[str]:
    """In words, each denial that was added to or lost from the source."""
    said, given = tokens(statement), tokens(source)
    denied_there, plain_there = _denied(given)
    denied_here, plain_here = _denied(said)
    soft = any(_is_soft(token) for token in given)
    added, lost = _bridged(said) & _adjacent(given), _bridged(given) & _adjacent(said)
    if added - _adjacent(said) or lost - _adjacent(given):
        before, behind = next(iter(added - _adjacent(said) or lost - _adjacent(given)))
        return [f"“{before} {behind}” is denied in the one and not in the other"]
    found = []
    for word, shown in denied_here.items():
        if word in denied_there or _loosely(word, denied_there):
            continue
        if word in plain_there or not (denied_there or soft):
            found.append(f"“{shown}” is denied here and not in the cited sentences")
    softened = any(_is_soft(token) for token in said)
    for word, shown in denied_there.items():
        affirmed = word in plain_here and word not in denied_here and word not in plain_there
        if affirmed and not softened:
            found.append(f"“{shown}” is denied in the cited sentences and not here")
    return found


def _bridged(found: Sequence[Token]) -> set[tuple[str, str]]:
    """The words before and behind each cue: as they would stand without it."""
    pairs = set()
    for i, token in enumerate(found[:-1]):
        if token.word.endswith("n't") and len(token.word) > 3:
            pairs.add((_CONTRACTED.get(token.word, token.word[:-3]), found[i + 1].word))
        elif token.word == "cannot":
            pairs.add(("can", found[i + 1].word))
        elif token.word in ("not", "never") and i:
            pairs.add((found[i - 1].word, found[i + 1].word))
    return pairs


def _adjacent(found: Sequence[Token]) -> set[tuple[str, str]]:
    return {(a.word, b.word) for a, b in pairwise(found)}


def _denied(found: Sequence[Token]) -> tuple[dict[str, str], Counter[str]]:
    """Stems that a cue denies, with how they are shown, and how often each stem stands undenied."""
    denied: dict[str, str] = {}
    places = set()
    for i, token in enumerate(found):
        if _is_cue(token) and not (i + 1 < len(found) and found[i + 1].word == "only"):
            place = _scope(found, i)
            if place is not None:
                places.add(place)
                denied.setdefault(stem(found[place].word), f"{token.text} {found[place].text}")
    undenied = Counter(stem(t.word) for i, t in enumerate(found) if t.is_content and i not in places)
    return denied, undenied


def _scope(found: Sequence[Token], i: int) -> int | None:
    """The first word with a meaning behind a cue, in its clause."""
    for place in range(i + 1, min(i + 1 + _REACH, len(found))):
        token = found[place]
        if token.text in ".;:!?":
            return None
        if token.is_content and token.word not in _OPEN:
            return place
    return None


def _is_cue(token: Token) -> bool:
    return token.word in CUES or token.word.endswith("n't")


def _is_soft(token: Token) -> bool:
    return token.is_word and (stem(token.word) in SOFT or bool(_AFFIX.match(token.word)))


def _loosely(word: str, denied: dict[str, str]) -> bool:
    """Whether a denied word of the source begins alike: "permit" and "permission"."""
    return any(word[:4] == other[:4] for other in denied if len(word) >= 4)
