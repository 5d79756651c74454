from __future__ import annotations

import pytest

from rag.answer.answer_type import answer_type


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("How many hostages were freed?", "number"),
        ("How many of the hostages were freed?", "number"),
        ("What was the death toll?", "number"),
        ("How many weeks would it last?", "duration"),
        ("How long did the talks take?", "duration"),
        ("How many km is it to Oslo?", "length"),
        ("How many pounds of cocaine were seized?", "weight"),
        ("How much did the desk cost?", "money"),
        ("What is the price of the oak desk?", "money"),
        ("How much rent does the tenant pay?", "money"),
        ("What percentage of voters agreed?", "share"),
        ("When was the bridge built?", "date"),
        ("In which year did she resign?", "date"),
        ("What is the name of the dog?", "name"),
    ],
)
def test_the_words_of_a_question_tell_the_sort_of_answer(question: str, sort: str) -> None:
    found = answer_type(question)
    assert found is not None
    assert found.sort == sort


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the memo?",
        "Why did he resign?",
        "Where is the meeting?",
        "What did it cost them in the end, politically?",
        "How much American produce will China buy?",
        "How did the talks end?",
        "",
        "*() AND",
    ],
)
def test_where_the_words_do_not_tell_nothing_is_asked_for(question: str) -> None:
    assert answer_type(question) is None


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "lacking"),
    [
        ("How many games was he suspended for?", "The fight led to multi-game suspensions.", "multi", 2),
        ("How many games was he suspended for?", "He was suspended for three games.", "three", 0),
        ("How many games was he suspended for?", "He was suspended for 3 games after the fight.", "the fight", 1),
        ("How many people signed?", "Dozens signed the letter.", "Dozens", 0),
        ("How many people came?", "He came first.", "first", 2),
        ("How many kilometres thick is the ice?", "The probe will make 45 flybys.", "45", 2),
        ("How many kilometres thick is the ice?", "The ice is 15 to 25 km thick.", "15 to 25", 0),
        ("How long was the truce?", "The 40-day truce was backed by 54%.", "40-day", 0),
        ("How long was the truce?", "The truce was backed by Hamas.", "Hamas", 2),
        ("How long did it last?", "It lasted since May.", "since May", 0),
        ("How long does the lease run?", "The lease runs to 2031.", "to 2031", 0),
        ("How many seconds did it take?", "It took 12.5 s.", "12.5", 0),
        ("When does it open?", "It opens at 9.", "at 9", 0),
        ("How much does the car cost?", "The car offers 335 horsepower.", "335 horsepower", 2),
        ("How much does the car cost?", "It starts at $39,995.", "$39,995", 0),
        ("How much does the desk cost?", "Item: Desk; Price: 240", "240", 0),
        ("What percentage agreed?", "54 percent agreed.", "54", 0),
        ("When will it be released?", "She will be re-recording her songs.", "her songs", 2),
        ("When will it be released?", "It comes out after the tour.", "after the tour", 0),
        ("When was it built?", "It is dated c1750.", "c1750", 0),
        ("When is it due?", "Due: 2024-05-03", "2024-05-03", 0),
        ("How many pounds is the deposit?", "The deposit is £1,250.", "£1,250", 0),
        ("What is the name of the girl?", "Webb, 51, was convicted of kidnapping the girl.", "51", 2),
        ("What is the name of the girl?", "The girl, Salem Sabatka, was found.", "Salem Sabatka", 0),
        ("what is the name of the dog?", "the dog is called rex.", "rex", 0),
    ],
)
def test_what_a_sentence_lacks_of_the_sort(question: str, sentence: str, answer: str, lacking: int) -> None:
    wanted = answer_type(question)
    assert wanted is not None
    assert wanted.lacking(sentence, answer) == lacking


def test_of_a_long_question_the_beginning_tells() -> None:
    assert answer_type("How many days? " + "how much is " * 5_000) == answer_type("How many days?")
