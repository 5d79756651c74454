"""Fits the probability that an answer is right, on held-out documents: `python -m training.reader.calibrate`.

Prints the `Calibration` for rag/answer/calibration.py. The regression sees questions with their answer, with their
document taken out, and SQuAD 2.0's unanswerable ones. A threshold keeps its risk over the questions whose document was
taken out, and over those of whose document only the answering passage was. They are few, so it has a margin for chance.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
from scipy.stats import beta

from rag.answer.calibration import Calibration, probability
from rag.models.reader import Reader
from rag.models.session import ModelFile
from training.reader.development import Judged, judge, passages_taken_out, whole_corpus

RISKS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7)
CERTAINTY = 0.8
"""That a threshold keeps its risk on other such questions (Bates and others, 2021, with the exact binomial bound)."""
PENALTY = 1.0
SEED = 5


def fit(judged: Sequence[Judged]) -> Calibration:
    """Two regressions: which candidate is right, over all of them; then whether a question's best one is.

    The second sets slope and bias alone, so it leaves the order of the candidates as it is.
    """
    rows = [np.array([astuple(f) for f in one.features]) for one in judged]
    labels = [np.array(one.right, float) for one in judged]
    weights = logistic(np.concatenate(rows), np.concatenate(labels))
    scores = [weights[0] + x @ weights[1:] for x in rows]
    best = np.array([s.max() for s in scores])
    right = np.array([y[s.argmax()] for s, y in zip(scores, labels, strict=True)])
    shift, slope = logistic(best[:, None], right)
    weights = slope * weights
    weights[0] += shift
    return Calibration(*(round(float(w), 4) for w in weights), thresholds=())


def thresholds(
    calibration: Calibration, gone: Sequence[Judged], near: Sequence[Judged]
) -> tuple[tuple[float, float], ...]:
    """(risk, confidence) by rising risk, from questions whose document is gone and from near misses."""
    parts = [sorted((confidence(calibration, one) for one in part), reverse=True) for part in (gone, near)]
    return tuple((risk, max(_bar(part, risk) for part in parts)) for risk in RISKS)


def _bar(confidences: Sequence[float], risk: float) -> float:
    """Reached by so few of these, highest first, that with `CERTAINTY` their true share is at most the risk; or 1."""
    n = len(confidences)
    at_most = beta.ppf(CERTAINTY, np.arange(n) + 1, n - np.arange(n))  # the true share, where so many reach it
    kept = int((at_most <= risk).sum())
    return math.floor(1e4 * confidences[kept - 1] + 1) / 1e4 if kept else 1.0


def logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bias and weights of the penalised regression, by Newton's method."""
    scale = x.std(0) + 1e-9
    design = np.hstack([np.ones((len(x), 1)), x / scale])
    weights = np.zeros(design.shape[1])
    ridge = PENALTY * np.diag([0.0] + [1.0] * x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (p - y) + ridge @ weights
        curvature = design.T @ (design * (p * (1 - p))[:, None]) + ridge
        weights -= np.linalg.solve(curvature, gradient)
    return np.concatenate([weights[:1], weights[1:] / scale])


def confidence(calibration: Calibration, judged: Judged) -> float:
    """Of the best candidate; 0 where there is none."""
    return max((probability(calibration.ranking_score(f)) for f in judged.features), default=0.0)


def model_file(path: Path) -> ModelFile:
    """A model outside the package, taken as it is."""
    import hashlib

    return ModelFile(path, hashlib.sha256(path.read_bytes()).hexdigest())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="the folder with data.pickle")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=220, help="of each sort")
    given = parser.parse_args()
    corpus = pickle.loads((given.run / "data.pickle").read_bytes())["parts"]["calibration"]
    _, asked = whole_corpus(corpus, given.questions, given.questions, SEED, given.run / "calibration")
    reader = Reader(model_file(given.model))
    judged = [judge(reader, corpus, one) for one in asked]
    near = [judge(reader, corpus, one) for one in passages_taken_out(corpus, asked)]
    (given.run / "calibration.judged").write_bytes(pickle.dumps(judged))
    gone = [one for one in judged if not one.asked.answerable and one.asked.question.spans]
    answerable = sum(one.asked.answerable for one in judged)
    print(f"{len(judged)} questions: {answerable} answerable, {len(gone)} with their document taken out")
    print(f"{len(near)} of the answerable again, with their passage taken out")
    fitted = fit(judged)
    print(replace(fitted, thresholds=thresholds(fitted, gone, near)))


if __name__ == "__main__":
    main()
