"""Damage to the files of a library, and whether its answers are what they were."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import RagError
from rag.ingest.ingest import ingest
from rag.library.catalog import FILE
from rag.library.generations import FOLDER
from rag.library.library import Library
from rag.retrieve import lexical
from rag.testing import HashEmbedder

KINDS = ("missing", "empty", "half", "garbage", "one bit", "huge")
QUESTIONS = ("Who keeps lamp3?", "salt and tide", "number11 stands by the river")
WORDS = "river tea bee hive queen alps north sea green black leaf star sun moon tide salt coal iron wool flax".split()
DOCUMENTS = 24


def write(folder: Path, numbers: range) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for n in numbers:
        words = " ".join(WORDS[(n * step) % len(WORDS)] for step in (1, 3, 7))
        (folder / f"{n:03}.txt").write_text(f"Number{n} stands by the {words}. Keeper{n} keeps lamp{n}.", "utf-8")


def make(place: Path) -> Path:
    """A library of a folder, as an ingest leaves it."""
    write(place / "notes", range(DOCUMENTS))
    embedder = HashEmbedder()
    library = Library.create(place / "home", embedder.name, embedder.dimensions)
    ingest(library, [place / "notes"], embedder)
    library.close()
    return place


def make_killed(place: Path) -> Path:
    """The same, whose writer died when it had committed: three of the documents are in the log alone."""
    make(place)
    library, embedder = Library.open(place / "home"), HashEmbedder()
    with library.snapshot():  # a reader keeps the log from being emptied
        write(place / "notes", range(DOCUMENTS, DOCUMENTS + 3))
        ingest(library, [place / "notes"], embedder)
        shutil.copytree(place / "home", place / "killed")
    library.close()
    shutil.rmtree(place / "home")
    (place / "killed").rename(place / "home")
    return place


def damage(path: Path, kind: str, at: int | None = None) -> None:
    """Do this to the file; `at` is the byte that loses its bit, in the middle where nothing is said."""
    size = path.stat().st_size
    if kind == "missing":
        path.unlink()
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "half":
        os.truncate(path, size // 2)
    elif kind == "garbage":
        path.write_bytes(np.random.default_rng(0).bytes(max(size, 16)))
    elif kind == "huge":
        os.truncate(path, 1 << 40)
    elif size:
        data = bytearray(path.read_bytes())
        data[size // 2 if at is None else at] ^= 1
        path.write_bytes(data)


def place_in_catalog(home: Path, what: str) -> int:
    """A byte of the catalog's file that is part of this."""
    path = home / FILE
    data = path.read_bytes()
    with closing(sqlite3.connect(path)) as connection:
        text, vector = connection.execute("SELECT text, vector FROM chunks WHERE text LIKE '%lamp7.%'").fetchone()
        index = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_documents_1'"
        (page,) = connection.execute(index).fetchone()
    found = {  # as the columns follow one another in a row
        "in a text": data.index(text.encode() + b"[]"),
        "in a passage": data.index(text.encode() + b"[["),
        "in a vector": data.index(vector) + 30,
        "in a document's name": data.index(b"007.txt007.txt"),
        "in the lexical index": data.index(b"\x04keep") + 1,
        "in SQLite's own bytes": 4096 * (page - 1),
        "in bytes without use": 80,
    }
    return found[what]


def current(home: Path) -> Path:
    """The index that readers open."""
    with closing(sqlite3.connect(home / FILE)) as connection:
        (name,) = connection.execute("SELECT value FROM settings WHERE key = 'generation'").fetchone()
    return home / FOLDER / name


@dataclass(frozen=True)
class Answers:
    """What a library said."""

    error: str = ""
    found: tuple[object, ...] = ()
    index: bool = False
    """Whether the index was searched, and not every vector compared."""


def ask(home: Path) -> Answers:
    """Dense and lexical rankings, the passages and the documents they stand in."""
    embedder = HashEmbedder()
    found: list[object] = []
    try:
        library = Library.open(home)
        with library.snapshot() as snapshot:
            for question in QUESTIONS:
                near = snapshot.nearest(embedder.embed_question(question), 6)
                words = lexical.search(snapshot.connection, question, 6)
                chunks = snapshot.chunks([chunk for chunk, _ in (*near, *words)])
                assert len(chunks) == len(near) + len(words)
                assert all(snapshot.document(c.source).text[c.start : c.end] == c.text for c in chunks)
                # Chunks of one score may come in any order, so that only the scores and the best compare.
                scores = [[round(score, 5) for _, score in ranking] for ranking in (near, words)]
                found.append((scores, chunks[len(near)].text))
            held = {info.source: snapshot.document(info.source).text for info in snapshot.documents()}
            index = snapshot._index is not None
        library.close()
    except RagError as error:
        return Answers(error=f"{type(error).__name__}: {error}")
    return Answers("", (tuple(map(repr, found)), tuple(sorted(held.items()))), index)
