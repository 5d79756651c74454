"""RAMDocs: questions whose documents disagree, because the name is ambiguous or a document is wrong."""

from __future__ import annotations

from pathlib import Path

from eval.benchmark import Benchmark
from eval.gold import Item
from eval.score import CONFLICT
from eval.suites.library import Passages, records, wanted


def build(data: Path, folder: Path) -> Benchmark:
    """All right answers are required, as in the set's own metric, and no wrong one may be stated.

    Each right answer is a group of evidence: the places in its documents where it stands.
    """
    passages, items = Passages(folder), []
    for number, record in records(data):
        question, documents, right, wrong = wanted(
            data, number, record, "question", "documents", "gold_answers", "wrong_answers"
        )
        groups = []
        for answer in dict.fromkeys(right):
            written = [passages.add(d["text"]) for d in documents if d["type"] == "correct" and d["answer"] == answer]
            groups.append(tuple(dict.fromkeys(span for w in written for span in w.spans_of(answer) or [w.whole()])))
        for document in documents:
            passages.add(document["text"])
        if not groups or not all(groups):
            continue
        items.append(
            Item(
                id=f"ramdocs-{number}",
                question=question,
                kind=CONFLICT if len(groups) > 1 else "one_answer",
                answerable=True,
                answers=("; ".join(dict.fromkeys(right)), *dict.fromkeys(right)),
                evidence=tuple(groups),
                required_facts=tuple(dict.fromkeys(right)),
                forbidden_facts=tuple(dict.fromkeys(wrong)),
            )
        )
    return passages.benchmark("ramdocs", items)
