"""Fits the sentence ranker's weights and threshold: `python -m training.fit_ranker --data PATH`.

Passages of several public sets go into one library; questions are asked over all of it, each three times:
as it stands, with its own passage left out, and with its whole document left out, where nothing is right. A
logistic regression over sentences gives the weights; on documents of their own, the best sentence's score is
scaled to the probability that it is right, and the threshold is where answering stops to pay (+1 right, 0
none, -1 wrong).
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from rag import Assistant, Document, Passage
from rag.answer.evidence import gather
from rag.answer.ranker import Features, SentenceRanker, Weights
from rag.models.embedder import open_embedder
from rag.types import Embedder
from training.reader.corpora import Corpus, Question, read_parts

FAMILIES = ("squad1", "squad2", "qamr", "policyqa", "onestop")
WINDOWS, QUESTIONS = 1000, 400
K, DEPTH = 8, 50


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, required=True)
    parts = read_parts(arguments.parse_args().data)
    fit_x, fit_y, fit_q = _rows(parts["train"], seed=0)
    weights = _fit(np.vstack(fit_x), np.concatenate(fit_y))
    tune_x, tune_y, tune_q = _rows(parts["calibration"], seed=1)
    best = [(x @ weights[1:] + weights[0]) for x in tune_x]
    top = np.array([scores.max() for scores in best])
    right = np.array([y[scores.argmax()] for scores, y in zip(best, tune_y, strict=True)])
    slope_and_offset = _fit(top[:, None], right)
    scaled = Weights(
        *(weights * slope_and_offset[1] + np.eye(1, len(weights))[0] * slope_and_offset[0]).round(3).tolist()
    )
    probability = expit(top * slope_and_offset[1] + slope_and_offset[0])
    thresholds = np.arange(0.05, 0.95, 0.01)
    utility = [np.where(probability >= t, np.where(right, 1, -1), 0).mean() for t in thresholds]
    print(scaled)
    print(f"threshold {thresholds[int(np.argmax(utility))]:.2f}, utility {max(utility):+.3f}, n = {len(top)}")
    answerable = np.array(tune_q)
    print(f"answerable: best sentence right {right[answerable].mean():.3f} (n = {answerable.sum()})")
    print(f"fitted on {len(fit_q)} askings, {sum(map(len, fit_y))} sentences")
    chosen = probability >= thresholds[int(np.argmax(utility))]
    print(f"answered {chosen[answerable].mean():.3f} of the answerable, {chosen[~answerable].mean():.3f} of the others")
    ranks = top[answerable][:, None] > top[~answerable][None, :]
    print(f"AUROC of answerability {ranks.mean():.3f}")


def _rows(corpus: Corpus, seed: int) -> tuple[list[np.ndarray], list[np.ndarray], list[bool]]:
    """Features and labels of each asking's sentences, and whether its document was there."""
    windows, questions = _sample(corpus, random.Random(seed))
    embedder = open_embedder()
    ranker = SentenceRanker(_Remembering(embedder))
    xs, ys, there = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        names = _write(corpus, windows, Path(folder) / "corpus")
        assistant = Assistant.open(Path(folder) / "library", embedder=embedder)
        assistant.ingest(Path(folder) / "corpus")
        for question in questions:
            passages = assistant.retrieve(question.text, k=DEPTH)
            own = names[question.window]
            no_passage = _without(passages, own)
            no_document = _without(passages, own.split("/")[0] + "/")
            for kept, answerable in ((passages[:K], True), (no_passage, False), (no_document, False)):
                documents = {p.chunk.source: assistant.document(p.chunk.source) for p in kept}
                x, y = _asking(ranker, question, kept, documents, names[question.window])
                xs.append(x)
                ys.append(y)
                there.append(answerable)
    return xs, ys, there


def _without(passages: Sequence[Passage], gone: str) -> list[Passage]:
    """The best `K` as they would be had the sources that begin with `gone` never been there."""
    left = [p for p in passages if not p.chunk.source.startswith(gone)]
    return [replace(p, rank=rank) for rank, p in enumerate(left[:K], start=1)]


class _Remembering:
    """An embedder that embeds each sentence once: the same ones come back for question after question."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimensions = embedder.name, embedder.dimensions
        self.embed_question = embedder.embed_question
        self._embed = embedder.embed_documents
        self._known: dict[str, np.ndarray] = {}

    def embed_documents(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def _asking(
    ranker: SentenceRanker,
    question: Question,
    passages: tuple[Passage, ...] | list[Passage],
    documents: dict[str, Document],
    source: str,
) -> tuple[np.ndarray, np.ndarray]:
    evidence = gather(passages, documents)
    features: list[Features] = ranker.features(question.text, evidence)
    holds = [
        e.document.source == source and any(e.start < end and start < e.end for start, end in question.spans)
        for e in evidence
    ]
    return np.array([astuple(f) for f in features]), np.array(holds, dtype=float)


def _sample(corpus: Corpus, chance: random.Random) -> tuple[set[int], list[Question]]:
    """Questions with an answer, as many of each family, and whole documents around them."""
    questions: list[Question] = []
    for family in FAMILIES:
        of_family = [q for q in corpus.questions if q.family == family and q.spans and not q.whole_sentence]
        questions += chance.sample(of_family, min(len(of_family), QUESTIONS // len(FAMILIES)))
    windows = {q.window for q in questions}
    others = [i for i, w in enumerate(corpus.windows) if w.family in FAMILIES and i not in windows]
    return windows | set(chance.sample(others, min(len(others), max(0, WINDOWS - len(windows))))), questions


def _write(corpus: Corpus, windows: set[int], folder: Path) -> dict[int, str]:
    """One file a window, one folder a document; the names by window."""
    documents: dict[str, str] = {}
    names = {}
    for index in sorted(windows):
        window = corpus.windows[index]
        document = documents.setdefault(window.document, f"d{len(documents)}")
        names[index] = f"{document}/{index}.txt"
        path = folder / names[index]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(window.text, encoding="utf-8", newline="")
    return names


def _fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bias and weights of a logistic regression with a slight ridge."""
    design = np.hstack([np.ones((len(x), 1)), x])
    signs = 2 * y - 1

    def loss(w: np.ndarray) -> float:
        return float(np.logaddexp(0, -signs * (design @ w)).sum() + 0.01 * (w[1:] ** 2).sum())

    fitted: np.ndarray = minimize(loss, np.zeros(design.shape[1]), method="L-BFGS-B").x
    return fitted


if __name__ == "__main__":
    assert [f.name for f in fields(Weights)][1:] == [f.name for f in fields(Features)]
    main()
