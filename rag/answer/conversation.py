"""Conversation: a question that leans on earlier ones is made to stand alone before anything is searched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from rag.errors import BudgetSpent, ProviderError
from rag.types import Answer, Answerer, Usage

REMEMBERED = 4
"""Earlier answers that a rewriting sees."""

_STARTS = re.compile(
    r"^\W*(and|but|so|then|also|or|what about|how about|why|why not|how so|what else|who else|since when)\b", re.I
)
_POINTS = re.compile(
    r"\b(he|she|it|they|him|her|them|his|hers|its|their|theirs|this|these|those|former|latter|same|ones?|another|others?"
    r"|else|that(?=\s*(?:\?|$|,|\b(?:one|day|time|year|place|man|woman|country|company|person|mean|happen)))"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )there(?!\s+(?:is|are|was|were|any|a|an)\b))\b",
    re.I,
)
_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+|\b[A-Z]{2,}\b")
_AND = re.compile(r"^\W*(and|but|so|then|also|or)\b[\s,]*", re.I)
_FEW_WORDS = 3


@runtime_checkable
class Rewrites(Protocol):
    """An answerer that can put a follow-up into words of its own."""

    def rewrite(self, question: str, history: Sequence[Answer]) -> tuple[str, Usage]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for and answered, and what it cost to find the words."""

    query: str
    """What is searched for."""
    usage: Usage
    alone: str = ""
    """What an answerer is asked that knows of no conversation, where that is not the query."""

    @property
    def question(self) -> str:
        return self.alone or self.query


def standalone(question: str, history: Sequence[Answer], answerer: Answerer) -> Asked:
    """The question as it is, or rewritten where it leans on `history` (earlier answers, oldest first).

    Where an answerer cannot rewrite, or fails to, what it leans on is searched for too; but what is new in the
    follow-up is asked alone, since both together have the answer that was given already. "Why?" alone is then for the
    answerer to refuse.
    """
    if not history or not leans(question):
        return Asked(question, Usage())
    if isinstance(answerer, Rewrites):
        try:
            return Asked(*answerer.rewrite(question, history[-REMEMBERED:]))
        except (ProviderError, BudgetSpent):
            pass  # answering will meet the same failure, and say so
    new = _AND.sub("", question, count=1)
    return Asked(f"{_leaned_on(history)} {question}", Usage(), new or question)


def _leaned_on(history: Sequence[Answer]) -> str:
    """The last query that stood alone, and the last follow-up to it: an "it" may be of either."""
    alone = next((earlier for earlier in reversed(history) if not _was_joined(earlier)), history[0])
    query = alone.query or alone.question
    return query if alone is history[-1] else f"{query} {history[-1].question}"


def _was_joined(earlier: Answer) -> bool:
    """Whether what was searched for is more than the question, behind what it leaned on."""
    return earlier.query.endswith(f" {earlier.question}")


def leans(question: str) -> bool:
    """Whether a question cannot be understood without what was said before it."""
    if _STARTS.search(question) and not _stands(question):
        return True
    name = _NAME.search(question)
    points = _POINTS.search(question)
    if points and (name is None or points.start() < name.start()):
        return True
    return name is None and len(re.findall(r"\w+", question)) <= _FEW_WORDS


def _stands(question: str) -> bool:
    """ "Why did Mr. Shtayyeh resign?" begins as a follow-up would, and is none."""
    return bool(re.match(r"\W*why\b", question, re.I)) and _NAME.search(question) is not None
