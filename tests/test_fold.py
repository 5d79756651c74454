"""Folding: repetition goes behind the best passage, news stays."""

from __future__ import annotations

import pytest

from rag.retrieve.fold import fold
from rag.types import Chunk, Passage, Sentence

STORY = (
    "The minister resigned on Tuesday after three weeks of talks with the unions about pay in the hospitals of the "
    "capital. Her deputy takes over until the parliament has chosen a successor, which is expected before the end "
    "of the month."
)


def passage(source: str, text: str, rank: int = 1, start: int = 0) -> Passage:
    chunk = Chunk(source, source, start, start + len(text), text, (Sentence(start, start + len(text)),))
    return Passage(chunk, 1 / rank, rank)


def sources(passages: list[Passage]) -> list[str]:
    return [found.chunk.source for found in passages]


def test_the_same_text_elsewhere_is_a_duplicate_of_the_better_passage() -> None:
    folded = fold([passage("a", STORY, 1), passage("other", "Rain fell.", 2), passage("b", STORY, 3)])
    assert sources(folded) == ["a", "other"]
    assert [chunk.source for chunk in folded[0].duplicates] == ["b"]


def test_ranks_are_counted_anew() -> None:
    folded = fold([passage("a", STORY, 1), passage("b", STORY, 2), passage("c", "Rain fell.", 3)])
    assert [found.rank for found in folded] == [1, 2]


def test_other_white_space_punctuation_capitals_and_hyphenation_make_no_other_text() -> None:
    for copied in (
        "  " + STORY.replace(". ", ".\n\n"),
        STORY.replace("Tuesday", "*Tuesday*").replace("capital.", "capital;").upper(),
        STORY.replace("parliament", "parlia-\nment").replace("successor", "suc\xadcessor"),
        STORY.replace("official", "of\ufb01cial").replace("The minister", "• The minister"),
    ):
        assert sources(fold([passage("a", STORY), passage("b", copied)])) == ["a"]


def test_versions_that_differ_in_one_word_are_both_there() -> None:
    for changed in (
        STORY.replace("resigned", "stayed"),
        STORY.replace("after", "before"),
        STORY.replace("three weeks", "3 weeks"),
        STORY.replace("Tuesday", "Monday"),
        STORY.replace("is expected", "is not expected"),
        STORY.replace("the unions", "unions"),
        STORY + " The vote is open.",
    ):
        assert sources(fold([passage("a", STORY), passage("b", changed)])) == ["a", "b"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.50", "150"),
        ("-5 °C", "5 °C"),
        ("< 5", "> 5"),
        ("£5", "$5"),
        ("5%", "5"),
        ("6:15", "61:5"),
        ("dogs: ✓", "dogs: ✗"),
        ("| a | |", "| | a |"),
    ],
)
def test_numbers_and_signs_are_read_as_they_are_written(one: str, other: str) -> None:
    assert sources(fold([passage("a", f"It is {one}."), passage("b", f"It is {other}.")])) == ["a", "b"]


def test_neighbours_that_share_a_sentence_stay_apart() -> None:
    first, second = STORY.split(". ", 1)
    overlapping = second + " The unions said they would wait for the vote and call no strike before it is over."
    assert sources(fold([passage("a", STORY), passage("a", overlapping, 2, len(first) + 2)])) == ["a", "a"]


def test_duplicates_of_a_folded_passage_are_kept() -> None:
    first, second = passage("a", STORY), passage("b", STORY, 2)
    third = Passage(second.chunk, 0.1, 3, duplicates=(passage("c", STORY).chunk,))
    assert [chunk.source for chunk in fold([first, third])[0].duplicates] == ["b", "c"]


def test_texts_of_a_word_or_none_are_compared_too() -> None:
    assert sources(fold([passage("a", "yes"), passage("b", "no"), passage("c", "yes")])) == ["a", "b"]
    assert sources(fold([passage("a", "…"), passage("b", "—")])) == ["a", "b"]
    assert fold([]) == []


def test_who_did_it_to_whom_is_news() -> None:
    told = "Alice Stone paid Bob Reed. " + STORY
    exchanged = told.replace("Alice Stone paid Bob Reed", "Bob Reed paid Alice Stone")
    assert len(fold([passage("a", told), passage("b", exchanged)])) == 2


def test_a_hyphen_before_any_number_of_blank_lines_is_folded_at_once() -> None:
    texts = [f"The ferry of Aldo is so-{lines}called." for lines in ("\n", "\n" * 200_000)]
    assert len(fold([passage(str(n), text) for n, text in enumerate(texts)])) == 1


@pytest.mark.parametrize(("one", "other"), [("Take .5 ml a day.", "Take 5 ml a day."), ("We use C#.", "We use C.")])
def test_a_point_before_a_number_and_a_sign_behind_a_name_are_news(one: str, other: str) -> None:
    assert len(fold([passage("a", one), passage("b", other)])) == 2
