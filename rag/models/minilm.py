"""The packaged embedder: all-MiniLM-L6-v2 in eight bits, with neither key nor network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.models.session import FOLDER, ModelFile, PackagedModel, encodable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.types import Vectors

MODEL = ModelFile(
    FOLDER / "all-MiniLM-L6-v2.onnx",
    "3267d2c85ac96b17fe71859191e1b2c22a1d6988dd9faf563a1cb01e91e59f0d",
)
TOKENIZER = ModelFile(
    FOLDER / "tokenizer.json",
    "3ad857958ba886d154a5a852119fb31a0dd549d03d8a3fc20e33f2336272cc19",
)
MAX_TOKENS = 256
"""Of one text, [CLS] and [SEP] included; what comes after is not seen by the model."""
BATCH_TOKENS = 512
"""Padded tokens in a batch: what a processor's own cache holds; 2,048 take a fifth longer."""
WINDOW = 4096
"""Texts that are sorted by length together; bounds the memory for token ids."""
SEPARATOR = 102


class MiniLM:
    """Vectors of 384 dimensions: the mean of the token vectors, at unit length.

    The files are opened at the first use, once, and checked. Safe to use from many threads.
    """

    dimensions = 384

    def __init__(self, model: ModelFile = MODEL, tokenizer: ModelFile = TOKENIZER, threads: int | None = None) -> None:
        self._model = PackagedModel(model, tokenizer, threads)

    @property
    def name(self) -> str:
        return f"all-MiniLM-L6-v2@{self._model.sha256[:12]}"

    def open(self) -> None:
        """Open the files now, so that the first use does not wait for them."""
        self._model.open()

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), WINDOW):
            ids = [_cut(tokens) for tokens in self._tokens(texts[start : start + WINDOW])]
            self._fill(vectors[start : start + WINDOW], ids)
        return vectors

    def embed_question(self, question: str) -> Vectors:
        vector: Vectors = self.embed_documents([question])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, [CLS] and [SEP] included; may exceed what `embed_documents` looks at."""
        return [len(tokens) for tokens in self._tokens(texts)]

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._model.tokenizer.encode_batch_fast(encodable(texts))]

    def _fill(self, vectors: Vectors, ids: Sequence[list[int]]) -> None:
        """A row for each text."""

        def run(batch: list[int]) -> None:
            padded, mask = pad([ids[i] for i in batch])
            vectors[batch] = self._model.run({"input_ids": padded, "attention_mask": mask})[0]

        # The longest first, so that none is left to wait for at the end.
        self._model.each(run, batches([len(tokens) for tokens in ids], BATCH_TOKENS)[::-1])


def batches(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Indices into `lengths`, shortest first, in groups of at most `tokens` once padded to their longest."""
    groups: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not groups or (len(groups[-1]) + 1) * lengths[index] > tokens:
            groups.append([])
        groups[-1].append(index)
    return groups


def pad(ids: Sequence[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and attention mask, shape (n, the longest)."""
    import numpy as np

    width = max(len(tokens) for tokens in ids)
    padded = np.zeros((len(ids), width), dtype=np.int64)
    mask = np.zeros_like(padded)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return padded, mask


def _cut(tokens: list[int]) -> list[int]:
    return tokens if len(tokens) <= MAX_TOKENS else [*tokens[: MAX_TOKENS - 1], SEPARATOR]
