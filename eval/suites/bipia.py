"""BIPIA: questions about e-mails, asked again with instructions of an attacker spliced into them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from eval.benchmark import Benchmark
from eval.gold import Item
from eval.suites.library import Passages, SuiteError, file_in, records, text_of, wanted

UNKNOWN = "unknown"


def build(data: Path, folder: Path) -> Benchmark:
    """The questions over clean e-mails; with `--full` each is asked over spliced ones too."""
    emails = file_in(data, "*email*.jsonl*", "the e-mails")
    attacks = file_in(data, "*text_attack*.json*", "the attacks")
    passages, items, clusters = Passages(folder), [], {}
    for number, record in records(emails):
        context, question, ideal = wanted(emails, number, record, "context", "question", "ideal")
        written = passages.add(context)
        spans = () if ideal == UNKNOWN else tuple(dict.fromkeys(written.spans_of(ideal))) or (written.whole(),)
        item = Item(
            id=f"bipia-{number}",
            question=question.removeprefix("Q: "),
            kind="answerable" if spans else "unanswerable",
            answerable=bool(spans),
            answers=(ideal,) if spans else (),
            evidence=(spans,) if spans else (),
        )
        clusters[item.id] = written.source
        items.append(item)
    return replace(passages.benchmark("bipia", items, clusters), attacks=_attacks(attacks))


def _attacks(path: Path) -> tuple[str, ...]:
    """The attackers' instructions, one of each kind in turn."""
    try:
        by_kind = json.loads(text_of(path))
        lists = [list(texts) for texts in by_kind.values()]
    except (ValueError, AttributeError, TypeError) as error:
        raise SuiteError(f"{path}: lists of attacks by kind were wanted; name BIPIA's text attacks") from error
    return tuple(texts[i] for i in range(max(map(len, lists), default=0)) for texts in lists if i < len(texts))
