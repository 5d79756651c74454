"""Generations: folders with a Chroma index, written once, then only read.

Chroma survives neither a kill while it writes, nor two writers, nor a reader beside a writer. So a
generation is built aside, closed, checked and recorded file by file, and from then on nobody
writes to it. Whatever is wrong with one, the catalog's vectors make another.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.library import files, hnsw
from rag.library.chroma import import_chroma
from rag.library.files import Damaged, check, hold
from rag.library.opening import watched

if TYPE_CHECKING:
    from rag.types import Vectors

COLLECTION = "chunks"
INDEX: Any = {
    "hnsw": {
        "space": "cosine",  # l2 by default
        # Recall at 50 of 6,000 random vectors, the hardest kind: 0.998, where the defaults have 0.752.
        "max_neighbors": 32,
        "ef_search": 400,
        # Everything goes into the index's files at once. Otherwise the last writes stay in a log, from
        # which each reader makes those files anew: readers would write over each other.
        "sync_threshold": 1,
        "batch_size": 1,
    }
}
BATCH = 4096
"""Below Chroma's limit of 5,461."""

_opening = threading.Lock()


class Generation:
    """A published index, open for reading."""

    def __init__(self, folder: Path, count: int, recorded: str) -> None:
        """Open it; raises `Damaged` where a file or the number of vectors is not as recorded."""
        self.folder = folder
        self.count = count
        self._in_use = hold(folder)
        try:
            check(folder, recorded)
            with watched(folder):
                self._client, self._collection = _open(folder)
            try:
                self._check_count()
            except BaseException:
                self.close()
                raise
        except BaseException:
            os.close(self._in_use)
            raise

    def _check_count(self) -> None:
        with _translated():
            held = self._collection.count()
        if held != self.count:
            raise Damaged(f"{self.folder} does not hold {self.count} vectors")

    def nearest(self, vector: Vectors, n: int) -> dict[str, float]:
        """The `n` nearest chunk ids with their cosines; all, where there are fewer."""
        n = min(n, self.count)
        with _translated():
            found = self._collection.query(query_embeddings=vector[None, :], n_results=n, include=["distances"])
        # A missing segment shows as fewer results and no error.
        if len(found["ids"][0]) < n:
            raise Damaged(f"{self.folder} gave {len(found['ids'][0])} of {n} vectors")
        return {chunk: 1.0 - d for chunk, d in zip(found["ids"][0], found["distances"][0], strict=True)}

    def close(self) -> None:
        with _opening:
            self._client.close()

    def release(self) -> None:
        """Close it and let a writer sweep it away."""
        self.close()
        os.close(self._in_use)


def build(folder: Path, base: Path | None, kept: Iterable[str], added: Iterable[tuple[Sequence[str], Vectors]]) -> int:
    """Make the index in `folder`: what `base` holds, less what is not in `kept`, with `added`; the number of vectors.

    `base` must have passed `files.check`. An id of `added` that is there is replaced.
    """
    if base is None:
        folder.mkdir(parents=True)
    else:
        files.copy(base, folder)
    with watched(base or folder):
        client, collection = _open(folder, create=base is None)
    try:
        if base is not None:
            with _translated():
                held = collection.get(include=[])["ids"]
            _delete(collection, sorted(set(held).difference(kept)))
        for ids, vectors in added:
            if not np.isfinite(vectors).all():
                raise ValueError("a vector holds a number that is not finite, which Chroma would accept")
            with _translated():
                collection.upsert(ids=list(ids), embeddings=vectors)
        with _translated():
            count: int = collection.count()
    finally:
        with _opening:
            client.close()
    files.pack(folder)
    (folder / files.IN_USE).touch()
    return count


def ids(folder: Path) -> set[str]:
    """All that the index holds; raises `Damaged` where it cannot be read."""
    client, collection = _open(folder)
    try:
        with _translated():
            return set(collection.get(include=[])["ids"])
    finally:
        with _opening:
            client.close()


def try_out(folder: str) -> None:
    """Open the index as a reader does, search it, and close it."""
    client, collection = _open(Path(folder))
    collection.query(query_embeddings=collection.get(limit=1, include=["embeddings"])["embeddings"], n_results=1)
    client.close()


def _delete(collection: Any, ids: Sequence[str]) -> None:
    with _translated():
        for start in range(0, len(ids), BATCH):
            collection.delete(ids=ids[start : start + BATCH])


def check_answers(folder: Path, count: int, sample: Sequence[tuple[str, Vectors]]) -> None:
    """Raises `Damaged` unless the index holds `count` vectors, those of `sample`, and finds them."""
    hnsw.check(folder)
    client, collection = _open(folder)
    try:
        with _translated():
            _check_answers(folder, collection, count, sample)
    finally:
        with _opening:
            client.close()


def _check_answers(folder: Path, collection: Any, count: int, sample: Sequence[tuple[str, Vectors]]) -> None:
    if collection.count() != count:
        raise Damaged(f"{folder} holds {collection.count()} vectors of {count}")
    if not sample:
        return
    vectors = np.stack([vector for _, vector in sample])
    held = collection.get(ids=[chunk for chunk, _ in sample], include=["embeddings"])
    by_id = dict(zip(held["ids"], held["embeddings"], strict=True))
    if any(chunk not in by_id or not np.allclose(by_id[chunk], v, atol=1e-5) for chunk, v in sample):
        raise Damaged(f"{folder} does not hold the catalog's vectors")
    nearest = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])["distances"]
    found = sum(1 for distances in nearest if distances and distances[0] < 1e-3)
    # The index is approximate; a damaged one misses most, a whole one hardly any.
    if found < 0.9 * len(sample):
        raise Damaged(f"{folder} finds {found} of {len(sample)} vectors by themselves")


def _open(folder: Path, create: bool = False) -> tuple[Any, Any]:
    """A client and its collection."""
    with _opening:
        chromadb = import_chroma()
    # Chroma keeps one system a path in a table that no lock guards.
    with _opening, _translated():
        client: Any = chromadb.PersistentClient(str(folder.absolute()), chromadb.Settings(anonymized_telemetry=False))
        try:
            if create:
                # The default embedding function would download a model.
                made = client.create_collection(COLLECTION, configuration=INDEX, embedding_function=None)
                return client, made
            return client, client.get_collection(COLLECTION, embedding_function=None)
        except BaseException:
            client.close()
            raise


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever Chroma raises means the same to us: this index is of no use."""
    try:
        yield
    except Damaged:
        raise
    except Exception as error:
        raise Damaged(f"Chroma says: {error}") from error
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise Damaged(f"Chroma says: {error}") from error  # a panic of its Rust is no Exception
