"""Whether a gold file is fit to measure with: what `load` lets pass and a careful reader would not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from eval.gold.corpus import against_corpus
from eval.gold.items import Item, Problem, alternatives, asked
from eval.gold.load import parse


def lint(path: Path | str, corpus: Path | str) -> tuple[Problem, ...]:
    """Everything a person should look at, in the order of the file; empty when it is sound.

    Raises `GoldError` where the file itself cannot be read or is empty.
    """
    path = Path(path)
    lines, problems = parse(path, Item)
    problems += against_corpus(path, lines, Path(corpus))
    first_line_of: dict[str, int] = {}
    for line, item in lines:
        problems += tuple(Problem(path, line, message) for message in _of_item(item))
        key = asked(item.question)
        if key in first_line_of:
            message = f"asks what line {first_line_of[key]} asks; leave one of them out or reword it"
            problems += (Problem(path, line, message),)
        first_line_of.setdefault(key, line)
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _of_item(item: Item) -> Iterator[str]:
    yield from _of_answerable(item) if item.answerable else _of_unanswerable(item)
    for name in ("answers", "plausible_wrong", "required_facts", "forbidden_facts"):
        values = [" ".join(value.casefold().split()) for value in getattr(item, name)]
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield f"`{name}` holds {value!r} twice; once is enough"
    for value in sorted({_folded(a) for a in item.answers} & {_folded(w) for w in item.plausible_wrong}):
        yield f"{value!r} is both an accepted answer and a wrong one; decide which"


def _of_answerable(item: Item) -> Iterator[str]:
    if not item.evidence:
        yield "answerable, but no evidence is marked; add the spans that answer it"
    if not item.answers:
        yield "answerable, but no answer is accepted; add `answers`"
        return
    quotes = _folded(" ".join(span.quote for group in item.evidence for span in group))
    if item.evidence and not any(_follows(answer, quotes) for answer in item.answers):
        yield "the words of no accepted answer stand in the evidence; mark the span that says it, or correct `answers`"
    for fact in item.required_facts:
        if not any(_stands(wording, _folded(item.answers[0])) for wording in alternatives(fact)):
            yield f"the first accepted answer does not state the required fact {fact!r}; put a complete answer first"
    for fact in item.forbidden_facts:
        if _stands(fact, quotes):
            yield f"the forbidden fact {fact!r} stands in the evidence, so quoting it would be wrong; reword it"


def _of_unanswerable(item: Item) -> Iterator[str]:
    if item.answers or item.required_facts:
        yield "unanswerable, yet answers are accepted or facts required; leave them empty or make it answerable"
    if item.evidence:
        yield "unanswerable, yet evidence is marked; tell of the nearest text in `note`"
    if not item.plausible_wrong:
        yield "unanswerable, but no likely wrong answer is named; add `plausible_wrong`"
    if not item.note.strip():
        yield "unanswerable, but `note` does not say where the nearest text stops short; add it"


def _follows(answer: str, quotes: str) -> bool:
    """Whether every word of the answer stands in the quotes; yes and no follow from any."""
    if _folded(answer) in {"yes", "no"}:
        return True
    return set(_folded(answer).split()) <= set(quotes.split())


def _stands(fact: str, folded: str) -> bool:
    return f" {_folded(fact)} " in f" {folded} "


def _folded(text: str) -> str:
    """Lower case, words and numbers only: what two wordings that differ in punctuation share."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold().replace(",", "")))
