"""Folding: repetition goes behind the best passage, news stays."""

from __future__ import annotations

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


def test_nearly_the_same_text_is_folded() -> None:
    edited = STORY.replace("which is expected", "something expected")
    assert sources(fold([passage("a", STORY), passage("b", edited)])) == ["a"]
    assert sources(fold([passage("a", STORY), passage("b", "  " + STORY.replace(". ", ".\n\n"))])) == ["a"]


def test_another_number_name_or_negation_is_news() -> None:
    for changed in (
        STORY.replace("three weeks", "3 weeks"),
        STORY.replace("Tuesday", "Monday"),
        STORY.replace("is expected", "is not expected"),
    ):
        assert sources(fold([passage("a", STORY), passage("b", changed)])) == ["a", "b"]


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


def test_numbers_in_words_and_who_did_it_to_whom_are_news() -> None:
    told = "Alice Stone paid Bob Reed, and two people left. " + STORY
    assert len(fold([passage("a", told), passage("b", told.replace("two", "nine"))])) == 2
    exchanged = told.replace("Alice Stone paid Bob Reed", "Bob Reed paid Alice Stone")
    assert len(fold([passage("a", told), passage("b", exchanged)])) == 2
