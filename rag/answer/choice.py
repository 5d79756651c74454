"""Which of the sentences that may answer are shown, which of them say the same, and which may disagree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.found import Found
from rag.answer.spans import words
from rag.answer.values import kind_of, same
from rag.types import Span

MAX_STATEMENTS = 3
NEARLY = 0.5
"""A further sentence is given where its probability is at least this share of the best one's, which is sure enough."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown of the sentences that were found."""

    answers: list[list[Found]]
    """A statement each: its sentence, and then those that give the same answer."""
    rivals: list[list[Found]]
    """What may disagree, best first: the sentences that give a value for the same thing."""


def best_answers(question: str, found: Sequence[Found], sure: Sequence[Found]) -> Choice:
    """The best and what is nearly as likely, where one answer is asked for; `found` comes likeliest first."""
    chosen, asked = _nearly_best(question, found), words(question)

    def alike(one: Found, other: Found) -> bool:
        return _same_answer(one, other) and (one.text == other.text or asked & words(one.text) <= words(other.around))

    return Choice(_merged(chosen, sure, alike), [_beside_the_best(question, chosen, sure)])


def all_answers(sure: Sequence[Found]) -> Choice:
    """All there is, in its order, where all is asked for; a heading only where its document says nothing else."""
    telling = {one.document.source for one in sure if not one.is_heading}
    chosen = [one for one in sure if not (one.is_heading and one.document.source in telling)]
    return Choice(_merged(chosen, chosen, _same_text), _equal_but_for_the_value(chosen))


def _merged(chosen: Sequence[Found], sure: Sequence[Found], alike: Callable[[Found, Found], bool]) -> list[list[Found]]:
    made: list[list[Found]] = []
    used: set[tuple[str, Span]] = set()
    for one in chosen:
        if (one.document.source, one.sentence) not in used:
            made.append([one, *(other for other in sure if other is not one and alike(one, other))])
            used.update((other.document.source, other.sentence) for other in made[-1])
    return made


def _same_text(one: Found, other: Found) -> bool:
    return one.text == other.text


def _same_answer(one: Found, other: Found) -> bool:
    """Equal values that tell something: two sentences may both hold "the" or "two" by chance."""
    return one.text == other.text or (len(one.value) > 3 and same(one.value, other.value))


def _nearly_best(question: str, found: Sequence[Found]) -> list[Found]:
    """The best and what is nearly as likely, without headings where there is more, and without other things' records.

    Of two records of one document, the one that names less of what the question names is about something else.
    """
    nearly = [one for one in found if one.confidence >= NEARLY * found[0].confidence]
    telling = [one for one in nearly if not one.is_heading] or nearly
    asked = words(question)
    named = {one: asked & words(one.text) for one in telling if one.is_record}
    other = {
        one
        for one, own in named.items()
        if any(own < more and one.document.source == rival.document.source for rival, more in named.items())
    }
    return [one for one in telling if one not in other][:MAX_STATEMENTS]


def _beside_the_best(question: str, chosen: Sequence[Found], sure: Sequence[Found]) -> list[Found]:
    """Of what was chosen and of the best of each document, that which is as near the question as the best.

    Rows of one table give different values for different things; they name those things, the question names one. In
    another document the passage may name it, and the sentence say "he".
    """
    first = chosen[0]
    named = words(question) & words(first.text)
    best: dict[str, Found] = {}
    for one in sure:
        best.setdefault(one.document.source, one)
    further = [
        one
        for one in dict.fromkeys((*chosen[1:], *best.values()))
        if named <= words(one.text if one.document.source == first.document.source else one.around)
    ]
    return [first, *(one for one in further if one is not first)]


def _equal_but_for_the_value(chosen: Sequence[Found]) -> list[list[Found]]:
    """Sentences of different documents with the same words around two values; names are items of the list.

    Where one document says it of two values, they are items too: "A bus leaves at 7:15. A bus leaves at 8:15."
    """
    alike: dict[frozenset[str], list[Found]] = {}
    for one in chosen:
        around = frozenset(words(one.text) - words(one.value))
        if around and kind_of(one.value) not in (None, "name"):
            alike.setdefault(around, []).append(one)
    return [group for group in alike.values() if len({one.document.source for one in group}) == len(group)]
