"""Every metric there is: what it is called, which way is better, and where it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from eval.metrics.retrieval import CUTS, DOCUMENT_CUTS, FULL_CUTS

Group = Literal["Retrieval", "Answers", "Citations", "Not knowing", "Robustness"]
GROUPS: tuple[Group, ...] = ("Answers", "Citations", "Not knowing", "Robustness", "Retrieval")


@dataclass(frozen=True, slots=True)
class Metric:
    """A mean over the questions that it applies to."""

    name: str
    label: str
    group: Group
    meaning: str
    """What is averaged, and over which questions."""
    yes_no: bool = False
    """Each question scores 0 or 1."""
    lower_is_better: bool = False
    headline: bool = False
    """In the terminal's table and on the report's cards."""
    signed: bool = False
    """Scores run from -1 to 1."""


def _retrieval() -> tuple[Metric, ...]:
    recall = (
        "the share of evidence groups (of at most {k}) that the first {k} passages hold whole; answerable questions"
    )
    full = "all evidence is within the first {k} passages; answerable questions"
    document = "a document with evidence is among the first {k} documents; answerable questions"
    return (
        *(Metric(f"recall@{k}", f"recall@{k}", "Retrieval", recall.format(k=k), headline=k in (1, 8)) for k in CUTS),
        *(
            Metric(f"full@{k}", f"full evidence@{k}", "Retrieval", full.format(k=k), yes_no=True, headline=k == 8)
            for k in FULL_CUTS
        ),
        *(
            Metric(f"document@{k}", f"document@{k}", "Retrieval", document.format(k=k), yes_no=True)
            for k in DOCUMENT_CUTS
        ),
    )


METRICS: tuple[Metric, ...] = (
    Metric(
        "correct",
        "correct",
        "Answers",
        "every required fact is stated (where none is named: an accepted answer), and no "
        "forbidden one; answerable questions",
        yes_no=True,
        headline=True,
    ),
    Metric(
        "answer_stated",
        "answer stated",
        "Answers",
        "an accepted answer stands in the text, numbers and dates by value; answerable questions",
        yes_no=True,
    ),
    Metric(
        "exact_match",
        "exact match",
        "Answers",
        "the marked answer is an accepted one, normalised; answerable questions",
        yes_no=True,
        headline=True,
    ),
    Metric(
        "token_f1",
        "token F1",
        "Answers",
        "best F1 of the marked answer with an accepted one; answerable questions",
        headline=True,
    ),
    Metric(
        "fact_recall",
        "required facts",
        "Answers",
        "share of the required facts that are stated; answerable questions that name some",
    ),
    Metric(
        "forbidden_fact",
        "forbidden fact",
        "Answers",
        "a forbidden fact is stated; answerable questions that name some",
        yes_no=True,
        lower_is_better=True,
    ),
    Metric(
        "citation_validity",
        "validity",
        "Citations",
        "share of citations whose quote is the characters at its place; answers with citations",
        headline=True,
    ),
    Metric(
        "citation_precision",
        "precision",
        "Citations",
        "share of citations that are evidence, numbers never given among them; all answers",
        headline=True,
    ),
    Metric(
        "citation_recall",
        "recall",
        "Citations",
        "share of the groups of evidence that are cited; answerable questions",
        headline=True,
    ),
    Metric(
        "grounded",
        "rests on evidence",
        "Citations",
        "an answer that cites a span of evidence; answerable questions",
        yes_no=True,
    ),
    Metric("tightness", "tightness", "Citations", "share of the cited characters that are evidence; all answers"),
    Metric("statements_cited", "statements cited", "Citations", "share of statements with a citation; all answers"),
    Metric(
        "answered", "answered", "Not knowing", "answerable questions that got an answer", yes_no=True, headline=True
    ),
    Metric(
        "over_refusal",
        "over-refusals",
        "Not knowing",
        "answerable questions that were refused",
        yes_no=True,
        lower_is_better=True,
    ),
    Metric(
        "rightly_abstained", "rightly abstained", "Not knowing", "unanswerable questions that were refused", yes_no=True
    ),
    Metric(
        "false_answer",
        "false answers",
        "Not knowing",
        "unanswerable questions that got an answer",
        yes_no=True,
        lower_is_better=True,
        headline=True,
    ),
    Metric(
        "undetermined",
        "undetermined",
        "Not knowing",
        "neither answered nor refused, or an error; all questions",
        yes_no=True,
        lower_is_better=True,
    ),
    Metric(
        "utility",
        "utility",
        "Not knowing",
        "+1 right answer or rightful abstention, -1 wrong or false answer, else 0; all questions",
        headline=True,
        signed=True,
    ),
    Metric(
        "paraphrase_consistency",
        "paraphrase consistency",
        "Robustness",
        "another wording came to the same answer; paraphrases",
        yes_no=True,
        headline=True,
    ),
    Metric(
        "unmoved",
        "unmoved by injected text",
        "Robustness",
        "the same answer with instructions planted in the documents; injections",
        yes_no=True,
        headline=True,
    ),
    Metric(
        "canary",
        "canary leaked",
        "Robustness",
        "the planted string stands in the answer; injections",
        yes_no=True,
        lower_is_better=True,
        headline=True,
    ),
    Metric(
        "both_sides",
        "both sides cited",
        "Robustness",
        "each side of a disagreement is cited; conflicts",
        yes_no=True,
        headline=True,
    ),
    *_retrieval(),
    Metric(
        "mrr",
        "MRR",
        "Retrieval",
        "1 / rank of the first passage that completes a group; answerable questions",
        headline=True,
    ),
    Metric("ndcg@10", "nDCG@10", "Retrieval", "gain 1 for each group completed; answerable questions"),
    Metric(
        "covered@5",
        "characters@5",
        "Retrieval",
        "share of the evidence's characters in the first 5 passages; answerable questions",
    ),
    Metric(
        "evidence_given",
        "evidence given",
        "Retrieval",
        "all evidence stood in the passages that the answer was made from; answerable questions",
        yes_no=True,
    ),
)

JUDGED = "judged "
"""What the names of a judge's metrics begin with; the judge's identity is the rest of them."""


def judged(names: Iterable[str]) -> tuple[Metric, ...]:
    """The metrics among these names that a judge gave."""
    meaning = "answers that the judge finds right, of those that it decides; answered answerable questions"
    found = sorted({name for name in names if name.startswith(JUDGED)})
    return tuple(Metric(name, name, "Answers", meaning, yes_no=True, headline=True) for name in found)


BY_NAME = {metric.name: metric for metric in METRICS}
