"""The numbers that are no mean over questions: what they are, why they may be undefined, how they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from eval.metrics import abstention
from eval.metrics.abstention import Decision
from eval.metrics.catalogue import METRICS, Metric

RISKS = (0.05, 0.1)

OVER_ALL: tuple[tuple[Metric, str, Callable[[Sequence[Decision]], float | None]], ...] = (
    (
        Metric("f1_answered", "F1 answering", "Not knowing", "finding the answerable questions; all questions"),
        "none is answerable or answered",
        abstention.f1_answered,
    ),
    (
        Metric(
            "f1_abstained",
            "F1 abstaining",
            "Not knowing",
            "finding the unanswerable questions; all questions",
            headline=True,
        ),
        "none is unanswerable or refused",
        abstention.f1_abstained,
    ),
    (
        Metric(
            "aurc",
            "AURC",
            "Not knowing",
            "mean share of wrong answers, from the surest answer on; all answers",
            lower_is_better=True,
        ),
        "nothing was answered",
        abstention.aurc,
    ),
    *(
        (
            Metric(
                f"coverage@{risk:.0%}",
                f"coverage at {risk:.0%} risk",
                "Not knowing",
                f"share of the questions that can be answered with at most {risk:.0%} of the answers wrong",
                headline=risk == RISKS[0],
            ),
            "nothing was answered",
            partial(abstention.coverage_at, risk=risk),
        )
        for risk in RISKS
    ),
    (
        Metric(
            "auroc_answerable",
            "AUROC answerable",
            "Not knowing",
            "chance that the confidence on an answerable question is above that on an unanswerable one",
            headline=True,
        ),
        "no confidence, or all questions are answerable, or none",
        abstention.auroc_answerable,
    ),
    (
        Metric("auroc", "AUROC right", "Not knowing", "chance that a right answer is surer than a wrong one"),
        "no answer bears a confidence, or all are right, or all wrong",
        abstention.auroc_right,
    ),
    (
        Metric(
            "ece", "ECE", "Not knowing", "gap between confidence and the share of right answers", lower_is_better=True
        ),
        "no answer bears a confidence",
        abstention.ece,
    ),
)
"""Numbers that are no mean over questions: what they are, why they may be undefined, how they are made."""

LOWER_IS_BETTER = {metric.name: metric.lower_is_better for metric in (*METRICS, *(entry[0] for entry in OVER_ALL))}
"""Of every metric there is, by name."""
