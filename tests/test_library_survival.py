"""Nothing committed is lost: not to a kill at any moment, not to a reader beside a writer."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from rag.ingest.ingest import ingest
from rag.library.catalog import FILE
from rag.library.library import Library
from rag.testing import HashEmbedder

NURSERY = """
import os, sys, time
from pathlib import Path
import chromadb, chromadb.api.rust, rag.ingest.batch, rag.ingest.chunk, rag.ingest.read, sqlalchemy.dialects.sqlite
from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.testing import HashEmbedder

class Slow(HashEmbedder):
    def embed_documents(self, texts):
        time.sleep(0.02)
        return super().embed_documents(texts)

rag.ingest.batch.CHUNKS = 8  # many small transactions: more moments at which to be killed
for line in sys.stdin:
    child = os.fork()
    if not child:
        embedder = Slow()
        library = Library.create(Path(sys.argv[1]), embedder.name, embedder.dimensions)
        ingest(library, [Path(sys.argv[2])], embedder)
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Nursery:
    """Starts a process for each ingest from one that has its imports behind it."""

    def __init__(self, home: Path, folder: Path) -> None:
        command = [sys.executable, "-c", NURSERY, str(home), str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._read()

    def kill(self, pid: int) -> bool:
        """Whether it was still running."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return os.WIFSIGNALED(self._read())

    def _read(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


DOCUMENTS = 100
SEED = 7


def text_of(number: int, edition: int) -> str:
    """Several chunks, so that a document could be there by halves."""
    return "\n\n".join(
        f"Section {part} of document{number} edition{edition}. " + f"It speaks of subject{number % 9} at length. " * 25
        for part in range(3)
    )


def write(folder: Path, number: int, edition: int) -> None:
    (folder / f"{number:03}.txt").write_text(text_of(number, edition), encoding="utf-8")


def assert_whole(library: Library, editions: dict[str, set[str]]) -> set[str]:
    """Each document is one that was written, with all its chunks, in both searches; their sources."""
    embedder = HashEmbedder()
    with library.snapshot() as snapshot:
        infos = snapshot.documents()
        for info in infos:
            document = snapshot.document(info.source)
            assert document.text in editions[info.source]
            assert info.chunks >= 2
        counted = snapshot.connection.exec_driver_sql("SELECT count(*) FROM chunks").scalar()
        linked = snapshot.connection.exec_driver_sql("SELECT count(DISTINCT chunk) FROM content_chunks").scalar()
        assert counted == linked == sum(info.chunks for info in infos)
        assert snapshot.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        for info in infos[:: max(1, len(infos) // 3)]:
            name = f"document{int(info.source[:3])}"
            query = "SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH ?"
            assert snapshot.connection.exec_driver_sql(query, (name,)).scalar() == info.chunks
            found = snapshot.nearest(embedder.embed_question(snapshot.document(info.source).text[:400]), counted)
            assert len(snapshot.chunks([chunk for chunk, _ in found])) == counted
    library.close()
    return {info.source for info in infos}


def survive(place: Path, kills: int) -> int:
    """Kill that many ingests at random moments; how many of them were killed before they were done."""
    rng = random.Random(SEED)
    folder, home = place / "notes", place / "home"
    folder.mkdir()
    editions: dict[str, set[str]] = {}
    killed = 0
    committed: set[str] = set()
    with Nursery(home, folder) as nursery:
        for kill in range(kills):
            for number in rng.sample(range(DOCUMENTS), DOCUMENTS if kill == 0 else DOCUMENTS // 5):
                write(folder, number, kill)
                editions.setdefault(f"{number:03}.txt", set()).add(text_of(number, kill))
            pid = nursery.start()
            time.sleep(rng.uniform(0, 0.6))
            killed += nursery.kill(pid)
            if (home / FILE).exists():
                now = assert_whole(Library.open(home), editions)
                assert committed <= now
                committed = now
    library = Library.open(home)
    ingest(library, [folder], HashEmbedder())
    assert library.status().index.startswith("up to date")
    newest = {source: {(folder / source).read_text(encoding="utf-8")} for source in editions}
    assert len(assert_whole(library, newest)) == DOCUMENTS
    return killed


def test_twenty_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    assert survive(tmp_path, 20) >= 10


@pytest.mark.long
def test_two_hundred_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    assert survive(tmp_path, 200) >= 100


def test_a_committed_document_is_not_embedded_again_after_a_kill(tmp_path: Path) -> None:
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    for number in range(DOCUMENTS):
        write(folder, number, 0)
    library = Library.create(home, "hash", 64)
    with Nursery(home, folder) as nursery:
        pid = nursery.start()
        while library.status().documents < 10:
            time.sleep(0.01)
        assert nursery.kill(pid)
    committed = library.status().chunks
    report = ingest(library, [folder], HashEmbedder())
    assert report.chunks == library.status().chunks - committed
    assert len(report.added) + len(report.unchanged) == DOCUMENTS


ROUNDS = """
import sys
from pathlib import Path
from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.testing import HashEmbedder

embedder = HashEmbedder(512)
library = Library.create(Path(sys.argv[1]), embedder.name, embedder.dimensions)
folder = Path(sys.argv[2])
for line in sys.stdin:
    number = int(line)
    for extra in range(3):
        (folder / f"{number}-{extra}.txt").write_text(f"Zebra{number} number{extra} grazes.", encoding="utf-8")
    report = ingest(library, [folder], embedder)
    print(len(report.added), flush=True)
"""


def test_a_reader_finds_what_another_process_ingested_at_its_next_question(tmp_path: Path) -> None:
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    embedder = HashEmbedder(512)
    Library.create(home, embedder.name, embedder.dimensions)
    reader = Library.open(home)
    writer = subprocess.Popen(
        [sys.executable, "-c", ROUNDS, str(home), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    for number in range(20):
        writer.stdin.write(f"{number}\n")
        writer.stdin.flush()
        with reader.snapshot() as snapshot:  # beside the writer
            held = snapshot.counts()[0]
            assert len(snapshot.nearest(embedder.embed_question("zebra"), 1000)) == held
            assert held in {3 * number, 3 * number + 3}
        assert writer.stdout.readline() == "3\n"
        with reader.snapshot() as snapshot:
            question = embedder.embed_question(f"Zebra{number} number1 grazes.")
            (best,) = snapshot.nearest(question, 1)
            assert best[1] == pytest.approx(1.0, abs=1e-5)
            assert snapshot.chunks([best[0]])[0].source == f"{number}-1.txt"
            match = "SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH ?"
            assert snapshot.connection.exec_driver_sql(match, (f"zebra{number}",)).scalar() == 3
    writer.communicate()
    assert writer.returncode == 0
    assert len(list((home / "generations").iterdir())) <= 3
    reader.close()
