from __future__ import annotations

import pytest

from rag.answer.requests import asks_for_all, asks_to_write


@pytest.mark.parametrize(
    "question",
    [
        "Which documents mention the ferry?",
        "Which  documents\tname the ferry?",
        "Which report says so?",
        "List the ministers.",
        "Name all countries that sent aid.",
        "Name the countries that sent aid.",
        "Give me every date of a meeting.",
        "Show me the opening hours.",
        "Which newspapers did he found?",
        "What were the demands?",
    ],
)
def test_some_questions_want_all_there_is(question: str) -> None:
    assert asks_for_all(question)


@pytest.mark.parametrize(
    "question",
    [
        "Name the capital of Ruritania.",
        "Give me the date of the attacks.",
        "Show me the price of the tickets.",
        "Which address did he give?",
        "Which bus did he take?",
        "What process did they use?",
        "Which series did she star in?",
        "Which paper did he found?",
        "Who was elected?",
    ],
)
def test_and_others_want_one_thing(question: str) -> None:
    assert not asks_for_all(question)


def test_a_summary_is_to_be_written_and_a_question_about_one_is_not() -> None:
    assert asks_to_write("Please summarise the documents")
    assert asks_to_write("Write me a letter to the minister.")
    assert not asks_to_write("Who wrote the summary?")
    assert not asks_to_write("Summarize what?")
