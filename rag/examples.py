"""Questions to begin with and to go on with, made from the documents themselves, without a model.

Patterns find a quotation, a number, what somebody said; the assistant answers each, and only one
whose answer cites the sentence that it was made from is offered. The last one to begin with is of
the other kind: common knowledge that these documents do not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rag.answer.support.words import stem, tokens
from rag.ingest.sentences import split
from rag.types import Answer, Document, Span

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
_DEEDS = {
    "accused": "Who did {} accuse?",
    "announced": "What did {} announce?",
    "called for": "What did {} call for?",
    "closed": "When did {} close?",
    "criticized": "What did {} criticize?",
    "demanded": "What did {} demand?",
    "denied": "What did {} deny?",
    "discussed": "What did {} discuss?",
    "met with": "Who did {} meet with?",
    "opened": "When did {} open?",
    "ordered": "What did {} order?",
    "promised": "What did {} promise?",
    "proposed": "What did {} propose?",
    "rejected": "What did {} reject?",
    "resigned": "Why did {} resign?",
    "visited": "What did {} visit?",
}
_DID = re.compile(rf"\b(?P<who>{_NAME})(?:, [^,]{{3,60}},)? (?:ha[sd] |have )?(?P<deed>{'|'.join(_DEEDS)})\b")
_NO_NAMES = frozenset("The A An It He She They We This That These Those In On At For And But As If I".split())
_SAYING = stem("said")
"""Of half the questions that are made here: to share it is not to be near."""
_UNITS = frozenset("years days months weeks hours minutes points times percents".split())
ELSEWHERE = (
    "How tall is Mont Blanc?",
    "Who painted the Mona Lisa?",
    "When was the first railway built?",
    "How deep is Lake Baikal?",
)
EXAMPLES_TRIED = 16
FOLLOW_UPS_TRIED = 8
AROUND = 600
"""Characters before and after a citation in which follow-up questions are looked for."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question and the sentence that it was made from."""

    question: str
    source: str
    sentence: Span

    def answered_by(self, answer: Answer) -> bool:
        """Whether an answer rests on that sentence."""
        start, end = self.sentence
        return any(c.source == self.source and c.start < end and start < c.end for c in answer.citations)


Ask = Callable[[str], Answer]


def questions(document: Document, within: Sequence[Span] | None = None) -> Iterator[Drawn]:
    """Questions that a document may answer, in the order of its text, or of the spans `within` it."""
    for start, end in [(0, len(document.text))] if within is None else within:
        for sentence in split(document.text, start, end):
            if any(start <= sentence.start < end for start, end in document.boilerplate):
                continue
            line = " ".join(document.text[sentence.start : sentence.end].split())
            if asked := _question(line):
                yield Drawn(asked, document.source, (sentence.start, sentence.end))


def examples(documents: Sequence[Document], ask: Ask, wanted: int = 3) -> tuple[str, ...]:
    """`wanted` questions that are answered from the document they were made from, and one that is not answered.

    Fewer where the documents give no more. Documents take turns.
    """
    rounds = zip_longest(*map(questions, documents))
    drawn = (one for together in rounds for one in together if one)
    unanswered = (q for q in ELSEWHERE if ask(q).abstained)
    return tuple(filter(None, (*_answered(drawn, ask, wanted, EXAMPLES_TRIED), next(unanswered, ""))))


def follow_ups(
    answer: Answer, document: Callable[[str], Document], ask: Ask, asked: Collection[str] = (), wanted: int = 3
) -> tuple[str, ...]:
    """Up to `wanted` questions that the documents answer near what an answer rests on, or came nearest to.

    They are made from what stands around the citations, then from the passages that were found; each is asked
    before it is offered. Where the documents do not say, the passages may be about anything, so only questions that
    share a word with the one asked are offered. `asked` are those that were asked before, which are left out.
    """
    cited = [(c.source, (c.start - AROUND, c.end + AROUND)) for c in answer.citations]
    found = [(p.chunk.source, (p.chunk.start, p.chunk.end)) for p in answer.passages]
    drawn = (one for source, span in (*cited, *found) for one in _inside(document(source), span))
    known = {_folded(question) for question in (answer.question, *asked)}
    new = [one for one in drawn if _folded(one.question) not in known and not one.answered_by(answer)]
    if answer.abstained:
        about = _about(answer.query or answer.question)
        new = [one for one in new if about & _about(one.question)]
    # A number without its context makes the weakest question, so those come last.
    best_first = sorted(new, key=lambda one: one.question.startswith("How many "))
    return _answered(best_first, ask, wanted, FOLLOW_UPS_TRIED)


def _inside(document: Document, span: Span) -> Iterator[Drawn]:
    """Questions from the whole lines that a span touches: a sentence that is cut in two would ask for half a thing."""
    start = document.text.rfind("\n", 0, max(0, span[0])) + 1
    end = document.text.find("\n", min(span[1], len(document.text)))
    return questions(document, [(start, len(document.text) if end < 0 else end)])


def _answered(drawn: Iterable[Drawn], ask: Ask, wanted: int, most: int) -> tuple[str, ...]:
    """The first `wanted` that are answered from the sentence they were made from, of at most `most` that are asked."""
    found: list[str] = []
    tried: set[str] = set()
    for one in drawn:
        if len(found) == wanted or len(tried) == most:
            break
        if one.question in tried:
            continue
        tried.add(one.question)
        answer = ask(one.question)
        if not answer.abstained and one.answered_by(answer):
            found.append(one.question)
    return tuple(found)


def _question(line: str) -> str:
    """What a sentence answers; empty where no pattern fits it."""
    that, quoted, counted, said = _THAT.search(line), _QUOTED.search(line), _COUNTED.search(line), _SAID.search(line)
    about = _ABOUT.search(said["rest"]) if said else None
    if that:
        return f"Who {that[1].lower()} that {that[2]}?"
    if quoted and not quoted[1][0].islower():
        return f"Who said “{quoted[1]}”?"
    if counted and (noun := counted[1] or counted[2]) not in _UNITS:
        return f"How many {noun} were there?"
    if said and about and said["who"].split()[0] not in _NO_NAMES:
        return f"What did {said['who']} say about {about['what']}?"
    did = _DID.search(line)
    if did and did["who"].split()[0] not in _NO_NAMES:
        return _DEEDS[did["deed"]].format(did["who"])
    return ""


def _about(question: str) -> set[str]:
    """The words that say what a question is about, in the form in which they are compared."""
    return {stem(token.word) for token in tokens(question) if token.is_content} - {_SAYING}


def _folded(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
