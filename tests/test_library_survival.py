"""Nothing committed is lost: not to a kill at any moment, not to a reader beside a writer."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.testing import HashEmbedder

INGEST = """
import sys, time
from pathlib import Path
from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.testing import HashEmbedder

class Slow(HashEmbedder):
    def embed_documents(self, texts):
        time.sleep(0.02)
        return super().embed_documents(texts)

embedder = Slow()
library = Library.create(Path(sys.argv[1]), embedder.name, embedder.dimensions)
import chromadb, rag.ingest.batch
rag.ingest.batch.CHUNKS = 8  # many small transactions: more moments at which to be killed
print("started", flush=True)
report = ingest(library, [Path(sys.argv[2])], embedder)
print("added", len(report.added), flush=True)
"""

DOCUMENTS = 150
SEED = 7


def text_of(number: int, edition: int) -> str:
    """Several chunks, so that a document could be there by halves."""
    return "\n\n".join(
        f"Section {part} of document{number} edition{edition}. " + f"It speaks of subject{number % 9} at length. " * 25
        for part in range(3)
    )


def write(folder: Path, number: int, edition: int) -> None:
    (folder / f"{number:03}.txt").write_text(text_of(number, edition), encoding="utf-8")


def assert_whole(library: Library, editions: dict[str, set[str]]) -> int:
    """Each document is one that was written, with all its chunks, in both searches; how many there are."""
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
        return len(infos)


def survive(place: Path, kills: int) -> tuple[int, int]:
    """Kill an ingest `kills` times; in how many runs it was killed, and how many documents there are at the end."""
    rng = random.Random(SEED)
    folder, home = place / "notes", place / "home"
    folder.mkdir()
    editions: dict[str, set[str]] = {}
    killed = 0
    committed: set[str] = set()
    for kill in range(kills):
        for number in rng.sample(range(DOCUMENTS), DOCUMENTS if kill == 0 else DOCUMENTS // 10):
            write(folder, number, kill)
            editions.setdefault(f"{number:03}.txt", set()).add(text_of(number, kill))
        process = subprocess.Popen([sys.executable, "-c", INGEST, str(home), str(folder)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(rng.uniform(0, 1.0))
        process.send_signal(signal.SIGKILL)
        killed += b"added" not in process.communicate()[0]
        library = Library.open(home)
        assert_whole(library, editions)
        library.close()
        with library.snapshot() as snapshot:
            now = {info.source for info in snapshot.documents()}
        assert committed <= now
        committed = now
    library = Library.open(home)
    ingest(library, [folder], HashEmbedder())
    assert library.status().index.startswith("up to date")
    newest = {source: (folder / source).read_text(encoding="utf-8") for source in editions}
    assert assert_whole(library, {source: {words} for source, words in newest.items()}) == DOCUMENTS
    library.close()
    return killed, DOCUMENTS


def test_twenty_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    killed, documents = survive(tmp_path, 20)
    assert killed >= 10
    assert documents == DOCUMENTS


@pytest.mark.long
def test_two_hundred_kills_lose_nothing_and_leave_nothing_half(tmp_path: Path) -> None:
    survive(tmp_path, 200)


def test_a_committed_document_is_not_embedded_again_after_a_kill(tmp_path: Path) -> None:
    folder, home = tmp_path / "notes", tmp_path / "home"
    folder.mkdir()
    for number in range(DOCUMENTS):
        write(folder, number, 0)
    process = subprocess.Popen([sys.executable, "-c", INGEST, str(home), str(folder)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    library = Library.open(home)
    while True:
        with library.snapshot() as snapshot:
            if snapshot.counts()[0] >= 10:
                break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with library.snapshot() as snapshot:
        _, chunks = snapshot.counts()
    report = ingest(library, [folder], HashEmbedder())
    assert report.chunks == library.status().chunks - chunks
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
