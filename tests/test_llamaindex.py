"""The LlamaIndex components: real ones, with our offsets and citations in them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import MetadataMode, QueryBundle
from llama_index.core.tools import QueryEngineTool, RetrieverTool

from rag.answer.citations import Numbering
from rag.assistant import Assistant
from rag.errors import UserError
from rag.llamaindex import as_query_engine, as_retriever
from rag.testing import HashEmbedder
from rag.types import Answer, Document, Event, Filter, Passage, Statement

DOCUMENTS = {
    "mill.txt": "The mill at Tartu grinds rye. The miller keeps bees.",
    "harbour.txt": "The harbour handled thirty ships a day. Its pilots asked for a second tug.",
}


class FirstSentence:
    """Answers with the first sentence of the best passage; to "nothing" it abstains."""

    name = "first-sentence"

    def stream(self, question: str, passages: tuple[Passage, ...], documents: dict[str, Document]) -> list[Event]:
        if "nothing" in question:
            return [Answer(question, abstained=True, reason="none asked for")]
        chunk = passages[0].chunk
        citation = Numbering().cite(documents[chunk.source], chunk.sentences[0].start, chunk.sentences[0].end)
        return [Answer(question, (Statement(citation.quote, (citation,)),), answerer=self.name)]


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    opened = Assistant.open(tmp_path / "library", embedder=HashEmbedder(), llm=FirstSentence())
    opened.ingest(folder)
    return opened


def test_a_node_is_a_chunk_with_its_id_its_text_and_its_place(assistant: Assistant) -> None:
    retriever = as_retriever(assistant)
    assert isinstance(retriever, BaseRetriever)
    best = retriever.retrieve("Who keeps bees at the mill?")[0]
    passage = assistant.retrieve("Who keeps bees at the mill?")[0]
    assert (best.node.node_id, best.score) == (passage.chunk.id, passage.score)
    found = best.node.metadata
    assert found["source"] == "mill.txt"
    assert DOCUMENTS["mill.txt"][found["start"] : found["end"]] == best.node.get_content(MetadataMode.NONE)
    json.dumps(found)


def test_the_model_is_shown_the_source_and_not_the_offsets(assistant: Assistant) -> None:
    shown = as_retriever(assistant, k=1).retrieve("bees")[0].node.get_content(MetadataMode.LLM)
    assert shown == f"source: mill.txt\n\n{DOCUMENTS['mill.txt']}"


def test_k_and_a_filter_are_kept(assistant: Assistant) -> None:
    assert len(as_retriever(assistant, k=1).retrieve("the")) == 1
    only = as_retriever(assistant, where=Filter(sources=("harbour*",))).retrieve("mill")
    assert [node.node.metadata["source"] for node in only] == ["harbour.txt"]


def test_a_bad_question_is_our_sentence_here_too(assistant: Assistant) -> None:
    with pytest.raises(UserError, match="at least one word"):
        as_retriever(assistant).retrieve("?")


def test_retrieving_asynchronously_finds_the_same(assistant: Assistant) -> None:
    retriever = as_retriever(assistant)
    found = asyncio.run(retriever.aretrieve(QueryBundle("second tug")))
    assert [node.node.node_id for node in found] == [node.node.node_id for node in retriever.retrieve("second tug")]


def test_a_response_carries_the_citations(assistant: Assistant) -> None:
    engine = as_query_engine(assistant)
    assert isinstance(engine, BaseQueryEngine)
    response = engine.query("What does the mill at Tartu grind?")
    assert str(response) == "The mill at Tartu grinds rye. [1]"
    [citation] = response.metadata["citations"]
    assert DOCUMENTS[citation["source"]][citation["start"] : citation["end"]] == citation["quote"]
    assert [node.node.metadata["citations"] for node in response.source_nodes] == [[1], []]
    json.dumps(response.metadata)


def test_a_response_says_when_the_documents_do_not(assistant: Assistant) -> None:
    response = asyncio.run(as_query_engine(assistant).aquery("nothing"))
    assert str(response) == "The documents do not say."
    assert response.metadata["abstained"] is True
    assert response.metadata["citations"] == []


def test_they_work_as_tools_of_an_agent_and_with_postprocessors(assistant: Assistant) -> None:
    tool = QueryEngineTool.from_defaults(as_query_engine(assistant), name="documents", description="the documents")
    assert "grinds rye" in str(tool("What does the mill at Tartu grind?"))
    retriever = as_retriever(assistant)
    assert "mill.txt" in str(RetrieverTool.from_defaults(retriever, description="the documents")("mill"))
    kept = SimilarityPostprocessor(similarity_cutoff=0.0).postprocess_nodes(retriever.retrieve("mill"))
    assert len(kept) == 2
