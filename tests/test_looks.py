from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.answer.looks import SENTENCES, Text, look
from rag.answer.spans import Candidate
from rag.ingest.sentences import split
from rag.models.reader import Pair, Reading


class Recorder:
    """Finds "Oslo" in whatever it reads, and keeps what that was; the logit is the text's length, negated."""

    def __init__(self) -> None:
        self.read_texts: list[str] = []
        self.contexts: list[str] = []

    def truncates(self, question: str) -> bool:
        return False

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]:
        self.read_texts += [pair.passage for pair in pairs]
        self.contexts += [pair.context for pair in pairs]
        return [self._read(pair.passage) for pair in pairs]

    def _read(self, text: str) -> Reading | None:
        if text == "Nothing.":
            return None
        spans = tuple((i, i + 1) for i in range(len(text)))
        starts, ends = np.full((2, len(text)), 1e-3, np.float32)
        begin = text.find("Oslo")
        if begin >= 0:
            starts[begin], ends[begin + 3] = 1.0, 1.0
        return Reading(-float(len(text)), spans, starts / starts.sum(), ends / ends.sum())


def text(passage: str) -> Text:
    return Text(Pair(passage, "A title"), [(s.start, s.end) for s in split(passage)])


def test_the_likeliest_sentence_is_read_again_with_its_neighbours_and_alone() -> None:
    reader = Recorder()
    look(reader, "Where did she stay?", [text("One came. Two went. She stayed in Oslo. Four slept. Five woke.")])
    assert "Two went. She stayed in Oslo. Four slept." in reader.read_texts
    assert "She stayed in Oslo." in reader.read_texts
    assert reader.contexts == ["A title", *("A title", "") * 5]


def test_every_candidate_has_all_looks_and_its_answer_in_characters_of_the_passage() -> None:
    passage = "One came. Two went. She stayed in Oslo. Four slept. Five woke."
    found = look(Recorder(), "Where did she stay?", [text(passage)])
    assert {len(candidate.looks) for candidate in found} == {3}
    best = max(found, key=lambda candidate: candidate.looks[0].joint)
    assert passage[slice(*best.sentence)] == "She stayed in Oslo."
    assert passage[slice(*best.span)] == "Oslo"
    assert best.looks[1].score == -len("Two went. She stayed in Oslo. Four slept.")


def test_only_so_many_sentences_are_read_again() -> None:
    reader = Recorder()
    found = look(reader, "Where?", [text(" ".join(f"Number {i} came by." for i in range(40)))])
    assert len(found) == SENTENCES
    assert len(reader.read_texts) == 1 + 2 * SENTENCES


def test_a_sentence_far_less_likely_than_the_likeliest_is_not_read_again() -> None:
    reader = Recorder()
    near, far = text("She stayed in Oslo."), text("He stayed in Oslo for a night.")
    found = look(reader, "Where did she stay?", [near, far])
    assert [one.passage for one in found] == [0]
    assert reader.read_texts.count("He stayed in Oslo for a night.") == 1


def test_no_text_is_read_twice_and_a_sentence_of_two_passages_has_its_looks_in_both() -> None:
    reader = Recorder()
    texts = [
        text("She stayed in Oslo."),
        text("Yes. She stayed in Oslo."),
        text("She stayed in Oslo. No."),
    ]
    found = [one for one in look(reader, "Where did she stay?", texts) if "Oslo" in _said(texts, one)]
    read = list(zip(reader.read_texts, reader.contexts, strict=True))
    assert sorted(read) == sorted(set(read))
    assert [_said(texts, one) for one in found] == ["Oslo"] * 3
    assert {one.passage: [look.score for look in one.looks] for one in found} == {
        0: [-19.0, -19.0, -19.0],
        1: [-24.0, -24.0, -19.0],
        2: [-23.0, -23.0, -19.0],
    }


def _said(texts: Sequence[Text], candidate: Candidate) -> str:
    return texts[candidate.passage].pair.passage[slice(*candidate.span)]


def test_a_passage_that_cannot_be_read_gives_no_candidate() -> None:
    assert look(Recorder(), "Where?", [text("Nothing.")]) == []
    assert look(Recorder(), "Where?", []) == []


def test_a_candidate_knows_what_it_lacks_of_the_sort_that_is_asked_for() -> None:
    passage = "One came. Two went. She stayed in Oslo. Four slept. Five woke."
    for question, lacking in (("Where did she stay?", 0), ("How many weeks did she stay?", 2)):
        best = max(look(Recorder(), question, [text(passage)]), key=lambda candidate: candidate.looks[0].joint)
        assert best.lacking == lacking


def test_a_silent_sentence_is_no_candidate_and_is_read_with_the_one_that_it_asks_for() -> None:
    passage = "Can I bring my dog? Yes, on a lead."
    spans = [(s.start, s.end) for s in split(passage)]
    asked = Text(Pair(passage), spans, silent={spans[0]})
    assert [pair.passage for _, pair in asked.closer(spans[1])] == [passage, passage]
    assert [pair.passage for _, pair in Text(Pair(passage), spans).closer(spans[1])] == [passage, "Yes, on a lead."]
