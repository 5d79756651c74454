"""Roles: who does it to whom. The same names on the other sides of the same word are another statement."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.support.words import CALENDAR, FUNCTION_WORDS, Token, stem, tokens

_BE = frozenset("is are was were be been being gets got get".split())
_AUXILIARY_REACH = 4
"""Words between "was" and a participle, at most."""
_BY_REACH = 9
"""Words between a participle and the "by" that makes it passive: a date may stand there."""
_FRONT = frozenset("in on at after before during by since until for under following when while as if although".split())
"""A phrase that begins with one of them and ends in a comma may stand anywhere: its names have no part in roles."""

Role = tuple[str, str, str]
"""What is named before a word, the word, what is named behind it; turned round where the word is passive."""


def exchanged(statement: str, source: str) -> list[str]:
    """In words, two names that stand on the other sides of a word than in the source; at most one."""
    said, given = _roles(tokens(statement)), _roles(tokens(source))
    for before, word, behind in sorted(said - given):
        if (behind, word, before) in given and (behind, word, before) not in said:
            return [f"{_shown(before)} and {_shown(behind)} have changed places"]
    return []


def _roles(found: Sequence[Token]) -> set[Role]:
    """For each word with a meaning the nearest names before and behind it, in its clause."""
    body = _body(found)
    names = [i >= body and _is_name(found, i) for i in range(len(found))]
    roles = set()
    for i, token in enumerate(found):
        if i < body or names[i] or not token.is_content:
            continue
        before, behind = _nearest(found, names, i, -1), _nearest(found, names, i, 1)
        if before and behind and before != behind:
            pair = (behind, before) if _is_passive(found, i) else (before, behind)
            roles.add((pair[0], stem(token.word), pair[1]))
    return roles


def _nearest(found: Sequence[Token], names: Sequence[bool], i: int, step: int) -> str:
    """The last word of the nearest name on one side; a name's last word is what is left when it is shortened."""
    j = i + step
    while 0 <= j < len(found) and found[j].text not in ".;:!?":
        if names[j]:
            while j + 1 < len(found) and names[j + 1]:
                j += 1
            return found[j].word
        j += step
    return ""


def _body(found: Sequence[Token]) -> int:
    """Where the sentence begins behind a phrase in its front."""
    if not found or found[0].word not in _FRONT:
        return 0
    return next((i + 1 for i, token in enumerate(found) if token.text == ","), 0)


def _is_name(found: Sequence[Token], i: int) -> bool:
    token = found[i]
    if not token.is_word or not token.text[0].isupper():
        return False
    short = len(token.word) > 1 and token.text.isupper()  # "US" is no "us"
    return short or (token.word not in FUNCTION_WORDS and token.word not in CALENDAR)


def _is_passive(found: Sequence[Token], i: int) -> bool:
    """ "was told by", "was later told by"."""
    before = {token.word for token in found[max(i - _AUXILIARY_REACH, 0) : i]}
    behind = [token.word for token in found[i + 1 : i + 1 + _BY_REACH]]
    return bool(before & _BE) and "by" in behind


def _shown(word: str) -> str:
    return word.upper() if len(word) <= 3 else word.capitalize()
