"""From scores to a probability that the answer is right, and from a stated risk to a threshold on it.

The figures below are fitted by `python -m training.reader.calibrate` on documents that training never saw.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from rag.answer.spans import Candidate
from rag.errors import ConfigurationError

DEFAULT_RISK = 0.1


@dataclass(frozen=True, slots=True)
class Features:
    """What the probability rests on, for one candidate; of the looks, means, so that no single one decides.

    The words that question and passage share and the rank in retrieval were tried too: they gained nothing that
    could be told from chance.
    """

    score: float
    """The reader's logit."""
    share: float
    """log of the part of the probability that lies in the sentence."""
    lacking: int
    """Of the sort of answer that is asked for, as in `Candidate`."""

    @classmethod
    def of(cls, candidate: Candidate) -> Features:
        looks = candidate.looks
        shares = sum(math.log(max(look.share, 1e-3)) for look in looks)
        return cls(sum(look.score for look in looks) / len(looks), shares / len(looks), candidate.lacking)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression, and what it gives to questions that the documents do not answer."""

    bias: float
    score: float
    share: float
    lacking: float
    thresholds: tuple[tuple[float, float], ...]
    """(risk, confidence), by rising risk: of questions whose document is missing at most that share reach that
    confidence, and no more where the document is there and only the passage with its answer is missing; with a margin,
    as that was measured on some 140 of each."""

    def ranking_score(self, features: Features) -> float:
        """Log-odds that the candidate is right: orders the candidates of one question."""
        return self.bias + self.score * features.score + self.share * features.share + self.lacking * features.lacking

    def threshold(self, risk: float) -> float:
        """The confidence that an answer needs, so that of the questions without one at most `risk` are answered.

        That is over questions whose answer was taken out; of those that were written to mislead, several times as many
        are.
        Between the fitted points it is interpolated; risk 1 answers always, 0 never.
        """
        if not 0 <= risk <= 1:
            raise ConfigurationError(
                f"the risk must be between 0 and 1, not {risk}; 0.1 answers at most 1 in 10 of the questions that the "
                "documents do not answer"
            )
        points = ((0.0, 1.0), *self.thresholds, (1.0, 0.0))
        at = bisect_left([r for r, _ in points], risk)
        for (low, high_bar), (high, low_bar) in list(pairwise(points))[max(0, at - 1) :]:
            if low <= risk <= high:
                along = (risk - low) / (high - low) if high > low else 0.0
                return high_bar + along * (low_bar - high_bar)
        return 0.0


def probability(log_odds: float) -> float:
    """The logistic function, without overflow."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, log_odds))))


FITTED = Calibration(
    bias=-1.112,
    score=0.7687,
    share=0.5804,
    lacking=-0.8887,
    thresholds=(
        (0.02, 0.8034),
        (0.05, 0.5489),
        (0.1, 0.2901),
        (0.15, 0.1701),
        (0.2, 0.1385),
        (0.3, 0.0702),
        (0.4, 0.047),
        (0.5, 0.038),
        (0.7, 0.016),
    ),
)
