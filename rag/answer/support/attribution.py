"""Attribution: what somebody says may not become plain fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.support.words import Token, content, stem, tokens

_VERBS = frozenset(
    """say says said saying tell tells told claim claims claimed claiming reported reporting stated stating announce
    announces announced argue argues argued arguing allege alleges alleged asserts asserted insist insists insisted
    suggest suggests suggested believe believes believed think thinks thought warn warns warned warning noted noting
    estimate estimates estimated acknowledged acknowledges explained explains wrote writes confirmed confirms
    reiterated reiterates added adding declared declares predicted predicts contend contends contended maintains
    maintained remarked commented replied expects expected hopes hoped fears feared concluded concludes informed
    cautioned cautions remarks comments asserting
    mention mentions mentioned promise promises promised swear swears swore admits admitted""".split()
)
_ADVERBS = frozenset("reportedly allegedly supposedly purportedly apparently presumably".split())
_NOUNS = frozenset(
    """claim claims allegation allegations accusation accusations rumour rumours rumor rumors belief theory suggestion
    assertion notion idea myth hypothesis speculation impression lie fear hope""".split()
)
"""Before "that": somebody's saying or belief."""
_LENIENT = frozenset("states informed informs made cautioned according opinion view claims reports".split())
"""Words that keep an attribution in a statement, where the source does not have them in another sense."""
_NO_SPEAKER = frozenset("is are was were be been being that which to".split())
"""Before a verb of saying: nobody is named as its subject."""
_QUOTES = frozenset('“”"„«»')
_LONG_QUOTE = 5
"""Words in quotation marks that are somebody's saying, not a nickname."""
_TAIL = 9
"""Words from ", X said" to the end of a sentence, at most."""
_MOSTLY = 0.5
_NOUN_BEFORE = re.compile(r"\b(?:the|a|an|this|its|their|his|her|further|widely|as)$", re.I)


def attributes(text: str) -> bool:
    """Whether a text has words that make something somebody's saying: "according to", "said"."""
    found = tokens(text)
    return any(_is_cue(found, i) for i in range(len(found)))


def names_speaker(text: str) -> bool:
    """Whether it says who says something: "the ministry claims", and not "were reported stolen"."""
    found = tokens(text)
    return any(_is_cue(found, i) and not (i and found[i - 1].word in _NO_SPEAKER) for i in range(len(found)))


def lost_attributions(statement: str, source: str) -> list[str]:
    """In words, who says in the source what the statement says as a fact; at most one."""
    said, given = tokens(statement), tokens(source)
    if any(token.text in _QUOTES for token in said) and any(token.text in _QUOTES for token in given):
        return []
    stems = content(said)
    other = {token.word for i, token in enumerate(given) if not _is_cue(given, i)}
    kept = [t.word for i, t in enumerate(said) if _is_cue(said, i) or (t.word in _LENIENT and t.word not in other)]
    cues = [i for i in range(len(given)) if _is_cue(given, i)]
    for i in cues if len(kept) < len(cues) else ():
        scope, rest = _complement(given, i)
        named = kept and set(content(rest)) & set(stems)
        if not named and stem(given[i].word) not in stems and _rests_on(stems, scope, rest):
            return [f"in the cited sentence it is somebody's saying (“{given[i].text}”), here a fact"]
    for start, end in _quotations(given):
        inside = given[start:end]
        if set(kept) <= {t.word for t in inside} and _rests_on(stems, inside, [*given[:start], *given[end:]]):
            return ["in the cited sentence it stands in quotation marks, here it is a fact"]
    return []


def lost_speaker(statement: str, source: str, speaker: str) -> list[str]:
    """The same where who says it stands beside the source: at the end of a quotation, in the line above a list."""
    said = tokens(statement)
    stems = content(said)
    named = set(stems) & (set(content(tokens(speaker))) - set(content(tokens(source))))
    kept = named or attributes(statement) or any(token.text in _QUOTES for token in said)
    if not speaker or kept or not _rests_on(stems, tokens(source), []):
        return []
    return [f"beside the cited sentence it is somebody's saying (“{speaker}”), here a fact"]


def _is_cue(found: Sequence[Token], i: int) -> bool:
    token = found[i]
    if token.word == "according":
        return i + 1 < len(found) and found[i + 1].word == "to"
    if token.word in _ADVERBS:
        return True
    if token.word in _NOUNS and i + 1 < len(found) and found[i + 1].word == "that":
        return True
    if token.word not in _VERBS or token.text[0].isupper():
        return False
    return not (i and _NOUN_BEFORE.fullmatch(found[i - 1].word))


def _complement(given: Sequence[Token], i: int) -> tuple[list[Token], list[Token]]:
    """The words that are said, and the others."""
    word = given[i].word
    if word in _ADVERBS:
        return [*given[:i], *given[i + 1 :]], []
    if word == "according":
        comma = next((j for j in range(i, len(given)) if given[j].text == ","), len(given))
        return [*given[:i], *given[comma:]], list(given[i:comma])
    if i < len(given) - _TAIL and not _stands_behind(given, i):
        return list(given[i + 1 :]), list(given[: i + 1])
    if _stands_behind(given, i):
        comma = max(j for j in range(i) if given[j].text in {",", "”", '"', "—", "–", "!", "?"})
        return list(given[:comma]), list(given[comma:])
    return list(given[i + 1 :]), list(given[: i + 1])


def _stands_behind(given: Sequence[Token], i: int) -> bool:
    """Whether the verb stands behind what is said: “…,” said X; …, X said."""
    marks = [j for j in range(max(i - _TAIL, 0), i) if given[j].text in {",", "”", '"', "—", "–"}]
    if not marks or marks[-1] < 3:
        return False
    rest = [t for t in given[i + 1 :] if t.is_word]
    return (
        len(rest) <= 1
        or (len(rest) <= _TAIL and marks[-1] == i - 1)
        or (i + 1 < len(given) and given[i + 1].text in ",.")
    )


def _rests_on(stems: Sequence[str], scope: Sequence[Token], rest: Sequence[Token]) -> bool:
    """Whether a statement's words come from the scope, and not more from the rest."""
    if not stems:
        return False
    inside, outside = set(content(scope)), set(content(rest))
    there = sum(word in inside for word in stems)
    elsewhere = sum(word in outside and word not in inside for word in stems)
    return there >= _MOSTLY * len(stems) and there > 2 * elsewhere


def _quotations(given: Sequence[Token]) -> list[tuple[int, int]]:
    """Where long quotations stand; one that began before the sentence, or goes on behind it, has one mark."""
    places = [i for i, token in enumerate(given) if token.text in _QUOTES]
    if len(places) % 2:
        places = [i for i in places if not _stands_for_inches(given, i)]
    if len(places) % 2:
        places = [-1, *places] if _closes(given, places[0]) else [*places, len(given)]
    spans = [(a + 1, b) for a, b in zip(places[::2], places[1::2], strict=True)]
    return [(a, b) for a, b in spans if sum(t.is_word for t in given[a:b]) >= _LONG_QUOTE]


def _closes(given: Sequence[Token], i: int) -> bool:
    """Whether a quotation mark stands right behind a word and not right before one."""
    behind = i > 0 and given[i - 1].end == given[i].start
    return behind and not (i + 1 < len(given) and given[i].end == given[i + 1].start and given[i + 1].is_word)


def _stands_for_inches(given: Sequence[Token], i: int) -> bool:
    return given[i].text == '"' and i > 0 and given[i - 1].end == given[i].start and given[i - 1].text[-1].isdigit()
