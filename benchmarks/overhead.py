"""What the chain adds to the model's own time to the first token, over a library of 10,000 chunks.

The texts are passages of Natural Questions, repeated with other numbers in them; their vectors are random
(how long a search takes does not depend on what they mean), the questions are embedded by the packaged model.

    python -m benchmarks.overhead --data PATH
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag import Assistant, Settings
from rag.models.embedder import open_embedder
from rag.testing import HashEmbedder, ScriptedServer
from rag.testing.server import says
from rag.types import Delta

FIRST_S = 0.2
"""How long the scripted model takes to its first token."""


class FastToBuild:
    """Random vectors for documents; a question costs what it costs with the packaged model."""

    def __init__(self) -> None:
        self._model = open_embedder("all-MiniLM-L6-v2")
        self.name, self.dimensions = "fast-to-build", self._model.dimensions
        self.count_tokens = HashEmbedder().count_tokens
        self._random = np.random.default_rng(0)

    def embed_documents(self, texts: Sequence[str]) -> Any:
        vectors = self._random.normal(size=(len(texts), self.dimensions)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed_question(self, question: str) -> Any:
        return self._model.embed_question(question)


def write_corpus(data: Path, folder: Path, chunks: int) -> list[str]:
    """Files with about so many chunks; the questions."""
    with gzip.open(data / "retrieval/nq_open_oracle_first1300.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    folder.mkdir(parents=True)
    per_file = 50
    for i in range(chunks // per_file):
        texts = [rows[(i * per_file + j) % len(rows)]["ctxs"][0]["text"] for j in range(per_file)]
        paragraphs = [f"{text} Entry {i * per_file + j}." for j, text in enumerate(texts)]
        (folder / f"{i:04}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    return [row["question"] for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/")
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as temporary,
        ScriptedServer(says("They say so [1]. It is known [2].", first_s=FIRST_S)) as server,
    ):
        questions = write_corpus(arguments.data, Path(temporary) / "documents", arguments.chunks)
        settings = Settings(home=Path(temporary) / "library", base_url=server.base_url, model="scripted")
        assistant = Assistant.open(settings=settings, embedder=FastToBuild())
        assistant.ingest(Path(temporary) / "documents")
        print(f"{assistant.status().chunks:,} chunks")
        added = []
        for question in questions[: arguments.questions + 1]:
            started = time.perf_counter()
            events = assistant.stream(question)
            next(event for event in events if isinstance(event, Delta))
            added.append(1e3 * (time.perf_counter() - started - FIRST_S))
            list(events)
        first, *rest = added
        rest.sort()
        print(f"to the first word, without the model's own {1e3 * FIRST_S:.0f} ms (n = {len(rest)}):")
        print(f"median {statistics.median(rest):.0f} ms, p95 {rest[int(0.95 * len(rest))]:.0f} ms")
        print(f"the first question of all: {first:.0f} ms")


if __name__ == "__main__":
    main()
