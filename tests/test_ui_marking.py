from __future__ import annotations

import pytest

from ui.marking import whole_words

TEXT = "The old mill, built in 1921, closed."


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("old mill", "old mill"),
        ("ld mil", "old mill"),
        (" old mill, ", "old mill,"),
        ("92", "1921"),
        (", ", ","),
        (" ", ""),
        ("The old mill, built in 1921, closed.", TEXT),
    ],
)
def test_halves_of_words_are_made_whole_and_white_space_is_left_out(marked: str, words: str) -> None:
    start = TEXT.index(marked)
    assert TEXT[slice(*whole_words(TEXT, (start, start + len(marked))))] == words


def test_of_a_document_that_has_become_shorter_what_is_left_is_marked() -> None:
    assert TEXT[slice(*whole_words(TEXT, (len(TEXT) - 4, len(TEXT) + 9)))] == "closed."
    assert TEXT[slice(*whole_words(TEXT, (len(TEXT) + 5, len(TEXT) + 9)))] == ""
