from __future__ import annotations

import numpy as np
import pytest

from rag.answer.spans import agreed_span, sentence_looks, words
from rag.models.reader import Reading

TEXT = "He went to Rome. She stayed in Oslo."
SENTENCES = [(0, 16), (17, 36)]
TOKENS = ((0, 2), (3, 7), (8, 10), (11, 15), (15, 16), (17, 20), (21, 27), (28, 30), (31, 35), (35, 36))


def reading(starts: dict[int, float], ends: dict[int, float], score: float = 2.0) -> Reading:
    start, end = np.zeros(len(TOKENS), np.float32), np.zeros(len(TOKENS), np.float32)
    for token, value in starts.items():
        start[token] = value
    for token, value in ends.items():
        end[token] = value
    return Reading(score, TOKENS, start, end)


def test_a_look_says_how_much_of_the_probability_lies_in_the_sentence() -> None:
    seen = sentence_looks(reading({3: 0.7, 8: 0.3}, {3: 0.6, 8: 0.4}), SENTENCES)
    assert seen[SENTENCES[0]].share == pytest.approx(0.65)
    assert seen[SENTENCES[0]].joint > seen[SENTENCES[1]].joint


def test_tokens_outside_of_every_sentence_are_no_look() -> None:
    assert list(sentence_looks(reading({0: 1.0}, {0: 1.0}), [(17, 36)])) == [(17, 36)]
    assert sentence_looks(reading({0: 1.0}, {0: 1.0}), []) == {}


def test_the_exact_answer_is_the_likeliest_stretch_of_its_sentence() -> None:
    span = agreed_span([(0, reading({3: 0.7, 8: 0.9}, {3: 0.6, 8: 0.4}))], SENTENCES[0])
    assert TEXT[slice(*span)] == "Rome"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_exact_answer_never_ends_before_it_starts_and_never_leaves_its_sentence(sentence: tuple[int, int]) -> None:
    start, end = agreed_span([(0, reading({3: 0.5, 8: 0.5}, {0: 0.6, 9: 0.4}))], sentence)
    assert sentence[0] <= start < end <= sentence[1]


def test_readings_of_one_sentence_share_the_say_over_the_answer() -> None:
    wrong_by_itself = reading({1: 0.5, 3: 0.4}, {1: 0.5, 3: 0.4})
    alone = Reading(
        2.0, TOKENS[:5], np.array([0, 0.1, 0, 0.9, 0], np.float32), np.array([0, 0.1, 0, 0.9, 0], np.float32)
    )
    assert TEXT[slice(*agreed_span([(0, wrong_by_itself)], SENTENCES[0]))] == "went"
    assert TEXT[slice(*agreed_span([(0, wrong_by_itself), (0, alone)], SENTENCES[0]))] == "Rome"


def test_without_a_common_token_the_sentence_is_the_answer() -> None:
    assert agreed_span([(100, reading({0: 1.0}, {0: 1.0}))], SENTENCES[0]) == SENTENCES[0]


def test_words_meet_over_their_endings_and_common_ones_are_left_out() -> None:
    assert words("When did the minister resign?") <= words("The minister's resignation came in May.")
    assert words("Who was it?") == set()
