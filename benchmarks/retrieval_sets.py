"""The public questions that retrieval is measured on: which passage, or which characters of one, answer each."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rag.types import Chunk

Spans = tuple[tuple[int, int], ...]
SLACK = 3
"""Characters by which an offset may be off: COVID-QA counts white space that its texts do not begin with."""
MOST = 1_000
"""Questions of a set, but for NQ-open, COVID-QA and PolicyQA."""
Part = Literal["choose", "shown", "again", "once", "fresh"]
"""What settings are chosen on; the other halves of the same sets; their halves by another hash, which share half of
their questions with those for choosing; sets that were looked at once, after the choice; sets looked at later still."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    gold: dict[str, Spans]
    """By source, the spans of which one must lie in the chunk; no spans: any chunk of the source will do."""

    def even(self, salt: str = "") -> bool:
        """Whether it falls into the first of two halves, by a hash of its text."""
        return hashlib.sha256(f"{salt}{self.text}".encode()).digest()[0] % 2 == 0

    def found_in(self, chunk: Chunk) -> bool:
        spans = self.gold.get(chunk.source)
        return spans is not None and (not spans or any(chunk.start <= s and e <= chunk.end for s, e in spans))


@dataclass(frozen=True, slots=True)
class Corpus:
    name: str
    documents: list[tuple[str, str]]
    """Title and text; the source is the position."""
    questions: list[Question]
    part: Part | None = "choose"
    """What all its questions are for; None where each half is for something else."""

    def parts(self, question: Question) -> tuple[Part, ...]:
        if self.part is not None:
            return (self.part,)
        half: Part = "choose" if question.even() else "shown"
        return (half, "again") if question.even("fresh ") else (half,)

    def sample(self) -> Corpus:
        """At most `MOST` of the questions, by a hash of their text."""
        ordered = sorted(self.questions, key=lambda q: hashlib.sha256(q.text.encode()).digest())
        return replace(self, questions=ordered[:MOST])


def corpora(data: Path) -> Iterator[Corpus]:
    """The sets, one after the other, each read when its turn comes."""
    for halved in (natural_questions, covid, policies):
        yield replace(halved(data), part=None)
    yield policies(data, "dev")
    yield squad(data, "SQuAD 1", "squad1_train").sample()
    yield passages(data, "OneStopQA", "onestopqa").sample()
    yield passages(data, "FairytaleQA", "fairytaleqa").sample()
    yield squad(data, "Reddit", "squadshifts_reddit").sample()
    yield squad(data, "Amazon", "squadshifts_amazon_reviews").sample()
    yield replace(squad(data, "SQuAD 2", "squad2_train").sample(), part="once")
    yield replace(passages(data, "TAT-QA", "tatqa_text").sample(), part="once")
    yield replace(passages(data, "ConditionalQA", "conditionalqa_evidence").sample(), part="once")
    yield replace(passages(data, "TimeQA", "timeqa_human").sample(), part="fresh")
    yield replace(passages(data, "SelQA", "selqa_sentences").sample(), part="fresh")


def source(position: int) -> str:
    return f"{position:05}.json"


def natural_questions(data: Path) -> Corpus:
    rows = [json.loads(line) for line in _lines(data / "retrieval/nq_open_oracle_first1300.jsonl.gz")]
    pairs = [(row["question"], (passage["title"], passage["text"])) for row in rows for passage in row["ctxs"]]
    return _of_passages("NQ-open", pairs)


def policies(data: Path, file: str = "test") -> Corpus:
    """Six hundred wordings, each asked of several segments: one of them is right for each record."""
    pairs = [(qa["question"], ("", p["context"])) for p in _paragraphs(data, f"policyqa_{file}") for qa in p["qas"]]
    return _of_passages(f"PolicyQA {file}", pairs)


def covid(data: Path) -> Corpus:
    """Whole articles; the first line of one is its title."""
    return _of_paragraphs("COVID-QA", _paragraphs(data, "covidqa"), lambda text: text.partition("\n")[0])


def squad(data: Path, name: str, file: str) -> Corpus:
    """A file in SQuAD's format; questions without an answer are left out, their paragraphs are not."""
    return _of_paragraphs(name, _paragraphs(data, file), lambda _: "")


def passages(data: Path, name: str, file: str) -> Corpus:
    """A file of (question, passage, spans of the answer); passages without an answer are there to be passed over."""
    rows = [json.loads(line) for line in _lines(data / f"reader/{file}.jsonl.gz")]
    paragraphs = [
        {
            "context": row["context"],
            "qas": [
                {
                    "question": row["question"],
                    "answers": [{"text": a["text"], "answer_start": a["start"]} for a in row["answers"]],
                }
            ],
        }
        for row in rows
    ]
    return _of_paragraphs(name, paragraphs, lambda _: "")


def _of_passages(name: str, pairs: Iterable[tuple[str, tuple[str, str]]]) -> Corpus:
    positions: dict[tuple[str, str], int] = {}
    asked = dict.fromkeys((text, positions.setdefault(passage, len(positions))) for text, passage in pairs)
    return Corpus(name, list(positions), [Question(text, {source(position): ()}) for text, position in asked])


def _of_paragraphs(name: str, paragraphs: Iterable[dict[str, Any]], title: Callable[[str], str]) -> Corpus:
    """Each wording once, right wherever it was asked; questions without an answer in its place are left out."""
    positions: dict[str, int] = {}
    gold: dict[str, dict[str, Spans]] = {}
    for paragraph in paragraphs:
        context = paragraph["context"]
        at = source(positions.setdefault(context, len(positions)))
        for qa in paragraph["qas"]:
            if spans := tuple(_spans(context, qa["answers"])):
                of_question = gold.setdefault(qa["question"], {})
                of_question[at] = (*of_question.get(at, ()), *spans)
    documents = [(title(text), text) for text in positions]
    return Corpus(name, documents, [Question(text, spans) for text, spans in gold.items()])


def _spans(context: str, answers: Iterable[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """Where the answers stand; one that is not where its offset says, give or take a few characters, is left out."""
    for answer in answers:
        text, start = answer["text"].strip(), answer["answer_start"]
        found = context.find(text, max(0, start - SLACK), start + len(answer["text"]) + SLACK)
        if text and found >= 0:
            yield found, found + len(text)


def _paragraphs(data: Path, file: str) -> list[dict[str, Any]]:
    articles = json.loads("".join(_lines(data / f"reader/{file}.json.gz")))["data"]
    return [paragraph for article in articles for paragraph in article["paragraphs"]]


def _lines(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file
