from __future__ import annotations

import numpy as np
import pytest

from rag.answer.spans import candidates, words
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


def test_the_sentence_with_the_most_probability_comes_first() -> None:
    first, second = candidates(reading({3: 0.7, 8: 0.3}, {3: 0.6, 8: 0.4}), 4, SENTENCES)
    assert TEXT[slice(*first.sentence)] == "He went to Rome."
    assert TEXT[slice(*first.span)] == "Rome"
    assert first.looks[0].share == pytest.approx(0.65)
    assert first.looks[0].joint > second.looks[0].joint
    assert first.passage == 4


def test_a_span_never_ends_before_it_starts_and_never_leaves_its_sentence() -> None:
    for candidate in candidates(reading({3: 0.5, 8: 0.5}, {0: 0.6, 9: 0.4}), 0, SENTENCES):
        assert candidate.sentence[0] <= candidate.span[0] < candidate.span[1] <= candidate.sentence[1]


def test_tokens_outside_of_every_sentence_give_no_candidate() -> None:
    found = candidates(reading({0: 1.0}, {0: 1.0}), 0, [(17, 36)])
    assert [candidate.sentence for candidate in found] == [(17, 36)]


def test_no_sentences_give_no_candidates() -> None:
    assert candidates(reading({0: 1.0}, {0: 1.0}), 0, []) == []


def test_words_meet_over_their_endings_and_common_ones_are_left_out() -> None:
    assert words("When did the minister resign?") <= words("The minister's resignation came in May.")
    assert words("Who was it?") == set()
