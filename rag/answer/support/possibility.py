"""Possibility: what may be is not what is, and what is planned is not done."""

from __future__ import annotations

import re
from collections import Counter

from rag.answer.support.words import Token, stem, tokens

_MODALS = frozenset("may might could".split())
_ADVERBS = frozenset("perhaps possibly probably potentially likely maybe presumably".split())
_PLANS = frozenset(
    """plans planned plan intends intended intend hopes hoped hope wants wanted want seeks sought seek aims aimed aim
    expected likely considering thought believed set scheduled bound tries tried""".split()
)
"""Before "to": not done yet."""
_SOFT_STEMS = frozenset(
    stem(word)
    for word in """possible possibility potential propose proposal intention likely likelihood consider chance option
    allow enable capable threat threaten suggest estimate believe appear doubt uncertain unclear whether prospect
    permit considered allowed""".split()
)
_SOFT = frozenset("able can if would should think thinks thought seem seems seemed risk wish hopefully".split())
"""With modals, adverbs and plans, any of them says that it is not certain, in whatever words."""
_ALIKE = 0.7
"""From this share of its length on, a statement is taken for the sentence itself with a word changed."""
_REACH = 4
"""Words between a modal and its verb: "may not yet have resigned"."""
_LIGHT = frozenset("be been have has had do also not yet still soon even well later then".split())


def changed_possibilities(statement: str, source: str) -> list[str]:
    """In words, what is certain here and only possible in the source, or the other way round; at most one."""
    said, given = tokens(statement), tokens(source)
    possible_there, certain_there, shown_there = _verbs(given)
    possible_here, certain_here, shown_here = _verbs(said)
    soft_here, soft_there = sum(map(_is_soft, said)), sum(map(_is_soft, given))
    alike = _ALIKE * len(given) <= len(said) <= len(given) / _ALIKE
    if soft_here == 0 or (alike and soft_here < soft_there):
        for word in possible_there - possible_here:
            if certain_here[word] > certain_there[word]:
                return [f"“{shown_there[word]}” is only a possibility in the cited sentence, here it is certain"]
    if soft_there == 0 or (alike and soft_there < soft_here):
        for word in possible_here - possible_there:
            if certain_there[word] > certain_here[word]:
                return [f"“{shown_here[word]}” is only a possibility here, in the cited sentence it is certain"]
    return []


def _verbs(found: list[Token]) -> tuple[Counter[str], Counter[str], dict[str, str]]:
    """How often each stem is only possible, how often not, and how the possible ones are shown."""
    possible: Counter[str] = Counter()
    shown: dict[str, str] = {}
    places = set()
    for i, token in enumerate(found):
        if _opens(found, i) and (place := _verb(found, i)) is not None and place not in places:
            places.add(place)
            word = stem(found[place].word)
            possible[word] += 1
            shown.setdefault(word, f"{token.text} {found[place].text}")
    return possible, Counter(stem(t.word) for i, t in enumerate(found) if t.is_content and i not in places), shown


def _opens(found: list[Token], i: int) -> bool:
    token = found[i]
    if not token.is_word or token.text[0].isupper():
        return False
    follows = found[i + 1].word if i + 1 < len(found) else ""
    if token.word in _MODALS | _ADVERBS:
        return token.word != "could" or follows not in ("not", "only")
    return token.word in _PLANS and follows == "to"


def _verb(found: list[Token], i: int) -> int | None:
    """The first word behind a modal that means something; "be" and its like where nothing else does."""
    for place in range(i + 1, min(i + 1 + _REACH, len(found))):
        token = found[place]
        if not token.is_word:
            return None
        if token.is_content and token.word not in _LIGHT and not re.fullmatch(r"\w+ly", token.word):
            return place
    return None


def _is_soft(token: Token) -> bool:
    if not token.is_word or (token.text[0].isupper() and token.word not in _ADVERBS | {"if", "whether"}):
        return False
    return token.word in _SOFT | _MODALS | _ADVERBS | _PLANS or stem(token.word) in _SOFT_STEMS
