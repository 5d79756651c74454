"""Two that write, one that writes beside many that ask, and one that reads on while all changes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from nursery import Nursery
from small_library import ingest, look, open_assistant, state_of, text_of, write, write_all

from rag.errors import LibraryLocked
from rag.testing import HashEmbedder

SLOW_INGEST = """
import sys
from pathlib import Path
from rag import Assistant
from rag.testing import HashEmbedder

class Waiting(HashEmbedder):
    def embed_documents(self, texts):
        print("embedding", flush=True)
        sys.stdin.readline()
        return super().embed_documents(texts)

report = Assistant.open(Path(sys.argv[1]), embedder=Waiting()).ingest(sys.argv[2])
print(len(report.updated), flush=True)
"""
ASKERS = 10
INGESTS = 20


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A library in `home` of the folder `notes`."""
    write_all(tmp_path / "notes")
    assert ingest(tmp_path / "home", tmp_path / "notes") == ""
    return tmp_path


def test_of_two_ingests_at_once_the_second_is_told_who_is_at_it_and_asking_goes_on(place: Path) -> None:
    home, folder = place / "home", place / "notes"
    before = state_of(folder)
    write(folder, "1.txt", "lighthouse")
    command = [sys.executable, "-c", SLOW_INGEST, str(home), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdin is not None
        assert first.stdout is not None
        assert first.stdout.readline() == "embedding\n"
        assistant = open_assistant(home)
        with pytest.raises(LibraryLocked, match=f"process {first.pid} is writing to it") as raised:
            assistant.ingest(folder)
        assert raised.value.pid == first.pid
        with pytest.raises(LibraryLocked):
            assistant.forget("1.txt")
        assert look(home) == before
        first.stdin.write("\n")
        first.stdin.flush()
        assert first.stdout.read() == "1\n"
    assert look(home) == state_of(folder)
    assert assistant.ingest(folder).nothing_new


def test_ten_who_ask_beside_an_ingest_get_answers_of_one_state_or_the_next(place: Path, nursery: Nursery) -> None:
    home, folder = place / "home", place / "notes"
    assistant = open_assistant(home)
    assistant.ask("Who is the keeper of harbour0?")
    editions = [f"beacon{n}" for n in range(4)]
    written = {source: {text} for source, text in state_of(folder).items()}
    written["15.txt"] |= {text_of(edition) for edition in editions}
    done = threading.Event()

    def ask(asker: int) -> int:
        """The keeper of what does not change, and of what does; how often."""
        asked = 0
        while not done.is_set() or not asked:
            assert f"Wardenharbour{asker}" in str(assistant.ask(f"Who is the keeper of harbour{asker}?"))
            for edition in editions:
                for citation in assistant.ask(f"Who is the keeper of {edition}?").citations:
                    assert any(citation.quote in text for text in written[citation.source])
            asked += 1
        return asked

    def change() -> None:
        try:
            for edition in editions:
                write(folder, "15.txt", edition)
                ended = nursery.run(ingest, home, folder)
                assert (ended.value, ended.raised) == ("", "")
        finally:
            done.set()

    with ThreadPoolExecutor(ASKERS + 1) as threads:
        changing = threads.submit(change)
        asking = [threads.submit(ask, asker) for asker in range(ASKERS)]
        assert all(future.result() for future in asking)
        changing.result()
    assert f"Warden{editions[-1]}" in str(assistant.ask(f"Who is the keeper of {editions[-1]}?"))
    assistant.library.close()


def test_a_reader_that_stays_open_over_twenty_ingests_sees_what_it_saw_first(place: Path, nursery: Nursery) -> None:
    home, folder = place / "home", place / "notes"
    library = open_assistant(home).library
    question = HashEmbedder().embed_question("Who is the keeper of harbour7?")
    with library.snapshot() as snapshot:
        texts = {info.source: snapshot.document(info.source).text for info in snapshot.documents()}
        nearest = snapshot.nearest(question, 100)
        generation = snapshot.connection.exec_driver_sql("SELECT value FROM settings WHERE key = 'generation'").scalar()
        for n in range(INGESTS):
            write(folder, f"{n % 5}.txt", f"edition{n}")
            assert nursery.run(ingest, home, folder).value == ""
            assert {info.source: snapshot.document(info.source).text for info in snapshot.documents()} == texts
            assert snapshot.nearest(question, 100) == nearest
        assert len(nearest) == 2 * len(texts)
        assert (home / "generations" / str(generation)).is_dir()  # swept only when nobody has it open
    library.close()
    assert look(home) == state_of(folder) != texts
    write(folder, "0.txt", "last")
    assert nursery.run(ingest, home, folder).value == ""
    assert not (home / "generations" / str(generation)).exists()
    assert len(list((home / "generations").iterdir())) == 2
