"""Embedders by name: the packaged one, OpenAI's, or any of LlamaIndex's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.models.minilm import MiniLM

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from rag.types import Embedder

PACKAGED = "all-MiniLM-L6-v2"


def open_embedder(spec: str | BaseEmbedding = PACKAGED) -> Embedder:
    """The embedder of this name, or around this LlamaIndex object; model files are opened at first use.

    Names are `all-MiniLM-L6-v2` and `openai:<model>`; another is a `ConfigurationError`.
    """
    if not isinstance(spec, str):
        from rag.models.llamaindex_embedder import LlamaIndexEmbedder

        return LlamaIndexEmbedder(spec)
    if spec == PACKAGED:
        return MiniLM()
    provider, _, model = spec.partition(":")
    if provider == "openai" and model:
        from rag.models.openai_embedder import OpenAIEmbedder

        return OpenAIEmbedder(model)
    raise ConfigurationError(
        f"there is no embedder named {spec!r}; use {PACKAGED!r}, which needs no key, or 'openai:text-embedding-3-small'"
    )
