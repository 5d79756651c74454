"""The reader's score of a statement beside what it cites: fitted on half of SelQA, shown on the other and on ClapNQ.

A statement beside its own sentence is supported, beside another sentence of the same document it is not. SelQA
(emorynlp/selqa, Apache-2.0): the statement is the sentence itself. ClapNQ (primeqa/clapnq, Apache-2.0): people wrote
it in their own words, beside the sentences that they chose.

    python -m benchmarks.support_score --data PATH
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.verifier import detokenized, shown
from rag.answer.verify import Source, findings
from rag.ingest.sentences import split
from rag.models.reader import Pair, Reader

BELOW = 0.9
"""Of the unrelated ones of the tuning half, so many lie below the threshold."""
SHORTEST = 25
"""Characters of an unrelated sentence."""


@dataclass(frozen=True, slots=True)
class Case:
    """A statement, the sentence that bears it out, and one of the same document that does not."""

    statement: str
    right: str
    wrong: str
    title: str = ""

    @property
    def tunes(self) -> bool:
        return hashlib.sha256(self.right.encode()).digest()[0] % 2 == 0

    def marked(self, cited: str) -> bool:
        """Whether the check of the surface finds something."""
        return any(findings(self.statement, [Source(cited, title=self.title)]).values())


def selqa(data: Path) -> Iterator[Case]:
    with gzip.open(data / "reader/selqa_sentences.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in map(json.loads, file) if row["answers"]]
    random.Random(3).shuffle(rows)
    for row in rows:
        text, answers = row["context"], row["answers"]
        held = [(a["start"], a["start"] + len(a["text"])) for a in answers]
        spans = [(s.start, s.end) for s in split(text)]
        own = [s for s in spans if s[0] < held[0][1] and s[1] > held[0][0]]
        others = [s for s in spans if s[1] - s[0] > SHORTEST and not any(s[0] < e and s[1] > b for b, e in held)]
        if own and others:
            wrong = random.Random(answers[0]["text"]).choice(others)
            yield Case(" ".join(answers[0]["text"].split()), text[own[0][0] : own[-1][1]], text[slice(*wrong)])


def clapnq(data: Path) -> Iterator[Case]:
    with gzip.open(data / "abstention/clapnq_answerable_first150.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            answer, passage = row["output"][0], row["passages"][0]
            chosen = answer["selected_sentences"]
            others = [text for text in passage["sentences"] if text not in chosen and len(text) > SHORTEST]
            if not others:
                continue
            right = " ".join(map(detokenized, chosen))
            for span in split(answer["answer"]):
                statement = answer["answer"][span.start : span.end]
                wrong = detokenized(random.Random(statement).choice(others))
                yield Case(statement, right, wrong, passage["title"])


def scores(reader: Reader, cases: list[Case]) -> tuple[list[float], list[float]]:
    """Of the right ones and of the wrong ones."""
    read = [reader.read(c.statement, [Pair(c.right, c.title), Pair(c.wrong, c.title)]) for c in cases]
    return [r.score if r else 0.0 for r, _ in read], [w.score if w else 0.0 for _, w in read]


def report(name: str, cases: list[Case], reader: Reader, threshold: float) -> None:
    right, wrong = scores(reader, cases)
    left = [score for case, score in zip(cases, wrong, strict=True) if not case.marked(case.wrong)]
    false, true = sum(s < threshold for s in right), sum(s < threshold for s in wrong)
    more = sum(s < threshold for s in left)
    surface = len(cases) - len(left)
    print(f"| {name} | {len(cases)} | {shown(surface, len(cases))} | {shown(surface + more, len(cases))} | "
          f"{shown(true, true + false)} | {shown(false, len(cases))} |")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with reader/ and abstention/")
    parser.add_argument("--most", type=int, default=300, help="statements of a half of SelQA")
    arguments = parser.parse_args()
    reader = Reader()
    cases = list(selqa(arguments.data))
    fitting = [case for case in cases if case.tunes][: arguments.most]
    _, wrong = scores(reader, fitting)
    threshold = float(np.quantile(wrong, BELOW))
    print(f'UNRELATED = {threshold:.1f}\nFITTED_FOR = "{reader.name}"\n')
    print("| statements | n of each | unrelated: marked by the surface | with the score | precision of the score's "
          "marks | right ones below |\n|---|---|---|---|---|---|")  # fmt: skip
    report("SelQA, the other half", [c for c in cases if not c.tunes][: arguments.most], reader, round(threshold, 1))
    report("ClapNQ, in people's words", list(clapnq(arguments.data)), reader, round(threshold, 1))


if __name__ == "__main__":
    main()
