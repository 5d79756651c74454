"""How far a judge and people agree: on pairs of answers of which people said which is the better one."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eval import statistics
from eval.gold import GoldError, Item
from eval.judge import Judge
from eval.score import LONG
from eval.statistics import Estimate


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one question, and which of them people find more correct."""

    item: Item
    answers: tuple[str, str]
    preferred: Literal[1, 2] | None
    """None where they find them alike, or disagree."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over the pairs of which people prefer one."""

    estimate: Estimate | None
    """The share of the decided pairs on which the judge prefers the same; None where it decides none."""
    undecided: int
    """Pairs that the judge finds alike, or cannot grade."""


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """The pairs of a file like RAGChecker's `human_labeled_data.json`; the labels of several people are summed.

    There a label above 0 prefers the second answer. Raises `GoldError`.
    """
    try:
        data = path.read_bytes()
        records = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
        labels: dict[object, int] = {}
        for record in records:
            labels[record["instance_id"]] = labels.get(record["instance_id"], 0) + record["correctness_label"]
        first = {record["instance_id"]: record for record in reversed(records)}
        return tuple(_pair(first[identity], label) for identity, label in labels.items())
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise GoldError(
            f"{path}: a JSON list of pairs of answers with people's labels was wanted (instance_id, query, gt_answer, "
            f"model1, model2, correctness_label); found {error!r}"
        ) from error


def fixed_sample(pairs: Sequence[Pair], limit: int | None) -> list[Pair]:
    """At most `limit` of the pairs, the same ones each time, in their order."""
    if limit is None or limit >= len(pairs):
        return list(pairs)
    return [pairs[i] for i in sorted(random.Random(0).sample(range(len(pairs)), limit))]


def agreement(judge: Judge, pairs: Iterable[Pair]) -> Agreement:
    """Both answers of each pair graded by the judge. Raises `ProviderError` where it cannot be reached."""
    same: list[float] = []
    undecided = 0
    for pair in pairs:
        if pair.preferred is None:
            continue
        one, two = (judge.judge(answer, pair.item).verdict for answer in pair.answers)
        if {one, two} == {"correct", "wrong"}:
            same.append(float((1 if one == "correct" else 2) == pair.preferred))
        else:
            undecided += 1
    return Agreement(statistics.proportion(same) if same else None, undecided)


def _pair(record: dict[str, dict[str, str]], label: int) -> Pair:
    item = Item(
        id=str(record["instance_id"]),
        question=str(record["query"]),
        kind=LONG,
        answerable=True,
        answers=(str(record["gt_answer"]),),
    )
    answers = record["model1"]["response"], record["model2"]["response"]
    return Pair(item, answers, 2 if label > 0 else 1 if label < 0 else None)
