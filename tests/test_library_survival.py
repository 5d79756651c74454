"""Nothing committed is lost: not to a kill at any moment, not to a reader beside a writer."""

from __future__ import annotations

import os
import random
import select
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
        library = Library.create(Path(line.strip()), embedder.name, embedder.dimensions)
        ingest(library, [Path(sys.argv[1])], embedder)
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Nursery:
    """Starts a process for each ingest from one that has its imports behind it."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", NURSERY, str(folder)]
        # Nothing is read into a buffer, so that the pipe is empty while a child runs.
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, home: Path) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{home}\n".encode())
        return self._read()

    def kill(self, pid: int, after_s: float | None = 0.0) -> bool:
        """Kill it, never where `after_s` is None, or let it end before; whether it was still running."""
        if not select.select([self._process.stdout], [], [], after_s)[0]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return os.WIFSIGNALED(self._read())

    def _read(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())


DOCUMENTS = 50
SEED = 7


def text_of(number: int, edition: int) -> str:
    """Several chunks, so that a document could be there by halves."""
    return "\n\n".join(
        f"Section {part} of document{number} edition{edition}. " + f"It speaks of subject{number % 9} at length. " * 25
        for part in range(3)
    )


def write(folder: Path, number: int, edition: int) -> None:
    (folder / f"{number:03}.txt").write_text(text_of(number, edition), encoding="utf-8")


def assert_whole(library: Library, editions: dict[str, list[str]]) -> dict[str, str]:
    """Each document is one that was written, with all its chunks, in both searches; their texts by source."""
    embedder = HashEmbedder()
    with library.snapshot() as snapshot:
        infos = snapshot.documents()
        texts = {info.source: snapshot.document(info.source).text for info in infos}
        assert all(text in editions[source] for source, text in texts.items())
        assert all(info.chunks >= 2 for info in infos)
        counted = snapshot.connection.exec_driver_sql("SELECT count(*) FROM chunks").scalar()
        linked = snapshot.connection.exec_driver_sql("SELECT count(DISTINCT chunk) FROM content_chunks").scalar()
        assert counted == linked == sum(info.chunks for info in infos)
        assert snapshot.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        for info in infos[:: max(1, len(infos) // 3)]:
            name = f"document{int(info.source[:3])}"
            query = "SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH ?"
            assert snapshot.connection.exec_driver_sql(query, (name,)).scalar() == info.chunks
            found = snapshot.nearest(embedder.embed_question(texts[info.source][:400]), counted)
            assert len(snapshot.chunks([chunk for chunk, _ in found])) == counted
    library.close()
    return texts


class Ingests:
    """Ingests of a folder that changes before each of them, killed at random moments before they are done.

    The moments lie in the time that an ingest takes, which the ingests tell: one that ends before it was to be killed
    says how long, and with each that is killed a little more is allowed, until another ends.
    """

    def __init__(self, place: Path) -> None:
        self.home, self.folder = place / "home", place / "notes"
        self.folder.mkdir()
        self.editions: dict[str, list[str]] = {}
        self.killed = self.ended = 0
        self._takes_s = 0.0
        self._rng = random.Random(SEED)

    def kill(self, times: int) -> None:
        committed: dict[str, str] = {}
        with Nursery(self.folder) as nursery:
            self._change()
            self._ingest(nursery, self.home.with_name("measured"), None)
            while self.killed < times:
                self._change()
                killed = self._ingest(nursery, self.home, self._rng.uniform(0, self._takes_s))
                self.killed, self.ended = self.killed + killed, self.ended + (not killed)
                if (self.home / FILE).exists():
                    found = assert_whole(Library.open(self.home), self.editions)
                    assert all(found[source] in (text, self.editions[source][-1]) for source, text in committed.items())
                    committed = found
                assert self.ended <= times, "most ingests were done before they were to be killed"

    def _change(self) -> None:
        for number in self._rng.sample(range(DOCUMENTS), DOCUMENTS // 5):
            texts = self.editions.setdefault(f"{number:03}.txt", [])
            write(self.folder, number, len(texts))
            texts.append(text_of(number, len(texts)))

    def _ingest(self, nursery: Nursery, home: Path, after_s: float | None) -> bool:
        """Whether it was killed."""
        started = time.monotonic()
        killed = nursery.kill(nursery.start(home), after_s)
        self._takes_s = self._takes_s * 1.1 if killed else time.monotonic() - started
        return killed


def survive(place: Path, kills: int) -> None:
    ingests = Ingests(place)
    ingests.kill(kills)
    library = Library.open(ingests.home)
    ingest(library, [ingests.folder], HashEmbedder())
    assert library.status().index.startswith("up to date")
    newest = {source: texts[-1] for source, texts in ingests.editions.items()}
    assert assert_whole(library, ingests.editions) == newest
    print(f"{ingests.killed} killed, {ingests.ended} done before: of {len(newest)} documents none lost or half there")


def test_twenty_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    survive(tmp_path, 20)


@pytest.mark.long
def test_two_hundred_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    survive(tmp_path, 200)


def test_a_committed_document_is_not_embedded_again_after_a_kill(tmp_path: Path) -> None:
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    for number in range(DOCUMENTS):
        write(folder, number, 0)
    library = Library.create(home, "hash", 64)
    with Nursery(folder) as nursery:
        pid = nursery.start(home)
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
