"""Answers against what gold accepts: the words, the numbers and dates, the facts that must and must not be there."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Mapping

from eval.gold import Item, alternatives
from eval.metrics.words import stands
from rag.types import Answer, Document

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation and articles, single spaces: as SQuAD's script does it."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(answer: str, accepted: str) -> float:
    """1 where both are the same once normalised."""
    return float(normalised(answer) == normalised(accepted))


def token_f1(answer: str, accepted: str) -> float:
    """Harmonic mean of precision and recall over normalised tokens, as SQuAD's script counts it.

    Where either is empty once normalised: 1 if both are.
    """
    given, wanted = normalised(answer).split(), normalised(accepted).split()
    if not given or not wanted:
        return float(given == wanted)
    same = sum((Counter(given) & Counter(wanted)).values())
    return 2 * same / (len(given) + len(wanted))


def states(text: str, fact: str) -> bool:
    """Whether the text contains the fact, numbers and dates compared by value; ` | ` separates alternatives."""
    return any(stands(wording, text) for wording in alternatives(fact))


def short_form(answer: Answer, corpus: Mapping[str, Document]) -> str:
    """The exact answer where the answerer marked one in its quotes, else the whole text."""
    marked = [_marked(statement.highlight, statement.citations[0].source, corpus)
              for statement in answer.statements
              if statement.highlight and statement.citations]  # fmt: skip
    return " ".join(filter(None, marked)) or answer.text


def scores(item: Item, answer: Answer, corpus: Mapping[str, Document]) -> dict[str, float]:
    """The scores of an answer to an answerable question; an abstention scores 0 on each that is good when high."""
    if answer.abstained:
        return missed(item)
    short, text = short_form(answer, corpus), answer.text
    accepted = item.answers or ("",)
    facts = [float(states(text, fact)) for fact in item.required_facts]
    forbidden = any(states(text, fact) for fact in item.forbidden_facts)
    matched = _any_stated(text, item.answers)
    result = {
        "correct": float(all(facts) and (matched or bool(facts)) and not forbidden),
        "exact_match": max(exact_match(short, a) for a in accepted),
        "token_f1": max(token_f1(short, a) for a in accepted),
        "answer_stated": float(matched),
    }
    if facts:
        result["fact_recall"] = sum(facts) / len(facts)
    if item.forbidden_facts:
        result["forbidden_fact"] = float(forbidden)
    return result


def missed(item: Item) -> dict[str, float]:
    """The same scores where there is no answer: nothing right was said, and nothing forbidden."""
    result = {"correct": 0.0, "exact_match": 0.0, "token_f1": 0.0, "answer_stated": 0.0}
    if item.required_facts:
        result["fact_recall"] = 0.0
    if item.forbidden_facts:
        result["forbidden_fact"] = 0.0
    return result


def _any_stated(text: str, accepted: Iterable[str]) -> bool:
    return any(states(text, answer) for answer in accepted)


def _marked(span: tuple[int, int], source: str, corpus: Mapping[str, Document]) -> str:
    return corpus[source].text[span[0] : span[1]] if source in corpus else ""
