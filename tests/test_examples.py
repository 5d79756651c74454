from __future__ import annotations

from dataclasses import replace

from rag.answer.citations import cite
from rag.examples import ELSEWHERE, examples, questions
from rag.types import Answer, Document, Statement

TEXT = (
    "Anna Berg said in the hall that nobody had told her about Project Kestrel. "
    "The mayor warned that the old bridge would not last the winter, and left. "
    "The census counted 11,240 residents in the valley. “We will rebuild the bridge before the winter,” he wrote."
)
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain")


def _right(question: str) -> Answer:
    if question in ELSEWHERE:
        return Answer(question, abstained=True)
    return Answer(question, (Statement("It is so.", (cite(DOCUMENT, 0, 10, 1),)),))


def test_questions_are_made_of_what_was_said_counted_and_quoted() -> None:
    assert list(questions(DOCUMENT)) == [
        "What did Anna Berg say about Project Kestrel?",
        "Who warned that the old bridge would not last the winter?",
        "How many residents were there?",
        "Who said “We will rebuild the bridge before the winter”?",
    ]


def test_only_questions_that_are_answered_from_their_document_are_offered_and_one_that_is_not_answered() -> None:
    found = examples([DOCUMENT], lambda q: _right(q) if "residents" not in q else Answer(q, abstained=True))
    assert len(found) == 4
    assert not any("residents" in question for question in found)
    assert found[-1] == ELSEWHERE[0]


def test_no_question_is_offered_where_none_is_answered() -> None:
    assert examples([DOCUMENT], lambda q: Answer(q, abstained=True)) == (ELSEWHERE[0],)
    assert examples([], _right) == (ELSEWHERE[0],)


def test_boilerplate_makes_no_questions() -> None:
    assert list(questions(replace(DOCUMENT, boilerplate=((0, len(TEXT)),)))) == []
