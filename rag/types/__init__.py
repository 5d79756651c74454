"""The values that travel through Footnote: from a file to a chunk, from a question to an answer.

All are frozen: a value that has been checked stays checked. Offsets count characters of
`Document.text`, from 0, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.types.answers import (
    DOCUMENTS_DO_NOT_SAY,
    Answer,
    Citation,
    Conflict,
    Delta,
    Event,
    Retrieved,
    Searched,
    Side,
    Statement,
    Usage,
)
from rag.types.documents import (
    Chunk,
    Document,
    IngestReport,
    Passage,
    Section,
    Sentence,
    Skipped,
    Span,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape (n, dimensions), or (dimensions,) for one; unit length."""

CHUNK_TOKENS = 200
"""About so many make a chunk, where nobody asks for another size."""
K = 8
"""Passages, where nobody says how many."""

__all__ = [
    "CHUNK_TOKENS",
    "DOCUMENTS_DO_NOT_SAY",
    "Answer",
    "Answerer",
    "Chunk",
    "Citation",
    "Conflict",
    "Delta",
    "Document",
    "Embedder",
    "Event",
    "Filter",
    "IngestReport",
    "K",
    "Passage",
    "Retrieved",
    "Searched",
    "Section",
    "Sentence",
    "Side",
    "Skipped",
    "Span",
    "Statement",
    "Usage",
]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents a search may look at; an empty filter is all of them."""

    sources: tuple[str, ...] = ()
    """Globs over `Document.source`; any may match."""
    published_from: str = ""
    """ISO date, inclusive; documents without a date are left out once a date is asked for."""
    published_to: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.sources, str):  # else its characters would be taken for globs, and "*" is often one
            object.__setattr__(self, "sources", (self.sources,))


class Embedder(Protocol):
    """Makes vectors. Questions and documents are different inputs."""

    @property
    def name(self) -> str:
        """Identity of the model and its settings: another name means other vectors."""

    @property
    def dimensions(self) -> int: ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions), in the order of `texts`."""

    def embed_question(self, question: str) -> Vectors:
        """One unit vector, shape (dimensions,)."""


class Answerer(Protocol):
    """Turns a question and its passages into an answer."""

    @property
    def name(self) -> str: ...

    def stream(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Iterator[Event]:
        """Any number of `Delta`, then the finished `Answer`.

        `documents` holds, by source, each document that a passage stands in. With no
        passages the answer abstains and no model is called.
        """
