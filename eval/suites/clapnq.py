"""CLAP NQ: real questions with long, grounded answers, or none in the passage."""

from __future__ import annotations

from pathlib import Path

from eval.benchmark import Benchmark
from eval.gold import Item
from eval.suites.library import Passages, file_in, records, wanted

DATA = "the JSON Lines with answerable and with unanswerable questions"


def build(data: Path, folder: Path) -> Benchmark:
    """Evidence is each sentence that people selected; the long answer is the one accepted.

    No short fact tells a right long answer from a wrong one, so none is required.
    """
    passages, clusters, items = Passages(folder), {}, []
    for pattern in ("*_answerable*.jsonl*", "*_unanswerable*.jsonl*"):
        path = file_in(data, pattern, DATA)
        for number, record in records(path):
            identity, question, found, outputs = wanted(path, number, record, "id", "input", "passages", "output")
            written = passages.add(found[0]["text"], found[0]["title"])
            sentences = [s for output in outputs for s in output.get("selected_sentences", ()) if s.strip()]
            groups = [tuple(spans) for sentence in dict.fromkeys(sentences) if (spans := written.spans_of(sentence))]
            answers = tuple(dict.fromkeys(o["answer"] for o in outputs if o.get("answer", "").strip()))
            answerable = bool(answers and groups)
            if answers and not groups:
                continue
            item = Item(
                id=f"clapnq-{identity}",
                question=question,
                kind="long_answer" if answerable else "unanswerable",
                answerable=answerable,
                answers=answers,
                evidence=tuple(groups),
            )
            clusters[item.id] = found[0]["title"]
            items.append(item)
    return passages.benchmark("clapnq", items, clusters)
