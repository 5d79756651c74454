"""From the sentences that were chosen to statements: quoted with who says them, cited, and set against each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from rag.answer.choice import Choice
from rag.answer.citations import Numbering, cite
from rag.answer.conflicts import Claim, find_conflicts
from rag.answer.found import Found
from rag.answer.speakers import cited_spans, speaker
from rag.retrieve.fold import words_and_signs
from rag.types import Citation, Conflict, Document, Side, Span, Statement

CLEAR = 0.4
"""A value is set against another only where, beside its neighbours, its sentence has so much of the probability."""
_Sides = list[tuple[str, list[Found]]]


def quote(choice: Choice, documents: Mapping[str, Document]) -> tuple[tuple[Statement, ...], tuple[Conflict, ...]]:
    """One statement an answer, one more for each side of a conflict that none of them shows, and the conflicts."""
    quoted = _Quoted(documents)
    statements = [quoted.statement(alike) for alike in choice.answers if not all(map(quoted.holds, alike))]
    conflicts = []
    for sides in _disagreements(choice):
        for _, given in sides:
            cited = {citation for statement in statements for citation in statement.citations}
            if not cited & set(quoted.cited(given)) and not any(map(quoted.holds, given)):
                statements.append(quoted.statement(given))
        conflicts.append(Conflict(tuple(Side(value, quoted.cited(given)) for value, given in sides)))
    return tuple(statements), tuple(conflicts)


class _Quoted:
    """What has been quoted so far, so that nobody is named as a speaker twice running and no sentence comes twice."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._numbering = Numbering()
        self._spans: dict[tuple[str, Span], tuple[Span, ...]] = {}
        self._shown: list[tuple[str, Span]] = []
        self._before: list[tuple[str, Span]] = []

    def statement(self, alike: Sequence[Found]) -> Statement:
        """The first of them with who says it; the others, and their copies in other documents, are cited beside it."""
        first = alike[0]
        spans = sorted(self._with_speaker(first.document, first.sentence))
        told = speaker(first.document, first.sentence)
        self._before = [(first.document.source, span) for span in (*spans, *([told] if told else ()))]
        self._shown += [(first.document.source, span) for span in spans]
        text = " … ".join(" ".join(first.document.text[start:end].split()) for start, end in spans)
        return Statement(text, self.cited(alike), highlight=first.span)

    def holds(self, one: Found) -> bool:
        return _inside(self._shown, one.document, one.sentence)

    def cited(self, alike: Sequence[Found]) -> tuple[Citation, ...]:
        places = [place for one in alike for place in ((one.document, one.sentence), *self._copies(one))]
        return tuple(
            dict.fromkeys(
                self._numbering.cite(document, *span)
                for document, sentence in places
                for span in self._with_speaker(document, sentence)
            )
        )

    def _with_speaker(self, document: Document, sentence: Span) -> tuple[Span, ...]:
        """The sentence's span first; as it was decided when it was first asked for."""
        key = document.source, sentence
        if key not in self._spans:
            told = speaker(document, sentence)
            told = None if told and _inside(self._before, document, told) else told
            self._spans[key] = cited_spans(sentence, told, document.text)
        return self._spans[key]

    def _copies(self, one: Found) -> list[tuple[Document, Span]]:
        """The same sentence in the documents whose equal passages retrieval folded into this one."""
        found: list[tuple[Document, Span]] = []
        said = words_and_signs(one.document.text[slice(*one.sentence)])
        for chunk in one.passage.duplicates:
            if document := self._documents.get(chunk.source):
                spans = ((sentence.start, sentence.end) for sentence in chunk.sentences)
                same = (span for span in spans if words_and_signs(document.text[slice(*span)]) == said)
                found += [(document, span) for span in islice(same, 1)]
        return found


def _inside(places: Sequence[tuple[str, Span]], document: Document, span: Span) -> bool:
    return any(source == document.source and a <= span[0] and span[1] <= b for source, (a, b) in places)


def _disagreements(choice: Choice) -> list[_Sides]:
    """The sides of each conflict: a value, and the sentences that give it."""
    found: list[_Sides] = []
    for rivals in choice.rivals:
        cited = {
            cite(one.document, *one.sentence, number): one
            for number, one in enumerate(rivals, start=1)
            if one.share >= CLEAR
        }
        claims = [Claim(one.value, one.document.source, citation) for citation, one in cited.items()]
        found += [
            [(side.value, [cited[c] for c in side.citations]) for side in conflict.sides]
            for conflict in find_conflicts(claims)
        ]
    return found
