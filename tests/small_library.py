"""A library small enough to be made hundreds of times: its files, what is done to them, and whether it is whole."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from rag.assistant import Assistant
from rag.errors import NoLibrary, RagError
from rag.ingest import batch
from rag.library.catalog import FILE
from rag.settings import Settings
from rag.testing import HashEmbedder

DOCUMENTS = 16
SETTINGS = Settings(answerer="sentences")
SMALL_BATCH = 4
"""Chunks: two documents."""


def text_of(name: str) -> str:
    """Two chunks, so that a document could be there by halves."""
    return "\n\n".join(
        f"Part {part} of {name}. The keeper of {name} is Warden{name}{part}. " + f"It speaks of {name} at length. " * 25
        for part in ("one", "two")
    )


def name_in(text: str) -> str:
    """The name that `text_of` made the text for."""
    return text.split()[3].rstrip(".")


def write(folder: Path, file: str, name: str) -> None:
    (folder / file).write_text(text_of(name), encoding="utf-8")


def write_all(folder: Path, documents: int = DOCUMENTS) -> None:
    folder.mkdir()
    for number in range(documents):
        write(folder, f"{number}.txt", f"harbour{number}")


def change(folder: Path) -> None:
    """One file changed, one renamed, one gone, one new: so few that the next index is made from the last."""
    write(folder, "1.txt", "lighthouse")
    (folder / "2.txt").rename(folder / "moved.txt")
    (folder / "3.txt").unlink()
    write(folder, "new.txt", "island")


def state_of(folder: Path) -> dict[str, str]:
    """What the library is to hold of the folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def open_assistant(home: Path) -> Assistant:
    return Assistant.open(home, SETTINGS, HashEmbedder())


def ingest(home: Path, folder: Path) -> str:
    """Empty, or the error on purpose that it ended with."""
    try:
        open_assistant(home).ingest(folder)
    except RagError as error:
        return f"{type(error).__name__}: {error}"
    return ""


def ingest_in_small_batches(home: Path, folder: Path) -> str:
    """The same in several transactions, in a process that ends with it."""
    batch.CHUNKS = SMALL_BATCH
    return ingest(home, folder)


def look(home: Path) -> dict[str, str]:
    """The documents by source, checked to be whole, found by both searches and cited; none: no library."""
    assistant = open_assistant(home)
    try:
        library = assistant.library
    except NoLibrary:
        return {}
    with library.snapshot() as snapshot:
        infos = snapshot.documents()
        documents = {info.source: snapshot.document(info.source).text for info in infos}
        ask = snapshot.connection.exec_driver_sql
        assert ask("PRAGMA integrity_check").scalar() == "ok"
        chunks = ask("SELECT count(*) FROM chunks").scalar()
        linked = ask("SELECT count(DISTINCT chunk) FROM content_chunks").scalar()
        assert [info.chunks for info in infos] == [2] * len(infos)
        assert chunks == linked == 2 * len(set(documents.values()))
        question = HashEmbedder().embed_question("Who is the keeper?")
        assert not chunks or len(snapshot.nearest(question, chunks)) == chunks
    with closing(sqlite3.connect(home / FILE)) as connection:  # raises where the index and the chunks differ
        connection.execute("INSERT INTO chunks_fts(chunks_fts, rank) VALUES ('integrity-check', 1)")
    for source in [*documents][:1]:
        name = name_in(documents[source])
        answer = assistant.ask(f"Who is the keeper of {name}?")
        assert f"Warden{name}" in str(answer), str(answer)
        assert documents[answer.citations[0].source] == documents[source]
    library.close()
    return documents


def recover(home: Path, folder: Path) -> list[dict[str, str]]:
    """What the library holds, and what it holds when the folder was ingested again with nothing in the way."""
    found = look(home)
    open_assistant(home).ingest(folder)
    assert open_assistant(home).status().index == "up to date"
    return [found, look(home)]
