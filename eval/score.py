"""From one answer to one row: outcome, scores, faults, and what the baselines make of the same passages."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.gold import Item
from eval.metrics import abstention, answers, citations, retrieval
from eval.rows import Cited, Found, Probe, Row, Said, is_right
from eval.systems import BASELINES
from rag.types import Answer, Citation, Document, Passage

CONFLICT = "conflict"
"""The kind of questions whose groups of evidence are the sides of a disagreement."""
LONG = "long_answer"
"""The kind of questions whose accepted answer is prose, which no short string tells right from wrong."""

DIGITS = 6
"""Of recorded scores: sums of floats differ in the last digits from run to run, with the order of threads."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how its answer is judged."""

    item: Item
    cluster: str
    probe: Probe = ""
    of: str = ""


def row_of(question: Question, answer: Answer, retrieved: Sequence[Passage], corpus: Mapping[str, Document]) -> Row:
    """The row of an answered question; raises `ValueError` for a confidence that is no number."""
    item = question.item
    ranked = retrieval.in_order(retrieved)
    scores = score(item, answer, corpus)
    if item.answerable:
        scores |= retrieval.scores(item, [retrieval.pieces(p) for p in ranked], corpus)
        scores["evidence_given"] = _given(item, answer.passages, corpus)
    return Row(
        **_identity(question),
        status="ok",
        outcome=abstention.outcome(answer),
        text=answer.text,
        short=answer.text if answer.abstained else answers.short_form(answer, corpus),
        reason=answer.reason,
        confidence=_confidence(answer),
        statements=tuple(
            Said(text=s.text, citations=tuple(c.number for c in s.citations), support=s.support, highlight=s.highlight)
            for s in answer.statements
        ),
        citations=tuple(_cited(citation, corpus) for citation in answer.citations),
        retrieved=tuple(
            Found(
                id=p.chunk.id, source=p.chunk.source, start=p.chunk.start, end=p.chunk.end, score=round(p.score, DIGITS)
            )
            for p in ranked
        ),
        given=tuple(p.chunk.id for p in answer.passages),
        answerer=answer.answerer,
        prompt_version=answer.prompt_version,
        notes=answer.notes,
        usage=asdict(answer.usage),
        scores=scores,
        faults=citations.faults(answer, corpus),
        baselines={name: score(item, make(item.question, ranked), corpus) for name, make in BASELINES.items()},
        timings={name: float(seconds) for name, seconds in answer.timings.items()},
    )


def row_of_error(question: Question, error: str) -> Row:
    """The row of a question whose asking failed: 0 on everything that is good when high, and undetermined."""
    item = question.item
    scores = abstention.scores(item, "undetermined", right=False) | citations.nothing_cited()
    if item.answerable:
        scores |= answers.missed(item) | {"citation_recall": 0.0, "evidence_given": 0.0}
        scores |= retrieval.nothing_found() | {"grounded": 0.0}
    if item.kind == CONFLICT:
        scores["both_sides"] = 0.0
    scores = _without_short_answers(item, scores)
    return Row(**_identity(question), status="error", error=error, outcome="undetermined", scores=scores)


def score(item: Item, answer: Answer, corpus: Mapping[str, Document]) -> dict[str, float]:
    """The scores of an answer, whatever was retrieved."""
    came_to = abstention.outcome(answer)
    scores = answers.scores(item, answer, corpus) if item.answerable else {}
    if came_to == "undetermined" and item.answerable:
        scores = answers.missed(item)
    scores |= citations.scores(item, answer, corpus)
    if item.answerable:
        scores["grounded"] = float(came_to == "answered" and scores["citation_recall"] > 0)
    if item.kind == CONFLICT:
        scores["both_sides"] = float(scores["citation_recall"] == 1)
    scores = _without_short_answers(item, scores)
    return scores | abstention.scores(item, came_to, right=is_right(scores))


def _without_short_answers(item: Item, scores: dict[str, float]) -> dict[str, float]:
    left_out = ("correct", "exact_match", "answer_stated") if item.kind == LONG else ()
    return {name: score for name, score in scores.items() if name not in left_out}


def _identity(question: Question) -> dict[str, Any]:
    item = question.item
    return {
        "id": item.id,
        "question": item.question,
        "kind": item.kind,
        "answerable": item.answerable,
        "cluster": question.cluster,
        "source": item.evidence[0][0].source if item.evidence else "",
        "probe": question.probe,
        "of": question.of,
    }


def _confidence(answer: Answer) -> float | None:
    if answer.confidence is None:
        return None
    if not math.isfinite(answer.confidence):
        raise ValueError(f"a confidence in [0, 1] or none was wanted, found {answer.confidence}; mend the answerer")
    return round(answer.confidence, DIGITS)


def _cited(citation: Citation, corpus: Mapping[str, Document]) -> Cited:
    return Cited(
        number=citation.number,
        source=citation.source,
        sha256=citation.sha256,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        fault=citations.fault(citation, corpus),
    )


def _given(item: Item, passages: Sequence[Passage], corpus: Mapping[str, Document]) -> float:
    ranks = retrieval.group_ranks(item, [retrieval.pieces(p) for p in passages], corpus)
    return float(None not in ranks)
