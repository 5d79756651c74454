"""Questions to begin with, made from the documents themselves, without a model.

Patterns find a quotation, a number, what somebody said; the assistant answers each, and only one
whose answer cites the document that it was made from is offered. The last one is of the other kind:
common knowledge that these documents do not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from rag.ingest.sentences import split
from rag.types import Answer, Document

_NAME = r"[A-Z][\w’-]*\w(?: (?:of )?[A-Z][\w’-]*\w)*(?<!’s)"
_QUOTED = re.compile(r"[“\"]([^“”\"]{25,90}?)[,.]?[”\"]")
_COUNTED = re.compile(r"\b\d{1,3}(?:,\d{3})+ ((?:[a-z]+ )?[a-z]{3,}s)\b|\b\d{2,} ([a-z]{4,}s)\b")
_THAT = re.compile(
    r"\b(said|stated|argued|warned|stressed|emphasi[sz]ed|declared|claimed|noted|insisted|acknowledged|explained|"
    r"indicated|revealed|reported|affirmed|confirmed) that (?!(?:he|she|it|they|this|these|those|his|her|their)\b)"
    r"([^.;:“”\"()]{20,110}?)(?=[,;]|[.]?$)",
    re.I,
)
_SAID = re.compile(rf"\b(?P<who>{_NAME}) (?:said|declared|argued|warned|stated)\b(?P<rest>.*)")
_ABOUT = re.compile(rf"\b(?:to|with|from|about|over|for|in) (?P<what>{_NAME})(?![’\w]| [a-z]+s\b)")
"""Not where a noun follows: "American officials" is not about American."""
_NO_NAMES = frozenset("The A An It He She They We This That These Those In On At For And But As If I".split())
_UNITS = frozenset("years days months weeks hours minutes points times percents".split())
ELSEWHERE = (
    "How tall is Mont Blanc?",
    "Who painted the Mona Lisa?",
    "When was the first railway built?",
    "How deep is Lake Baikal?",
)
MOST_TRIED = 16


def questions(document: Document) -> Iterator[str]:
    """Questions that a document may answer, in the order of its text."""
    for sentence in split(document.text):
        if any(start <= sentence.start < end for start, end in document.boilerplate):
            continue
        line = " ".join(document.text[sentence.start : sentence.end].split())
        that, quoted, counted, said = (
            _THAT.search(line),
            _QUOTED.search(line),
            _COUNTED.search(line),
            _SAID.search(line),
        )
        about = _ABOUT.search(said["rest"]) if said else None
        if that:
            yield f"Who {that[1].lower()} that {that[2]}?"
        elif quoted and not quoted[1][0].islower():
            yield f"Who said “{quoted[1]}”?"
        elif counted and (noun := counted[1] or counted[2]) not in _UNITS:
            yield f"How many {noun} were there?"
        elif said and about and said["who"].split()[0] not in _NO_NAMES:
            yield f"What did {said['who']} say about {about['what']}?"


def examples(documents: Sequence[Document], ask: Callable[[str], Answer], wanted: int = 3) -> tuple[str, ...]:
    """`wanted` questions that are answered from the document they were made from, and one that is not answered.

    Fewer where the documents give no more. Documents take turns.
    """
    found: list[str] = []
    rounds = zip_longest(*([(q, d.source) for q in questions(d)] for d in documents))
    candidates = (pair for pairs in rounds for pair in pairs if pair)
    for question, source in islice(candidates, MOST_TRIED):
        if len(found) == wanted:
            break
        answer = ask(question)
        if not answer.abstained and any(c.source == source for c in answer.citations) and question not in found:
            found.append(question)
    unanswered = (q for q in ELSEWHERE if ask(q).abstained)
    return tuple(filter(None, (*found, next(unanswered, ""))))
