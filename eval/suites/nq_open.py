"""NQ-open with oracle passages: real questions of users, each with the passage that answers it."""

from __future__ import annotations

from pathlib import Path

from eval.benchmark import Benchmark
from eval.gold import Item
from eval.suites.library import Passages, SuiteError, records, wanted


def build(data: Path, folder: Path) -> Benchmark:
    """Evidence is each place where an accepted answer stands in the gold passage."""
    passages, clusters, items = Passages(folder), {}, []
    for number, record in records(data):
        question, answers, contexts = wanted(data, number, record, "question", "answers", "ctxs")
        gold = next((context for context in contexts if context.get("isgold")), None)
        if gold is None:
            raise SuiteError(f"{data}:{number}: no passage is marked `isgold`; name the oracle file of the set")
        written = passages.add(gold["text"], gold["title"])
        spans = [span for answer in answers for span in written.spans_of(answer)] or [written.whole()]
        item = Item(
            id=f"nq-{number}",
            question=question,
            kind="answerable",
            answerable=True,
            answers=tuple(dict.fromkeys(answer for answer in answers if answer.strip())),
            evidence=(tuple(dict.fromkeys(spans)),),
        )
        clusters[item.id] = gold["title"]
        items.append(item)
    return passages.benchmark("nq-open", items, clusters)
