"""SQuAD's format: each paragraph is a document, each article a cluster; questions may be impossible.

A question that is asked of several paragraphs is one question: any of them may answer it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.benchmark import Benchmark
from eval.gold import Item, Span
from eval.suites.library import Passages, SuiteError, Written, text_of


def build(data: Path, folder: Path) -> Benchmark:
    """The questions of a SQuAD file; an answer whose offset is off is left out, a question left without any too."""
    passages = Passages(folder)
    clusters: dict[str, str] = {}
    items: dict[str, Item] = {}
    try:
        for number, article in enumerate(json.loads(text_of(data))["data"]):
            title = str(article.get("title", "")).replace("_", " ")
            for item in _of_article(article, title, passages):
                asked = " ".join(item.question.casefold().split())
                items[asked] = _both(items[asked], item) if asked in items else item
                clusters.setdefault(items[asked].id, title or f"article {number}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = "data[].paragraphs[] with `context` and qas[] with `question` and answers[]"
        raise SuiteError(f"{data}: SQuAD's format was wanted, {wanted}; found {error!r}") from error
    return passages.benchmark(f"squad2 ({data.name.partition('.')[0]})", items.values(), clusters)


def _both(one: Item, other: Item) -> Item:
    """The same question asked of two paragraphs: over a library of both, either may answer it."""
    if not (one.answerable and other.answerable):
        return one.model_copy(update={**dict(other), "id": one.id}) if other.answerable else one
    answers = tuple(dict.fromkeys((*one.answers, *other.answers)))
    evidence = (tuple(dict.fromkeys((*one.evidence[0], *other.evidence[0]))),)
    return one.model_copy(update={"answers": answers, "evidence": evidence})


def _of_article(article: dict[str, Any], title: str, passages: Passages) -> Iterator[Item]:
    for paragraph in article["paragraphs"]:
        context = paragraph["context"]
        written = passages.add(context, title)
        for number, question in enumerate(paragraph["qas"]):
            if item := _item(question, context, written, f"{written.source}#{number}"):
                yield item


def _item(question: dict[str, Any], context: str, written: Written, place: str) -> Item | None:
    asked = str(question["question"]).strip()
    identity = str(question.get("id", place))
    if not asked:
        return None
    if question.get("is_impossible"):
        wrong = tuple(dict.fromkeys(a["text"] for a in question.get("plausible_answers", ()) if a["text"].strip()))
        return Item(id=identity, question=asked, kind="impossible", answerable=False, plausible_wrong=wrong)
    # the paragraph is stripped on writing: offsets move with it
    moved = len(context) - len(context.lstrip())
    spans: dict[Span, str] = {}
    for answer in question.get("answers", ()):
        start, text = answer["answer_start"], answer["text"]
        if text.strip() and context[start : start + len(text)] == text:
            span = written.span(start - moved, start - moved + len(text))
            if span.quote == text:
                spans[span] = text
    if not spans:
        return None
    answers = tuple(dict.fromkeys(spans.values()))
    return Item(
        id=identity, question=asked, kind="answerable", answerable=True, answers=answers, evidence=(tuple(spans),)
    )
