"""Any LlamaIndex embedding as one of ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from rag.errors import ProviderError, RagError
from rag.models.checked import unit_vectors

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from rag.types import Vectors


class LlamaIndexEmbedder:
    """Asks a LlamaIndex embedding, and refuses what it gives where that is no vector.

    Whatever it raises becomes a `ProviderError`. Batches and retries are its own.
    """

    def __init__(self, embedding: BaseEmbedding) -> None:
        self._embedding = embedding

    @property
    def name(self) -> str:
        """Class and model name: two embeddings that differ in neither are taken for the same."""
        return f"llamaindex:{self._embedding.class_name()}:{self._embedding.model_name}"

    @cached_property
    def dimensions(self) -> int:
        """Learned by embedding one word, the first time that it is asked for."""
        return len(self._vectors(["dimensions"], None)[0])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return self._vectors(texts, self.dimensions)

    def embed_question(self, question: str) -> Vectors:
        try:
            row = self._embedding.get_query_embedding(question)
        except Exception as error:
            raise self._failed(error) from error
        vector: Vectors = unit_vectors([row], 1, self.dimensions, self.name)[0]
        return vector

    def _vectors(self, texts: Sequence[str], dimensions: int | None) -> Vectors:
        try:
            rows = self._embedding.get_text_embedding_batch(list(texts)) if texts else []
        except Exception as error:
            raise self._failed(error) from error
        return unit_vectors(rows, len(texts), dimensions, self.name)

    def _failed(self, error: Exception) -> RagError:
        if isinstance(error, RagError):
            return error
        return ProviderError(f"{self.name} was to embed, but raised {type(error).__name__}: {error}")
