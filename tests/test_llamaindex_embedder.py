from __future__ import annotations

import math

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import Field

from rag.errors import ProviderError
from rag.models.embedder import open_embedder


class Lengths(BaseEmbedding):
    """Three numbers from a text's length; a text found in `odd` gets that vector instead."""

    odd: dict[str, list[float]] = Field(default_factory=dict)
    short: bool = False
    asked: list[str] = Field(default_factory=list)

    def _get_text_embedding(self, text: str) -> list[float]:
        if text == "raise":
            raise RuntimeError("the model is gone")
        return self.odd.get(text, [float(len(text)), 1.0, 2.0])

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [self._get_text_embedding(text) for text in texts[: -1 if self.short and len(texts) > 1 else None]]

    def _get_query_embedding(self, query: str) -> list[float]:
        self.asked.append(query)
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def test_vectors_are_at_unit_length_and_in_order_over_many_batches():
    embedder = open_embedder(Lengths(model_name="lengths", embed_batch_size=4))
    found = embedder.embed_documents(["x" * n for n in range(50)])
    assert found.shape == (50, 3)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert (np.diff(found[:, 0]) > 0).all()


def test_a_question_goes_the_way_of_questions():
    embedding = Lengths(model_name="lengths")
    assert open_embedder(embedding).embed_question("who?").shape == (3,)
    assert embedding.asked == ["who?"]


def test_no_texts_give_no_vectors():
    assert open_embedder(Lengths()).embed_documents([]).shape == (0, 3)


def test_the_name_tells_class_and_model():
    embedder = open_embedder(Lengths(model_name="lengths-v2"))
    assert embedder.name.startswith("llamaindex:")
    assert embedder.name.endswith(":lengths-v2")


@pytest.mark.parametrize(
    ("vector", "message"),
    [
        ([math.nan, 0.0, 1.0], "NaN or infinity"),
        ([math.inf, 0.0, 1.0], "NaN or infinity"),
        ([1.0, 2.0], "vectors of 3 dimensions, but gave one of 2"),
        ([], "vectors of 3 dimensions, but gave one of 0"),
        ([0.0, 0.0, 0.0], "a vector of zeros"),
    ],
)
def test_what_is_no_vector_is_refused_with_a_sentence(vector: list[float], message: str):
    embedder = open_embedder(Lengths(odd={"odd": vector}))
    for embed in (lambda: embedder.embed_documents(["fine", "odd"]), lambda: embedder.embed_question("odd")):
        with pytest.raises(ProviderError, match=message):
            embed()


def test_a_vector_too_few_is_refused():
    with pytest.raises(ProviderError, match="was given 3 texts, but gave 2 vectors"):
        open_embedder(Lengths(short=True)).embed_documents(["a", "b", "c"])


def test_what_the_embedding_raises_is_told():
    embedder = open_embedder(Lengths())
    for embed in (lambda: embedder.embed_documents(["raise"]), lambda: embedder.embed_question("raise")):
        with pytest.raises(ProviderError, match="raised RuntimeError: the model is gone"):
            embed()
