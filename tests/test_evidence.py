"""Evidence numbers each sentence once, document by document."""

from __future__ import annotations

from rag.answer.evidence import gather
from rag.types import Chunk, Document, Passage, Sentence

TEXT = "One. Two. Three. Four."
SENTENCES = (Sentence(0, 4), Sentence(5, 9), Sentence(10, 16), Sentence(17, 22))
A = Document("a.txt", TEXT, "a" * 64, "text/plain")
B = Document("b.txt", TEXT, "b" * 64, "text/plain")


def _passage(document: Document, first: int, last: int, rank: int) -> Passage:
    sentences = SENTENCES[first : last + 1]
    start, end = sentences[0].start, sentences[-1].end
    return Passage(Chunk(document.source, document.sha256, start, end, TEXT[start:end], sentences), 1 / rank, rank)


def test_a_sentence_that_two_passages_share_is_there_once_with_its_better_passage() -> None:
    passages = [_passage(A, 1, 2, 1), _passage(A, 0, 1, 2)]
    evidence = gather(passages, {"a.txt": A})
    assert [(e.number, e.text) for e in evidence] == [(1, "One."), (2, "Two."), (3, "Three.")]
    assert [e.passage.rank for e in evidence] == [2, 1, 1]


def test_documents_stand_in_the_order_of_their_best_passage() -> None:
    evidence = gather([_passage(B, 3, 3, 1), _passage(A, 0, 0, 2), _passage(B, 0, 0, 3)], {"a.txt": A, "b.txt": B})
    assert [(e.document.source, e.text) for e in evidence] == [("b.txt", "One."), ("b.txt", "Four."), ("a.txt", "One.")]


def test_no_passages_are_no_evidence() -> None:
    assert gather([], {}) == ()
