"""Embedders by name: the packaged one, OpenAI's, or any of LlamaIndex's."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.models.minilm import MiniLM

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from rag.types import Embedder

PACKAGED = "all-MiniLM-L6-v2"


def open_embedder(spec: str | BaseEmbedding = PACKAGED, api_key: str = "", base_url: str = "") -> Embedder:
    """The embedder of this name, or around this LlamaIndex object; model files are opened at first use.

    Names are `all-MiniLM-L6-v2` and `openai:<model>`, and what an embedder gives as its own `name`; another is a
    `ConfigurationError`. Key and base URL default to OPENAI_API_KEY and OPENAI_BASE_URL.
    """
    if not isinstance(spec, str):
        from rag.models.llamaindex_embedder import LlamaIndexEmbedder

        return LlamaIndexEmbedder(spec)
    packaged = MiniLM()
    if spec in (PACKAGED, packaged.name):
        return packaged
    if spec.startswith(PACKAGED + "@"):
        raise ConfigurationError(
            f"the embedder {spec} was asked for, but this version of Footnote ships {packaged.name}; "
            "ingest into a new library, or install the version that made the old one"
        )
    provider, _, model = spec.partition(":")
    if provider == "openai" and model:
        from rag.models.openai_embedder import OpenAIEmbedder

        key, url = (os.environ.get(name, "") for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"))
        return OpenAIEmbedder(model, api_key or key, base_url or url)
    raise ConfigurationError(
        f"there is no embedder named {spec!r}; use {PACKAGED!r}, which needs no key, or 'openai:text-embedding-3-small'"
    )
