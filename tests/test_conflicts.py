from __future__ import annotations

from rag.answer.conflicts import Claim, find_conflicts
from rag.types import Citation


def claim(value: str, source: str) -> Claim:
    return Claim(value, source, Citation(1, source, "00", 0, len(value), value, (1, 1)))


def values(*claims: Claim) -> list[list[str]]:
    return [[side.value for side in conflict.sides] for conflict in find_conflicts(claims)]


def test_two_documents_with_two_numbers_are_in_conflict() -> None:
    assert values(claim("34,000", "a.txt"), claim("29,000", "b.txt")) == [["34,000", "29,000"]]


def test_sources_that_agree_stand_on_one_side() -> None:
    (conflict,) = find_conflicts([claim("34,000", "a.txt"), claim("29,000", "b.txt"), claim("34000", "c.txt")])
    assert [[c.source for c in side.citations] for side in conflict.sides] == [["a.txt", "c.txt"], ["b.txt"]]


def test_two_sentences_of_one_document_may_give_two_numbers() -> None:
    assert values(claim("six-week", "a.txt"), claim("40-day", "a.txt")) == [["six-week", "40-day"]]


def test_one_sentence_is_never_in_conflict_with_itself() -> None:
    one = claim("34,000", "a.txt")
    assert find_conflicts([one, Claim("29,000", "a.txt", one.citation)]) == ()


def test_what_is_of_another_measure_stands_on_no_side() -> None:
    assert values(claim("40-day", "a.txt"), claim("from 40 to 33", "b.txt"), claim("six-week", "c.txt")) == [
        ["40-day", "six-week"]
    ]


def test_one_document_may_give_several_names() -> None:
    assert values(claim("Maria Keller", "a.txt"), claim("Ada Huber", "a.txt")) == []
    assert values(claim("Maria Keller", "a.txt"), claim("Ada Huber", "b.txt")) == [["Maria Keller", "Ada Huber"]]


def test_two_spellings_of_a_name_agree() -> None:
    assert values(claim("Antony Blinken", "a.txt"), claim("Anthony Blinken", "b.txt")) == []
    assert values(claim("Mary Keller", "a.txt"), claim("Mark Keller", "b.txt")) == [["Mary Keller", "Mark Keller"]]
    assert values(claim("Tuesday", "a.txt"), claim("Thursday", "b.txt")) == [["Tuesday", "Thursday"]]
    assert values(claim("Austria", "a.txt"), claim("Australia", "b.txt")) == [["Austria", "Australia"]]


def test_values_of_different_kinds_are_not_set_against_each_other() -> None:
    assert values(claim("Maria Keller", "a.txt"), claim("12", "b.txt")) == []


def test_two_times_of_day_are_in_conflict() -> None:
    assert values(claim("6:15", "a.txt"), claim("6:45", "b.txt")) == [["6:15", "6:45"]]
    assert values(claim("6:15", "a.txt"), claim("6.15 am", "b.txt")) == []


def test_clauses_are_never_in_conflict() -> None:
    assert values(claim("the bridge was closed", "a.txt"), claim("it rained", "b.txt")) == []


def test_what_shares_no_part_of_a_date_stands_on_no_side() -> None:
    assert values(claim("22 March", "a.txt"), claim("2024", "b.txt"), claim("24 March", "c.txt")) == [
        ["22 March", "24 March"]
    ]


def test_numbers_in_words_and_with_room_agree() -> None:
    assert values(claim("Twenty-five", "a.txt"), claim("25", "b.txt"), claim("nearly 26", "c.txt")) == []


def test_a_sentence_contradicts_no_value_that_it_has_itself() -> None:
    quote = "Ann Berg was elected in place of Bob Cohn."
    other = Claim("Bob Cohn", "b.txt", Citation(2, "b.txt", "00", 0, len(quote), quote, (1, 1)))
    assert values(claim("Ann Berg", "a.txt"), other) == []


def test_nothing_claimed_is_no_conflict() -> None:
    assert find_conflicts([]) == ()
