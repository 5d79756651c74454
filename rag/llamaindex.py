"""The assistant as LlamaIndex components: a retriever and a query engine that keep our offsets and citations."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from rag.types import Answer, Citation, Filter, Passage

if TYPE_CHECKING:
    from rag.assistant import Assistant

_FOR_PROGRAMS = ["sha256", "start", "end", "sentences", "rank", "duplicates", "citations"]
"""Metadata that a language model has no use for: LlamaIndex would write it before the node's text."""


def as_retriever(assistant: Assistant, k: int | None = None, where: Filter = Filter()) -> BaseRetriever:
    """The library as a LlamaIndex retriever of `k` nodes (default: the assistant's)."""
    return FootnoteRetriever(assistant, k, where)


def as_query_engine(assistant: Assistant, where: Filter = Filter()) -> BaseQueryEngine:
    """The assistant as a LlamaIndex query engine; `response.metadata["citations"]` are the citations."""
    return FootnoteQueryEngine(assistant, where)


class FootnoteRetriever(BaseRetriever):
    """Each node is a chunk: its id is the chunk's, its metadata says where in which file it stands."""

    def __init__(self, assistant: Assistant, k: int | None = None, where: Filter = Filter()) -> None:
        super().__init__()
        self._assistant = assistant
        self._k = k
        self._where = where

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        passages = self._assistant.retrieve(query_bundle.query_str, k=self._k, where=self._where)
        return [_node(passage) for passage in passages]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class FootnoteQueryEngine(BaseQueryEngine):
    """The response's text carries the marks `[1]`, its metadata the citations that they stand for.

    `source_nodes` are the passages that were searched for the answer, best first; each one's
    metadata names the citations within it. Where the documents do not say, the text says so and
    `metadata["abstained"]` is true.
    """

    def __init__(self, assistant: Assistant, where: Filter = Filter()) -> None:
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant
        self._where = where

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._assistant.ask(query_bundle.query_str, where=self._where)
        return Response(str(answer), [_node(passage, answer.citations) for passage in answer.passages], _about(answer))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)


def _about(answer: Answer) -> dict[str, Any]:
    """What the response's text does not say, as JSON types and under the names of `Answer.to_dict`."""
    plain = answer.to_dict()
    kept = ("citations", "statements", "abstained", "reason", "confidence", "conflicts", "answerer", "notes")
    return {name: plain[name] for name in kept}


def _node(passage: Passage, citations: Sequence[Citation] = ()) -> NodeWithScore:
    chunk = passage.chunk
    node = TextNode(
        id_=chunk.id,
        text=chunk.text,
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        metadata={
            "source": chunk.source,
            "sha256": chunk.sha256,
            "start": chunk.start,
            "end": chunk.end,
            "sentences": [asdict(sentence) for sentence in chunk.sentences],
            "rank": passage.rank,
            "duplicates": [{"source": c.source, "start": c.start, "end": c.end} for c in passage.duplicates],
            "citations": [c.number for c in citations if _lies_in(c, passage)],
        },
        excluded_embed_metadata_keys=[*_FOR_PROGRAMS, "source"],
        excluded_llm_metadata_keys=_FOR_PROGRAMS,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=chunk.source)},
    )
    return NodeWithScore(node=node, score=passage.score)


def _lies_in(citation: Citation, passage: Passage) -> bool:
    chunk = passage.chunk
    return citation.source == chunk.source and chunk.start <= citation.start and citation.end <= chunk.end
