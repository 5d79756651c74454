from __future__ import annotations

import pytest

from rag.answer.conflicts import Claim, agree, find_conflicts, kind_of
from rag.types import Citation


def claim(value: str, source: str) -> Claim:
    return Claim(value, source, Citation(1, source, "00", 0, len(value), value, (1, 1)))


def values(*claims: Claim) -> list[list[str]]:
    return [[side.value for side in conflict.sides] for conflict in find_conflicts(claims)]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("34,000", "number"),
        ("more than 1.2 million people", "number"),
        ("seven", "number"),
        ("May 2023", "date"),
        ("on 14 November", "date"),
        ("2023-11-14", "date"),
        ("1998", "date"),
        ("the 1990s", None),
        ("Maria Keller", "name"),
        ("the University of Oslo", "name"),
        ("because the bridge was closed", None),
        ("it", None),
        ("", None),
    ],
)
def test_values_have_kinds(value: str, kind: str | None) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("34,000", "34000", True),
        ("1.5 million", "1,500,000", True),
        ("12 people", "15 people", False),
        ("12 people", "15 days", True),
        ("six weeks", "40 days", False),
        ("six weeks", "six days", False),
        ("one week", "7 days", True),
        ("twelve months", "a full year, 1 year", True),
        ("May 2023", "2023", True),
        ("14 May 2023", "May 14, 2023", True),
        ("May 2023", "June 2023", False),
        ("2019", "2021", False),
        ("Keller", "Maria Keller", True),
        ("Maria Keller", "Maria Huber", False),
    ],
)
def test_a_value_that_says_less_agrees_and_another_does_not(one: str, other: str, same: bool) -> None:
    kind = kind_of(one)
    assert kind is not None
    assert agree(one, other, kind) is same


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


def test_clauses_are_never_in_conflict() -> None:
    assert values(claim("the bridge was closed", "a.txt"), claim("it rained", "b.txt")) == []


def test_nothing_claimed_is_no_conflict() -> None:
    assert find_conflicts([]) == ()
