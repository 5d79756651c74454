"""What is asked, imagined, or holds only under a condition is not thereby so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.support.words import content, stem, tokens

_MOSTLY = 0.6
"""Of a statement's words, at least so many stand in the clause that depends on a condition."""
_LITTLE = 0.34
_IMAGINED = re.compile(
    r"(?:^\W*|[,;:.]\s+|\b(?:we|to|let us|let[’']s|can|could|us)\s+)(?P<cue>imagine|suppose|pretend|assume)\b"
    r"|\b(?P<cue2>if only|what if|make believe|as though)\b|^\W*(?P<cue3>hypothetically)\b",
    re.I,
)
_KEEPS_UNREAL = frozenset(
    stem(word) for word in "imagine suppose pretend assume hypothesis hypothetical would if wish story game".split()
)
_CONDITION = re.compile(
    r"(?<!\bas )(?<!\beven )(?<!\bonly )"
    r"(?:^\W*(?:If|Unless|Provided that)|\b(?:if|unless|provided that|on condition that))\b"
)
_POLITE = re.compile(
    r"^(?:if|unless)\s+(?:you\s+(?:need|want|have|would like|like|wish|require"
    r"|are (?:looking|interested|unsure|in doubt))"
    r"|(?:necessary|possible|needed|desired|applicable|any|not|so)\b|there (?:is|are) any\b)",
    re.I,
)
"""Conditions of speaking, not of what is said: "if you need help, the desk is on the left"."""
_KEEPS_CONDITION = frozenset(
    """if unless when whenever where would could may might should can provided providing otherwise depending depend
    condition conditional case whether in-case only once without until long""".split()
)


def asked(statement: str, source: str) -> list[str]:
    """In words, that the source asks what the statement says; at most one."""
    if "?" not in source or "?" in statement:
        return []
    parts = re.split(r"(?<=[?.!])[\s”\"’']+|\n+", source)
    told = {word for part in parts if "?" not in part for word in content(tokens(part))}
    questions = {word for part in parts if "?" in part for word in content(tokens(part))}
    said = content(tokens(statement))
    if {"ask", "questio", "wonder"} & set(said) or "whether" in statement:
        return []
    only_asked = sum(word in questions - told for word in said)
    if only_asked and sum(word in told for word in said) < len(said) / 3:
        return ["the cited sentence asks it and does not say it"]
    return []


def imagined(statement: str, source: str) -> list[str]:
    """In words, that the source only plays with the thought; at most one."""
    match = _IMAGINED.search(source)
    said = {stem(token.word) for token in tokens(statement)}
    if match is None or said & _KEEPS_UNREAL:
        return []
    cue = next(filter(None, match.groups()))
    behind = set(content(tokens(source[match.end() :])))
    words = content(tokens(statement))
    if sum(word in behind for word in words) >= _MOSTLY * len(words):
        return [f"in the cited sentence it is only imagined (“{cue}”), here a fact"]
    return []


def lost_conditions(statement: str, source: str) -> list[str]:
    """In words, the condition without which the source does not say it; at most one."""
    words = content(tokens(statement))
    if not words or {token.text for token in tokens(statement)} & (_KEEPS_CONDITION | {"If", "Unless", "When"}):
        return []
    for match in _CONDITION.finditer(source):
        clause, rest = _parts(source, match)
        if _POLITE.match(clause):
            continue
        of_rest, of_clause = _share(words, rest), _share(words, clause)
        shown = " ".join(clause.split()[:6])
        if of_rest >= _MOSTLY and of_clause < _LITTLE:
            return [f"in the cited sentence it holds only on a condition (“{shown} …”)"]
        if of_clause >= _MOSTLY and of_rest < _LITTLE:
            return [f"in the cited sentence it is only a condition (“{shown} …”)"]
    return []


def _parts(source: str, match: re.Match[str]) -> tuple[str, str]:
    """The clause of the condition, and the clause that depends on it."""
    start = match.start()
    end = re.compile(r"[,;:–—]\s|[.!?](?:\s|$)").search(source, start)
    stop = end.start() if end else len(source)
    begin = max((m.end() for m in re.finditer(r"[.!?;:,–—]\s", source[:start].rstrip(", "))), default=0)
    behind = source[stop:] if not source[begin:start].strip() else ""
    return source[start:stop], source[begin:start] + " " + (re.split(r"[.!?;]\s", behind[1:])[0] if behind else "")


def _share(words: Sequence[str], text: str) -> float:
    given = set(content(tokens(text)))
    return sum(word in given for word in words) / len(words)
