"""Evidence: the sentences of the passages, each once, numbered from 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.types import Document, Passage


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence that an answer may cite by its number."""

    number: int
    document: Document
    start: int
    end: int
    passage: Passage
    """The best passage that it stands in."""

    @property
    def text(self) -> str:
        return self.document.text[self.start : self.end]


def gather(passages: Sequence[Passage], documents: Mapping[str, Document]) -> tuple[EvidenceSentence, ...]:
    """The sentences of `passages`, grouped by document in the order of its best passage, then as they stand there.

    A sentence that two overlapping passages share is there once.
    """
    best: dict[tuple[str, int, int], Passage] = {}
    order: dict[str, int] = {}
    for passage in passages:
        order.setdefault(passage.chunk.source, len(order))
        for sentence in passage.chunk.sentences:
            best.setdefault((passage.chunk.source, sentence.start, sentence.end), passage)
    keys = sorted(best, key=lambda key: (order[key[0]], key[1]))
    return tuple(
        EvidenceSentence(number, documents[source], start, end, best[source, start, end])
        for number, (source, start, end) in enumerate(keys, start=1)
    )
