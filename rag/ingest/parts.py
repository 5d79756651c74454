"""What an ingest makes documents, chunks and texts with; tests bring their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.types import CHUNK_TOKENS, Chunk, Document, Embedder


@dataclass(frozen=True, slots=True)
class Parts:
    """The functions between a file and its vectors."""

    read: Callable[[Path, str], Document]
    """Raises `Unreadable`."""
    chunks: Callable[[Document], tuple[Chunk, ...]]
    context: Callable[[Document, Chunk], str]
    """What is embedded before the chunk's text."""

    @classmethod
    def for_embedder(cls, embedder: Embedder, chunk_tokens: int = CHUNK_TOKENS) -> Parts:
        """The package's own, with chunks of about `chunk_tokens` that fit this embedder."""
        from rag.ingest.chunk import chunk, context
        from rag.ingest.read import read

        count_tokens = getattr(embedder, "count_tokens", _estimated_tokens)
        return cls(read, lambda document: chunk(document, count_tokens, chunk_tokens), context)

    def embedded_text(self, document: Document, chunk: Chunk) -> str:
        before = self.context(document, chunk)
        return f"{before}\n{chunk.text}" if before else chunk.text


def _estimated_tokens(texts: Sequence[str]) -> list[int]:
    """For embedders that cannot count: about four characters a token in English, on the safe side."""
    return [len(text) // 3 + 2 for text in texts]
