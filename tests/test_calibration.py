from __future__ import annotations

import pytest

from rag.answer.calibration import FITTED, Calibration, Features, probability
from rag.answer.spans import Candidate, Look
from rag.errors import ConfigurationError

CALIBRATION = Calibration(-1.0, 1.0, 0.5, -1.0, thresholds=((0.1, 0.6), (0.2, 0.4), (0.5, 0.1)))


def test_a_fitted_risk_has_its_fitted_threshold() -> None:
    assert CALIBRATION.threshold(0.2) == pytest.approx(0.4)


def test_between_fitted_risks_the_threshold_is_interpolated() -> None:
    assert CALIBRATION.threshold(0.15) == pytest.approx(0.5)


def test_no_risk_answers_never_and_all_risk_always() -> None:
    assert CALIBRATION.threshold(0) == 1.0
    assert CALIBRATION.threshold(1) == 0.0


@pytest.mark.parametrize("calibration", [CALIBRATION, FITTED])
def test_more_risk_never_asks_for_more_confidence(calibration: Calibration) -> None:
    bars = [calibration.threshold(risk / 100) for risk in range(101)]
    assert bars == sorted(bars, reverse=True)


@pytest.mark.parametrize("risk", [-0.1, 1.5, float("nan")])
def test_an_impossible_risk_is_refused_in_words(risk: float) -> None:
    with pytest.raises(ConfigurationError, match="between 0 and 1"):
        CALIBRATION.threshold(risk)


@pytest.mark.parametrize("log_odds", [-1e9, -3.0, 0.0, 3.0, 1e9])
def test_a_probability_stays_between_0_and_1(log_odds: float) -> None:
    assert 0 <= probability(log_odds) <= 1


def test_the_looks_at_a_sentence_count_alike() -> None:
    found = Features.of(Candidate(0, (0, 5), (0, 2), (Look(3.0, 1.0), Look(0.0, 0.0))))
    assert found == Features(1.5, pytest.approx(-3.45, abs=0.01), 0)
    assert CALIBRATION.ranking_score(found) == pytest.approx(-1 + 1.5 + 0.5 * found.share)


def test_a_better_logit_is_a_better_answer() -> None:
    low, high = (Features(score, -0.1, 0) for score in (-1.0, 2.0))
    assert FITTED.ranking_score(high) > FITTED.ranking_score(low)


def test_what_is_not_of_the_sort_that_is_asked_for_is_a_worse_answer() -> None:
    of_the_sort, not_of_it = (Features(1.0, -0.1, lacking) for lacking in (0, 2))
    assert FITTED.ranking_score(not_of_it) < FITTED.ranking_score(of_the_sort) - 1
