"""What the report's script shows of each question, as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eval.compare import came_to
from eval.gold import Item
from eval.junit import failure
from eval.report.excerpts import excerpts
from eval.rows import Row
from rag.terminal import one_line
from rag.types import Document

SHOWN_PASSAGES = 10


def verdict(row: Row) -> str:
    """One word for what became of a question: the table's first column and the bars' colours."""
    if row.outcome == "undetermined":
        return "error" if row.status == "error" else "undetermined"
    if row.probe:
        return "wrong" if failure(row) else "right"
    if row.answerable:
        return "refused" if row.outcome == "abstained" else "wrong" if failure(row) else "right"
    return "abstained" if row.outcome == "abstained" else "false"


def payload(
    rows: Sequence[Row], items: Sequence[Item], corpus: Mapping[str, Document], before: Sequence[Row] = ()
) -> str:
    """The questions as JSON that is safe inside a script element."""
    gold = {item.id: item for item in items}
    earlier = {row.id: row for row in before}
    content = [_question(row, gold.get(row.id), corpus, earlier.get(row.id)) for row in rows]
    return json.dumps(content, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")


def _question(row: Row, item: Item | None, corpus: Mapping[str, Document], before: Row | None) -> dict[str, Any]:
    if row.probe in ("injection", "conflict"):
        corpus = {}  # these ask about planted documents, whose places are others than in the run's corpus
    return {
        "id": row.id,
        "question": row.question,
        "kind": row.probe or row.kind,
        "source": row.source,
        "verdict": verdict(row),
        "why": failure(row),
        "text": row.text if row.status == "ok" else row.error,
        "short": row.short,
        "reason": row.reason,
        "confidence": row.confidence,
        "statements": [s.model_dump(mode="json", exclude={"highlight"}) for s in row.statements],
        "citations": [c.model_dump(mode="json", include={"number", "source", "quote", "fault"}) for c in row.citations],
        "scores": {name: round(score, 4) for name, score in row.scores.items()},
        "timings": {name: round(seconds, 4) for name, seconds in row.timings.items()},
        "answerer": row.answerer,
        "notes": row.notes,
        "gold": _gold(item) if item else None,
        "excerpts": excerpts(row, item, corpus),
        "retrieved": _retrieved(row, item, corpus),
        "was": came_to(before) if before else "",
        "flip": "" if before is None or bool(failure(before)) == bool(failure(row)) else
                ("worse" if failure(row) else "better"),
    }  # fmt: skip


def _gold(item: Item) -> dict[str, Any]:
    return {
        "answers": item.answers,
        "required": item.required_facts,
        "forbidden": item.forbidden_facts,
        "note": item.note,
        "groups": len(item.evidence),
    }


def _retrieved(row: Row, item: Item | None, corpus: Mapping[str, Document]) -> list[dict[str, Any]]:
    wanted = [span for group in item.evidence for span in group] if item else []
    shown = []
    for passage in row.retrieved[:SHOWN_PASSAGES]:
        text = corpus[passage.source].text[passage.start : passage.end] if passage.source in corpus else ""
        shown.append(
            {
                "source": passage.source,
                "score": round(passage.score, 4),
                "text": one_line(text, 140),
                "gold": any(
                    s.source == passage.source and s.start < passage.end and passage.start < s.end for s in wanted
                ),
                "given": passage.id in row.given,
            }
        )
    return shown
