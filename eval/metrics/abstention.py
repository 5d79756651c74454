"""Not knowing: who was answered, who was not, and how much the confidence is worth.

Every question has one outcome. An error, an empty answer and a refusal that is not marked as one
are undetermined: neither an answer nor a finding that there is none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from eval.gold import Item
from rag.types import Answer

Outcome = Literal["answered", "abstained", "undetermined"]

_REFUSAL = re.compile(
    r"""\W*(
        (i|we)\ (do\ not|don't)\ (know|have)\b
      | (i|we)\ (cannot|can't|could\ not|couldn't|am\ unable\ to|are\ unable\ to)\ (answer|find|determine|say|tell)\b
      | (the\ )?(document|passage|source|text)s?\ (does|do)(n't|\ not)\ (say|state|mention|contain|provide|specify)\b
      | there\ is\ no\ (information|mention)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one question came to, as far as the curves need it."""

    id: str
    answerable: bool
    outcome: Outcome
    right: bool
    """Answered, and correctly so."""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Answering all that is at least this sure: the share answered and the share of those that is wrong."""

    coverage: float
    risk: float
    confidence: float | None


def outcome(answer: Answer | None) -> Outcome:
    """What an answer is; None stands for an error."""
    if answer is None:
        return "undetermined"
    if answer.abstained:
        return "abstained"
    text = " ".join(statement.text for statement in answer.statements).replace("’", "'")
    return "undetermined" if not any(map(str.isalnum, text)) or _REFUSAL.match(text) else "answered"


def scores(item: Item, came_to: Outcome, right: bool) -> dict[str, float]:
    """The scores that every question has, errors included.

    Utility: 1 for a right answer and for a rightful abstention, -1 for a wrong answer and for an answer
    where there is none, else 0.
    """
    answered, abstained = came_to == "answered", came_to == "abstained"
    result = {"undetermined": float(came_to == "undetermined")}
    if item.answerable:
        result |= {"answered": float(answered), "over_refusal": float(abstained)}
        result["utility"] = float(answered and right) - float(answered and not right)
    else:
        result |= {"false_answer": float(answered), "rightly_abstained": float(abstained)}
        result["utility"] = float(abstained) - float(answered)
    return result


def f1_answered(decisions: Sequence[Decision]) -> float | None:
    """F1 of finding the answerable questions by answering them."""
    return _f1([(d.outcome == "answered", d.answerable) for d in decisions])


def f1_abstained(decisions: Sequence[Decision]) -> float | None:
    """F1 of finding the unanswerable questions by abstaining."""
    return _f1([(d.outcome == "abstained", not d.answerable) for d in decisions])


def risk_coverage(decisions: Sequence[Decision]) -> tuple[Point, ...]:
    """From the surest answers to all of them; equal confidence cannot be told apart, so it stands in one point.

    Coverage is of all questions. Answers without a confidence come last, together.
    """
    answered = sorted((d for d in decisions if d.outcome == "answered"), key=_sureness, reverse=True)
    points, seen, wrong = [], 0, 0
    for _, tied in groupby(answered, key=_sureness):
        block = list(tied)
        seen, wrong = seen + len(block), wrong + sum(not d.right for d in block)
        points.append(Point(seen / len(decisions), wrong / seen, block[0].confidence))
    return tuple(points)


def aurc(decisions: Sequence[Decision]) -> float | None:
    """Mean risk over the answers, from the surest on (Geifman and El-Yaniv 2017); None without answers."""
    area, before = 0.0, 0.0
    for point in risk_coverage(decisions):
        area, before = area + (point.coverage - before) * point.risk, point.coverage
    return area / before if before else None


def coverage_at(decisions: Sequence[Decision], risk: float) -> float:
    """The largest share of questions that can be answered with at most this share of wrong answers."""
    return max((point.coverage for point in risk_coverage(decisions) if point.risk <= risk), default=0.0)


def auroc(scored: Sequence[tuple[float, bool]]) -> float | None:
    """The chance that a positive scores above a negative, ties counting half; None without one of them."""
    positives = sum(positive for _, positive in scored)
    negatives = len(scored) - positives
    if not positives or not negatives:
        return None
    rank, total = 0, 0.0
    for _, tied in groupby(sorted(scored, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        block = [positive for _, positive in tied]
        total += sum(block) * (rank + (len(block) + 1) / 2)
        rank += len(block)
    return (total - positives * (positives + 1) / 2) / (positives * negatives)


def auroc_right(decisions: Sequence[Decision]) -> float | None:
    """How well confidence tells right answers from wrong ones."""
    return auroc([(d.confidence, d.right) for d in decisions if d.outcome == "answered" and d.confidence is not None])


def auroc_answerable(decisions: Sequence[Decision]) -> float | None:
    """How well confidence tells answerable questions from unanswerable ones, refusals with a confidence among them."""
    return auroc([(d.confidence, d.answerable) for d in decisions if d.confidence is not None])


def ece(decisions: Sequence[Decision], bins: int = 10) -> float | None:
    """Expected calibration error of the answers, over bins of equal size by confidence (Nixon et al. 2019)."""
    told = sorted((d.confidence, d.right) for d in decisions if d.outcome == "answered" and d.confidence is not None)
    if not told:
        return None
    edges = [round(i * len(told) / bins) for i in range(bins + 1)]
    blocks = [told[a:b] for a, b in pairwise(edges) if a < b]
    gaps = (abs(math.fsum(c for c, _ in block) - sum(right for _, right in block)) for block in blocks)
    return math.fsum(gaps) / len(told)


def _sureness(decision: Decision) -> float:
    return -1.0 if decision.confidence is None else decision.confidence


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """`pairs` of (found, wanted); None where nothing is found or wanted."""
    both = sum(found and wanted for found, wanted in pairs)
    either = sum(found for found, _ in pairs) + sum(wanted for _, wanted in pairs)
    return 2 * both / either if either else None
