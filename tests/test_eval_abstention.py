import random

import pytest
from scipy.stats import mannwhitneyu

from eval.metrics.abstention import (
    Decision,
    Point,
    aurc,
    auroc,
    auroc_answerable,
    auroc_right,
    coverage_at,
    ece,
    f1_abstained,
    f1_answered,
    outcome,
    risk_coverage,
    scores,
)
from rag.types import Answer, Statement
from tests.eval_fixtures import items, unanswerable

SURE_RIGHT = Decision("a", True, "answered", True, 0.9)
SURE_WRONG = Decision("b", True, "answered", False, 0.8)
UNSURE_RIGHT = Decision("c", True, "answered", True, 0.3)
REFUSED = Decision("d", True, "abstained", False, 0.1)
RIGHTLY_REFUSED = Decision("e", False, "abstained", False, 0.2)
FALSE = Decision("f", False, "answered", False, 0.4)
ALL = [SURE_RIGHT, SURE_WRONG, UNSURE_RIGHT, REFUSED, RIGHTLY_REFUSED, FALSE]


def test_the_curve_by_hand() -> None:
    # by confidence: right, wrong, wrong (false), right, of six questions
    assert risk_coverage(ALL) == (
        Point(1 / 6, 0.0, 0.9),
        Point(2 / 6, 1 / 2, 0.8),
        Point(3 / 6, 2 / 3, 0.4),
        Point(4 / 6, 2 / 4, 0.3),
    )
    assert aurc(ALL) == pytest.approx((0 + 1 / 2 + 2 / 3 + 1 / 2) / 4)
    assert coverage_at(ALL, 0.05) == pytest.approx(1 / 6)
    assert coverage_at(ALL, 0.5) == pytest.approx(4 / 6)


def test_answers_that_are_equally_sure_stand_in_one_point() -> None:
    tied = [Decision(str(i), True, "answered", i == 0, 0.5) for i in range(4)]
    assert risk_coverage(tied) == (Point(1.0, 0.75, 0.5),)


def test_answers_without_a_confidence_come_last() -> None:
    unknown = Decision("x", True, "answered", False, None)
    assert risk_coverage([unknown, SURE_RIGHT])[0] == Point(0.5, 0.0, 0.9)


def test_f1_by_hand() -> None:
    # answered 4 of which 3 answerable, answerable 4; refused 2 of which 1 unanswerable, unanswerable 2
    assert f1_answered(ALL) == pytest.approx(2 * 3 / (4 + 4))
    assert f1_abstained(ALL) == pytest.approx(2 * 1 / (2 + 2))


def test_auroc_by_hand_and_against_scipy() -> None:
    # right: 0.9, 0.3; wrong: 0.8, 0.4: of four pairs two are in order
    assert auroc_right(ALL) == 0.5
    draw = random.Random(3)
    for _ in range(50):
        scored = [(round(draw.random(), 1), draw.random() < 0.5) for _ in range(30)]
        positives, negatives = [s for s, p in scored if p], [s for s, p in scored if not p]
        trusted = mannwhitneyu(positives, negatives).statistic / (len(positives) * len(negatives))
        assert auroc(scored) == pytest.approx(trusted)


def test_confidence_on_refusals_counts_for_what_is_answerable() -> None:
    # answerable: 0.9, 0.8, 0.3, 0.1; unanswerable: 0.2, 0.4: of eight pairs five are in order
    assert auroc_answerable(ALL) == pytest.approx(5 / 8)


def test_calibration_by_hand() -> None:
    # four answers in bins of one: gaps 0.1, 0.8, 0.4, 0.7
    assert ece(ALL) == pytest.approx((0.1 + 0.8 + 0.4 + 0.7) / 4)


def test_what_is_undefined_is_none() -> None:
    assert aurc([REFUSED]) is None
    assert ece([REFUSED]) is None
    assert auroc_right([SURE_RIGHT]) is None
    assert f1_abstained([SURE_RIGHT]) is None
    assert coverage_at([REFUSED], 0.05) == 0.0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (None, "undetermined"),
        (Answer("?", abstained=True), "abstained"),
        (Answer("?", (Statement("In 1998."),)), "answered"),
        (Answer("?"), "undetermined"),
        (Answer("?", (Statement(" … "),)), "undetermined"),
        (Answer("?", (Statement("The documents don’t say who it was."),)), "undetermined"),
        (Answer("?", (Statement("I cannot answer this."),)), "undetermined"),
    ],
)
def test_every_answer_has_one_outcome(answer: Answer | None, expected: str) -> None:
    assert outcome(answer) == expected


def test_utility_by_hand() -> None:
    known, unknown = items()[0], unanswerable("u", "?")
    assert scores(known, "answered", right=True)["utility"] == 1
    assert scores(known, "answered", right=False)["utility"] == -1
    assert scores(known, "abstained", right=False)["utility"] == 0
    assert scores(known, "undetermined", right=False)["utility"] == 0
    assert scores(unknown, "abstained", right=False)["utility"] == 1
    assert scores(unknown, "answered", right=False)["utility"] == -1
