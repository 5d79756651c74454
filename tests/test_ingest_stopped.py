"""An ingest that fails or is stopped keeps what was committed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from rag.errors import LibraryLocked, ProviderError
from rag.ingest.ingest import ingest
from rag.testing import HashEmbedder
from tests.desk import Desk

if TYPE_CHECKING:
    from rag.types import Vectors


class Failing(HashEmbedder):
    """Embeds one batch, then raises."""

    error: BaseException = ProviderError("the server is down")

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        if self.embedded:
            raise self.error
        return super().embed_documents(texts)


@pytest.mark.parametrize("error", [ProviderError("the server is down"), KeyboardInterrupt()])
def test_what_was_committed_before_a_failure_stays_and_the_next_run_carries_on(
    desk: Desk, error: BaseException
) -> None:
    for i in range(400):
        desk.write(f"many/{i:03}.txt", f"This is document {i}.")
    failing = Failing()
    failing.error = error
    with pytest.raises(type(error)):
        ingest(desk.library, [desk.folder], failing)
    assert len(desk.sources()) == 128
    assert desk.best("Bees dance to tell the others where the flowers are") == "bees.txt"
    report = desk.ingest()
    assert (len(report.added), report.chunks, len(report.unchanged)) == (275, 275, 128)
    assert desk.library.status().index == "up to date"


def test_vectors_that_are_no_numbers_never_enter(desk: Desk) -> None:
    class Broken(HashEmbedder):
        def embed_documents(self, texts: Sequence[str]) -> Vectors:
            vectors = super().embed_documents(texts)
            vectors[0, 0] = float("nan")
            return vectors

    with pytest.raises(ProviderError, match="not finite"):
        ingest(desk.library, [desk.folder], Broken())
    assert desk.sources() == []


def test_a_second_ingest_is_refused_while_one_is_running(desk: Desk) -> None:
    with desk.library.writing(), pytest.raises(LibraryLocked, match=f"process {os.getpid()}"):
        desk.ingest()
