"""What is asked, imagined, or holds only under a condition is not thereby so."""

from __future__ import annotations

import re
from itertools import islice, pairwise

from rag.answer.support.words import content, stem, tokens

_MOSTLY = 0.6
"""Of a statement's words, at least so many stand in the clause that depends on a condition."""
_MOST_CONDITIONS = 20
"""So many conditions of a source are looked at."""
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


def asked(statement: str, source: str, behind: str = "") -> list[str]:
    """In words, that the source asks what the statement says, and what is cited `behind` it does not; at most one."""
    if "?" not in source or "?" in statement:
        return []
    parts = re.split(r"(?<=[?.!])[\s”\"’']+|\n+", f"{source} {behind}".rstrip())
    told = {word for part in parts if "?" not in part for word in content(tokens(part))}
    questions = {word for part in parts if "?" in part for word in content(tokens(part))}
    said = content(tokens(statement))
    if {"ask", "questio", "wonder"} & set(said) or "whether" in statement:
        return []
    only_asked = sum(word in questions - told for word in said)
    if not only_asked or sum(word in told for word in said) >= len(said) / 3:
        return []
    if any("?" in one and "?" not in other and _answers(other, statement) for one, other in pairwise(parts)):
        return []
    return ["the cited sentence asks it and does not say it"]


def _answers(reply: str, statement: str) -> bool:
    """Whether what follows a question answers it as the statement does: "At 9.", "Yes.", "No."."""
    denied = re.search(r"\b(?:not?|never|none|cannot)\b|n[’']t\b", statement, re.I)
    if match := re.match(r"\W*(yes|no)\b", reply, re.I):
        return (match[1].lower() == "no") == bool(denied)
    words = _words(reply)
    return bool(words) and words <= _words(statement)


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
    """In words, the condition without which the source does not say it; at most one.

    A statement that has a word of both clauses has put them together in another way: "for late payment".
    """
    words = _words(statement)
    if not words or {token.text for token in tokens(statement)} & (_KEEPS_CONDITION | {"If", "Unless", "When"}):
        return []
    for match in islice(_CONDITION.finditer(source), _MOST_CONDITIONS):
        clause, rest = _parts(source, match)
        if _POLITE.match(clause):
            continue
        in_clause, in_rest = words & _words(clause), words & _words(rest)
        shown = " ".join(clause.split()[:6])
        if len(in_rest) >= _MOSTLY * len(words) and in_clause <= in_rest:
            return [f"in the cited sentence it holds only on a condition (“{shown} …”)"]
        if len(in_clause) >= _MOSTLY * len(words) and in_rest <= in_clause:
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


def _words(text: str) -> set[str]:
    """The words that mean something, and the numbers."""
    found = tokens(text)
    return {*content(found), *(token.word for token in found if token.text[0].isdigit())}
