"""Measures a reader on what training never saw; each figure with its n and 95% interval over documents.

    python -m training.measure --data PATH --run PATH --model rag/models/reader.onnx

PATH of --data holds reader/, abstention/ and retrieval/; --run is the training folder, whose held-out part "report"
makes the corpus. Nothing here chooses anything: thresholds come from `rag.answer.calibration` and, for single
passages, from the calibration article.
"""

from __future__ import annotations

import argparse
import gzip
import json
import pickle
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.answer.calibration import DEFAULT_RISK, FITTED, Features, probability
from rag.answer.looks import Text, look
from rag.answer.reader import READER_WEIGHT
from rag.answer.spans import Candidate
from rag.ingest.sentences import split
from rag.models.minilm import MiniLM
from rag.models.reader import Pair, Reader
from rag.retrieve.fuse import LEXICAL_WEIGHT
from training.reader.calibrate import confidence, model_file
from training.reader.corpora import SQUAD2_CALIBRATION, SQUAD2_REPORT, squad2_split
from training.reader.development import DEPTH, Judged, cached_vectors, judge, overlap, passages_taken_out, whole_corpus
from training.reader.mine import Bm25
from training.reader.statistics import split_auroc, stated

SEED = 5


@dataclass(frozen=True, slots=True)
class Single:
    """One question over one passage: the best candidate, and how good its exact answer is."""

    document: str
    answerable: bool
    score: float
    overlap: float
    f1: float
    exact: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="the training folder with data.pickle")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=360, help="of each sort at most, over the whole corpus")
    parser.add_argument("--nq", type=int, default=300, help="questions over the NQ corpus")
    parser.add_argument("--only", nargs="*", default=["squad2", "clapnq", "corpus", "nq"])
    given = parser.parse_args()
    reader = Reader(model_file(given.model))
    began = time.monotonic()
    sections = {
        "squad2": lambda: squad2(reader, given.data),
        "clapnq": lambda: clapnq(reader, given.data),
        "corpus": lambda: corpus(reader, given.run, given.questions),
        "nq": lambda: nq(reader, given.data, given.run, given.nq),
    }
    for name in given.only:
        print(f"\n{name}", flush=True)
        for line in sections[name]():
            print(f"  {line}", flush=True)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)


