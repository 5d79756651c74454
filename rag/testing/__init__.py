"""Fakes that ship: parts that need no model and no network, for tests of what is built on Footnote."""

from rag.testing.embedder import HashEmbedder
from rag.testing.llm import ScriptedLLM
from rag.testing.server import ScriptedServer

__all__ = ["HashEmbedder", "ScriptedLLM", "ScriptedServer"]
