"""An embedder without a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Vectors

_WORD = re.compile(r"\w+")


class HashEmbedder:
    """An `Embedder` without a model: each word counts in one of the dimensions, so shared words bring texts near.

    `embedded` counts the texts of documents that were given to it.
    """

    def __init__(self, dimensions: int = 64, name: str = "hash") -> None:
        self.name = name
        self.dimensions = dimensions
        self.embedded = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text."""
        import numpy as np

        self.embedded += len(texts)
        return np.stack([self.embed_question(text) for text in texts])

    def embed_question(self, question: str) -> Vectors:
        """One unit vector; a text without a word points in the first dimension."""
        import numpy as np

        vector = np.zeros(self.dimensions, dtype=np.float32)
        for word in _WORD.findall(question.lower()) or [""]:
            digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            place = int.from_bytes(digest, "little")
            vector[place % self.dimensions] += 1.0 if (place >> 40) % 2 else -1.0
        if not vector.any():
            vector[0] = 1.0
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words, and two for the marks around them."""
        return [len(_WORD.findall(text)) + 2 for text in texts]