def squad2(reader: Reader, data: Path) -> list[str]:
    """The held-out articles, whole paragraphs; the threshold is the best on the calibration article."""
    parts = squad2_split(data)
    with gzip.open(data / "reader" / "squad2_train.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    read: dict[str, list[Single]] = {"calibration": [], "report": []}
    for article in articles:
        part = parts.get(f"squad2/{article['title']}")
        title = article["title"].replace("_", " ")
        for number, paragraph in enumerate(article["paragraphs"] if part else []):
            for qa in paragraph["qas"]:
                accepted = [a["text"] for a in qa["answers"]]
                place = f"{title}/{number}"
                read[part].append(single(reader, qa["question"], paragraph["context"], title, accepted, place))
    bars = sorted(s.score for s in read["calibration"])
    bar = max(bars, key=lambda b: _f1(read["calibration"], b).mean())
    report = read["report"]
    clusters = [s.document for s in report]
    label = np.array([s.answerable for s in report])
    has = [s for s in report if s.answerable]
    f1, exact = _f1(report, bar), _f1(report, bar, exact=True)
    return [
        f"{SQUAD2_REPORT} articles, threshold from {SQUAD2_CALIBRATION} other; {label.sum()} have an answer",
        stated("F1", lambda i: float(f1[i].mean()), clusters),
        stated("exact match", lambda i: float(exact[i].mean()), clusters),
        stated(
            "F1 where there is an answer",
            lambda i: float(np.array([s.f1 for s in has])[i].mean()),
            [s.document for s in has],
        ),
        stated("AUROC", split_auroc(np.array([s.score for s in report]), label), clusters),
        stated("AUROC of word overlap", split_auroc(np.array([s.overlap for s in report]), label), clusters),
        f"always abstaining: F1 {1 - label.mean():.3f}",
    ]  # fmt: skip


def clapnq(reader: Reader, data: Path) -> list[str]:
    """Real questions, each over its passage: with the title before it, as the assistant reads it, and without."""
    records = [
        (record, name == "answerable")
        for name in ("answerable", "unanswerable")
        for record in _lines(data / "abstention" / f"clapnq_{name}_first150.jsonl.gz")
    ]
    titled = _clapnq(reader, records, titled=True)
    return [*titled, *(f"without titles: {line}" for line in _clapnq(reader, records, titled=False))]


def _clapnq(reader: Reader, records: Sequence[tuple[dict, bool]], titled: bool) -> list[str]:
    read, held = [], []
    for record, answerable in records:
        passage = record["passages"][0]
        title = passage["title"] if titled else ""
        found = best(reader, record["input"], passage["text"], title)
        known = overlap(record["input"], f"{title} {passage['text']}")
        read.append(Single(str(record["id"]), answerable, found[1] if found else -99.0, known, 0, 0))
        if answerable and found:
            said = passage["text"][slice(*found[0].sentence)].strip()
            evidence = " ".join(_evidence(record))
            held.append(float(bool(said) and (said in evidence or _shared(said, evidence) > 0.8)))
    label, clusters, hits = np.array([s.answerable for s in read]), [s.document for s in read], np.array(held)
    return [
        stated("AUROC", split_auroc(np.array([s.score for s in read]), label), clusters),
        stated("AUROC of word overlap", split_auroc(np.array([s.overlap for s in read]), label), clusters),
        stated("best sentence is evidence", lambda i: float(hits[i].mean()), range(len(hits))),
    ]


def corpus(reader: Reader, run: Path, questions: int) -> list[str]:
    """All held-out passages as one corpus; half of the questions' documents were taken out."""
    part = pickle.loads((run / "data.pickle").read_bytes())["parts"]["report"]
    kept, asked = whole_corpus(part, questions, questions, SEED, run / "report")
    judged = [judge(reader, part, one) for one in asked]
    (run / "report.judged").write_bytes(pickle.dumps(judged))
    near = [judge(reader, part, one) for one in passages_taken_out(part, asked)]

    def documents(of: Sequence[Judged]) -> list[str]:
        return [part.windows[j.asked.question.window].document for j in of]

    answerable = [j for j in judged if j.asked.answerable]
    return [
        f"{len(kept)} passages",
        *corpus_figures(judged, documents(judged)),
        *near_figures([*answerable, *near], documents([*answerable, *near])),
    ]


def near_figures(judged: Sequence[Judged], documents: Sequence[str]) -> list[str]:
    """Of the answerable questions, and of those again whose passage was taken out while its document stayed."""
    sure = np.array([confidence(FITTED, j) for j in judged])
    label = np.array([j.asked.answerable for j in judged])
    false = sure[~label] >= FITTED.threshold(DEFAULT_RISK)
    lacking = [d for d, answerable in zip(documents, label, strict=True) if not answerable]
    return [
        stated("AUROC of confidence, passage taken out", split_auroc(sure, label), documents),
        stated("false answers, passage taken out", lambda i: float(false[i].mean()), lacking),
    ]


def corpus_figures(judged: Sequence[Judged], documents: Sequence[str]) -> list[str]:
    sure = np.array([confidence(FITTED, j) for j in judged])
    label = np.array([j.asked.answerable for j in judged])
    near = np.array([not j.asked.question.spans for j in judged])
    first, three = (np.array([_right(j, n) for j in judged]) for n in (1, 3))
    bar = FITTED.threshold(DEFAULT_RISK)
    answered = sure >= bar
    overlaps = np.array([max(j.overlaps, default=0.0) for j in judged])
    reachable = [j.asked.question.window in j.asked.retrieved for j in judged if j.asked.answerable]

    def rate(name: str, values: np.ndarray, among: np.ndarray) -> str:
        kept = values[among].astype(float)
        return stated(name, lambda i: float(kept[i].mean()), [documents[i] for i in np.flatnonzero(among)])

    def area(name: str, scores: np.ndarray, among: np.ndarray) -> str:
        return stated(name, split_auroc(scores[among], label[among]), [documents[i] for i in np.flatnonzero(among)])

    return [
        f"the question's own passage is among {DEPTH} for {np.mean(reachable):.3f}",
        area("AUROC of confidence, document taken out", sure, ~near),
        area("AUROC of word overlap, document taken out", overlaps, ~near),
        area("AUROC of confidence, SQuAD 2.0's unanswerable over its own article", sure, near | label),
        rate("right sentence first", first, label),
        rate("right sentence in three", three, label),
        rate(f"answered and right (confidence {bar:.2f})", answered & first, label),
        rate("false answers, document taken out", answered, ~label & ~near),
        rate("false answers, SQuAD 2.0's unanswerable over its own article", answered, near),
        rate("right among the answered", first, answered),
        f"always abstaining: right {(~label).mean():.3f} of all, no false answer",
    ]


def nq(reader: Reader, data: Path, run: Path, n: int) -> list[str]:
    """NQ-open's gold passages as one corpus: whether the question's own passage comes first."""
    records = _lines(data / "retrieval" / "nq_open_oracle_first1300.jsonl.gz")
    passages = [(c["title"], c["text"]) for c in (r["ctxs"][0] for r in records)]
    texts = [f"{title}\n{text}" for title, text in passages]
    vectors, embedder = cached_vectors(texts, run / "nq.npz"), MiniLM()
    asked = [r["question"] for r in records[:n]]
    dense = np.stack([embedder.embed_question(q) for q in asked]) @ vectors.T
    retrieved = convex(Bm25(texts).shares(asked), dense)
    ranked = np.argsort(-retrieved, axis=1)[:, :DEPTH]
    before, after = np.zeros(n), np.zeros(n)
    for i, (question, row) in enumerate(zip(asked, ranked, strict=True)):
        readings = reader.read(question, [Pair(passages[j][1], passages[j][0]) for j in row])
        scores = [retrieved[i, j] + READER_WEIGHT * (r.score if r else -9) for j, r in zip(row, readings, strict=True)]
        order = [int(j) for _, j in sorted(zip(scores, row, strict=True), key=lambda pair: -pair[0])]
        before[i], after[i] = _holds(records[i], passages, int(row[0])), _holds(records[i], passages, order[0])
    items = range(n)
    return [
        f"{len(passages)} passages",
        stated("recall at 1, fused", lambda i: float(before[i].mean()), items),
        stated("recall at 1, reranked", lambda i: float(after[i].mean()), items),
        stated("paired gain", lambda i: float((after - before)[i].mean()), items),
    ]


def convex(lexical: np.ndarray, dense: np.ndarray) -> np.ndarray:
    """The assistant's fusion (`rag.retrieve.fuse`), over all passages instead of the best of each ranking."""
    meaning = np.maximum(0, dense / dense.max(axis=1, keepdims=True))
    return LEXICAL_WEIGHT * lexical + (1 - LEXICAL_WEIGHT) * meaning


def best(reader: Reader, question: str, text: str, title: str = "") -> tuple[Candidate, float] | None:
    """The likeliest sentence of the text with its log-odds, found as the assistant finds it."""
    found = look(reader, question, [Text(Pair(text, title), [(s.start, s.end) for s in split(text)])])
    scored = [(candidate, FITTED.ranking_score(Features.of(candidate))) for candidate in found]
    return max(scored, key=lambda pair: pair[1], default=None)


def single(reader: Reader, question: str, text: str, title: str, accepted: Sequence[str], document: str) -> Single:
    found, known = best(reader, question, text, title), overlap(question, text)
    if found is None:
        return Single(document, bool(accepted), -99.0, known, 0, 0)
    candidate, score = found
    said = text[slice(*candidate.span)]
    f1 = max((_token_f1(said, a) for a in accepted), default=0.0)
    exact = max((float(_normalised(said) == _normalised(a)) for a in accepted), default=0.0)
    return Single(document, bool(accepted), score, known, f1, exact)


def _f1(read: Sequence[Single], bar: float, exact: bool = False) -> np.ndarray:
    """Per question: the answer's F1 where it is given, 1 where it is rightly withheld."""
    given = [s.score >= bar for s in read]
    return np.array(
        [(s.exact if exact else s.f1) if g else float(not s.answerable) for s, g in zip(read, given, strict=True)]
    )


def _right(judged: Judged, within: int) -> bool:
    order = np.argsort([-probability(FITTED.ranking_score(f)) for f in judged.features], kind="stable")[:within]
    return any(judged.right[i] for i in order)


def _holds(record: dict, passages: Sequence[tuple[str, str]], j: int) -> float:
    gold = record["ctxs"][0]
    return float(passages[j] == (gold["title"], gold["text"]))


def _evidence(record: dict) -> list[str]:
    return [s for output in record["output"] for s in output.get("selected_sentences", [])]


def _shared(said: str, evidence: str) -> float:
    words = _normalised(said).split()
    held = set(_normalised(evidence).split())
    return sum(w in held for w in words) / len(words) if words else 0.0


def _normalised(text: str) -> str:
    plain = re.sub(r"[^\w\s]", "", text.lower())
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", plain).split())


def _token_f1(said: str, wanted: str) -> float:
    a, b = _normalised(said).split(), _normalised(wanted).split()
    if not a or not b:
        return float(a == b)
    same = sum((Counter(a) & Counter(b)).values())
    return 2 * same / (len(a) + len(b))


def _lines(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
