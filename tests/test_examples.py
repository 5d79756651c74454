from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.citations import cite
from rag.examples import ELSEWHERE, FOLLOW_UPS_TRIED, examples, follow_ups, questions
from rag.types import Answer, Chunk, Document, Passage, Statement

TEXT = (
    "Anna Berg said in the hall that nobody had told her about Project Kestrel. "
    "The mayor warned that the old bridge would not last the winter, and left. "
    "The census counted 11,240 residents in the valley. “We will rebuild the bridge before the winter,” he wrote."
)
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain")
BRIDGE = "Who warned that the old bridge would not last the winter?"
QUOTED = "Who said “We will rebuild the bridge before the winter”?"


def _right(question: str) -> Answer:
    if question in ELSEWHERE:
        return Answer(question, abstained=True)
    sentence = next(one.sentence for one in questions(DOCUMENT) if one.question == question)
    return Answer(question, (Statement("It is so.", (cite(DOCUMENT, *sentence, 1),)),))


def _elsewhere(question: str) -> Answer:
    return Answer(question, (Statement("It is so.", (cite(DOCUMENT, 0, 10, 1),)),))


def test_questions_are_made_of_what_was_said_counted_and_quoted() -> None:
    assert [one.question for one in questions(DOCUMENT)] == [
        "What did Anna Berg say about Project Kestrel?",
        BRIDGE,
        "How many residents were there?",
        QUOTED,
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


def test_each_question_knows_its_sentence() -> None:
    counted = next(one for one in questions(DOCUMENT) if "residents" in one.question)
    assert TEXT[slice(*counted.sentence)] == "The census counted 11,240 residents in the valley."


def test_a_question_that_is_answered_from_another_sentence_is_not_offered() -> None:
    found = examples([DOCUMENT], lambda q: Answer(q, abstained=True) if q in ELSEWHERE else _elsewhere(q))
    assert found == ("What did Anna Berg say about Project Kestrel?", ELSEWHERE[0])


def _after(question: str, asked: tuple[str, ...] = ()) -> tuple[str, ...]:
    return follow_ups(_right(question), lambda source: DOCUMENT, _right, asked)


def test_one_goes_on_with_what_stands_near_the_citations_and_was_not_asked() -> None:
    assert _after("How many residents were there?") == (
        "What did Anna Berg say about Project Kestrel?",
        BRIDGE,
        QUOTED,
    )
    assert _after("How many residents were there?", ("who warned that the old bridge would not last the winter",)) == (
        "What did Anna Berg say about Project Kestrel?",
        QUOTED,
    )


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("Who opened the old bridges?", (BRIDGE, QUOTED)),
        ("What did Berg say in Rome?", ("What did Anna Berg say about Project Kestrel?",)),
        ("What did the Pope say?", ()),
    ],
)
def test_where_the_documents_do_not_say_one_goes_on_with_what_shares_a_word(
    question: str, offered: tuple[str, ...]
) -> None:
    passage = Passage(Chunk("mill.txt", DOCUMENT.sha256, 0, len(TEXT), TEXT, ()), 1.0, 1)
    answer = Answer(question, abstained=True, passages=(passage,))
    assert follow_ups(answer, lambda source: DOCUMENT, _right) == offered
    assert follow_ups(replace(answer, passages=()), lambda source: DOCUMENT, _right) == ()


def test_no_follow_up_is_offered_that_is_not_answered_and_few_are_tried() -> None:
    tried: list[str] = []

    def ask(question: str) -> Answer:
        tried.append(question)
        return Answer(question, abstained=True)

    long = replace(DOCUMENT, text="".join(f"“The houses of street {n} will stand,” he wrote. " for n in range(200)))
    passage = Passage(Chunk("mill.txt", "", 0, len(long.text), long.text, ()), 1.0, 1)
    answer = Answer("When were the houses built?", abstained=True, passages=(passage,))
    assert follow_ups(answer, lambda source: long, ask) == ()
    assert len(tried) == FOLLOW_UPS_TRIED
