"""The sentence ranker answers verbatim, cites what it says, and knows when nothing is alike."""

from __future__ import annotations

import pytest

from rag.answer.ranker import MAX_STATEMENTS, SentenceRanker
from rag.testing import HashEmbedder
from rag.types import Answer, Chunk, Delta, Document, Passage, Sentence

TEXT = "Rain fell on Monday. The bridge was closed by the mayor on Tuesday. Cats sleep."
DOCUMENT = Document("town.txt", TEXT, "0" * 64, "text/plain")
SENTENCES = (Sentence(0, 20), Sentence(21, 67), Sentence(68, 79))
PASSAGE = Passage(Chunk("town.txt", "0" * 64, 0, len(TEXT), TEXT, SENTENCES), 1.0, 1)


def _answer(question: str, threshold: float) -> Answer:
    ranker = SentenceRanker(HashEmbedder(512), threshold=threshold)
    *_, answer = ranker.stream(question, [PASSAGE], {"town.txt": DOCUMENT})
    assert isinstance(answer, Answer)
    return answer


def test_the_answer_is_the_sentence_verbatim_with_its_citation() -> None:
    answer = _answer("Who closed the bridge on Tuesday?", threshold=0.0)
    first = answer.statements[0]
    assert first.text == "The bridge was closed by the mayor on Tuesday."
    assert first.citations[0].quote == first.text
    assert first.supported


def test_at_most_three_sentences_are_given() -> None:
    assert 1 <= len(_answer("rain bridge cats", threshold=0.0).statements) <= MAX_STATEMENTS


def test_a_question_in_the_text_is_no_answer() -> None:
    text = "Who closed the bridge? The mayor closed it."
    document = Document("faq.txt", text, "0" * 64, "text/plain")
    chunk = Chunk("faq.txt", "0" * 64, 0, len(text), text, (Sentence(0, 22), Sentence(23, len(text))))
    ranker = SentenceRanker(HashEmbedder(512), threshold=0.0)
    *_, answer = ranker.stream("Who closed the bridge?", [Passage(chunk, 1.0, 1)], {"faq.txt": document})
    assert isinstance(answer, Answer)
    assert [s.text for s in answer.statements] == ["The mayor closed it."]


def test_below_the_threshold_the_documents_do_not_say() -> None:
    answer = _answer("What does the treaty cost?", threshold=0.99)
    assert answer.abstained
    assert answer.statements == ()
    assert answer.confidence is not None
    assert answer.reason


def test_without_passages_it_abstains_and_embeds_nothing() -> None:
    embedder = HashEmbedder()
    (answer,) = SentenceRanker(embedder).stream("Who?", [], {})
    assert isinstance(answer, Answer)
    assert answer.abstained
    assert embedder.embedded == 0


def test_what_is_streamed_is_the_answer_as_it_reads() -> None:
    events = list(SentenceRanker(HashEmbedder(), threshold=0.0).stream("bridge", [PASSAGE], {"town.txt": DOCUMENT}))
    written = "".join(event.text for event in events if isinstance(event, Delta))
    assert written == str(events[-1])


@pytest.mark.parametrize("question", ["", "?", "the", "\U0001f600"])
def test_a_question_without_content_raises_nothing(question: str) -> None:
    assert isinstance(_answer(question, threshold=0.5), Answer)
