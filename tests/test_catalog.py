"""The library's truth: what is stored comes back, as one consistent view, or with a sentence that says why not."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from rag.errors import IntegrityError, LibraryMismatch, NoLibrary, UserError
from rag.ingest.ingest import ingest
from rag.library.catalog import FILE, next_version, number
from rag.library.library import Library
from rag.testing import HashEmbedder
from rag.types import Filter

EMBEDDER = HashEmbedder()

NOTES = {
    "bees.txt": "Bees dance to tell the others where the flowers are. A hive has one queen.",
    "rivers.txt": "The Rhine rises in the Alps. It flows into the North Sea.",
    "tea.txt": "Green tea is not oxidised. Black tea is.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for name, words in NOTES.items():
        (folder / name).write_text(words, encoding="utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Library:
    library = Library.create(tmp_path / "home", EMBEDDER.name, EMBEDDER.dimensions)
    ingest(library, [folder], EMBEDDER)
    return library


def test_no_library_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="run `rag ingest FOLDER`"):
        Library.open(tmp_path / "nowhere")


def test_a_new_library_is_private_and_opens_again(tmp_path: Path) -> None:
    Library.create(tmp_path / "home", "hash", 64)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    with Library.open(tmp_path / "home").snapshot() as snapshot:
        assert snapshot.documents() == ()
        assert snapshot.counts() == (0, 0)
        assert snapshot.nearest(EMBEDDER.embed_question("anything"), 8) == []


def test_a_library_is_not_strewn_among_the_files_of_a_folder(folder: Path) -> None:
    with pytest.raises(UserError, match="holds other things"):
        Library.create(folder, "hash", 64)
    assert {path.name for path in folder.iterdir()} == set(NOTES)


def test_another_embedder_is_refused_and_told_what_to_run(tmp_path: Path, library: Library) -> None:
    with pytest.raises(LibraryMismatch, match=r"RAG_EMBEDDER=hash.*rag ingest FOLDER --library OTHER"):
        Library.create(library.home, "another", 64)
    with pytest.raises(LibraryMismatch, match=r"used; run `rag ingest FOLDER --library OTHER`"):
        ingest(library, [tmp_path / "notes"], HashEmbedder(dimensions=32))


def test_another_schema_is_refused_and_told_what_to_do(library: Library) -> None:
    with closing(sqlite3.connect(library.home / FILE)) as connection, connection:
        connection.execute("UPDATE settings SET value = '99' WHERE key = 'schema'")
    with pytest.raises(LibraryMismatch, match=r"schema 99.*rag ingest FOLDER"):
        Library.open(library.home)


@pytest.mark.parametrize("junk", [b"junk" * 4000, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_catalog_of_junk_is_named(library: Library, junk: bytes) -> None:
    (library.home / FILE).write_bytes(junk)
    with pytest.raises(IntegrityError, match="rag doctor"):
        Library.open(library.home)


def test_a_document_comes_back_as_it_was_read(library: Library) -> None:
    with library.snapshot() as snapshot:
        document = snapshot.document("rivers.txt")
        assert document.text == NOTES["rivers.txt"]
        assert document.source == "rivers.txt"
        assert [info.source for info in snapshot.documents()] == sorted(NOTES)
        with pytest.raises(UserError, match=r"no document 'nothing.txt'"):
            snapshot.document("nothing.txt")


def test_a_text_that_changed_in_the_catalog_is_found_before_it_is_quoted(library: Library) -> None:
    with closing(sqlite3.connect(library.home / FILE)) as connection, connection:
        connection.execute("UPDATE contents SET text = replace(text, 'Rhine', 'Rhone')")
    with library.snapshot() as snapshot, pytest.raises(IntegrityError, match=r"rivers\.txt"):
        snapshot.document("rivers.txt")


def test_chunks_come_in_the_order_asked_for_and_are_spans_of_their_documents(library: Library) -> None:
    with library.snapshot() as snapshot:
        ids = [chunk for chunk, _ in snapshot.nearest(EMBEDDER.embed_question("green tea"), 8)]
        assert len(ids) == len(NOTES)
        for order in (ids, ids[::-1]):
            chunks = snapshot.chunks([*order, "not there"])
            assert [chunk.id for chunk in chunks] == order
            for chunk in chunks:
                words = snapshot.document(chunk.source).text
                assert words[chunk.start : chunk.end] == chunk.text
                assert all(chunk.start <= s.start < s.end <= chunk.end for s in chunk.sentences)


def test_the_lexical_index_stems_and_folds_accents(library: Library, folder: Path) -> None:
    (folder / "cafe.txt").write_text("A café serves coffee.", encoding="utf-8")
    ingest(library, [folder], EMBEDDER)
    query = text(
        "SELECT documents.source FROM chunks_fts JOIN chunks ON chunks.key = chunks_fts.rowid "
        "JOIN documents ON documents.sha256 = chunks.sha256 WHERE chunks_fts MATCH :query"
    )
    with library.snapshot() as snapshot:
        for words, source in (("dancing", "bees.txt"), ("CAFE", "cafe.txt"), ("oxidise", "tea.txt")):
            assert snapshot.connection.scalars(query, {"query": words}).all() == [source]


def test_what_is_removed_leaves_the_lexical_index_too(library: Library) -> None:
    library.forget("bees.txt")
    with library.snapshot() as snapshot:
        count = text("SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH 'bees'")
        assert snapshot.connection.scalar(count) == 0
        snapshot.connection.execute(text("SELECT * FROM chunks_fts LIMIT 1"))
    with closing(sqlite3.connect(library.home / FILE)) as connection:
        connection.execute("INSERT INTO chunks_fts(chunks_fts, rank) VALUES ('integrity-check', 1)")


def test_a_snapshot_sees_nothing_of_what_is_written_after_it(library: Library, folder: Path) -> None:
    with library.snapshot() as before:
        first = before.version
        (folder / "new.txt").write_text("Volcanoes are openings in the crust.", encoding="utf-8")
        ingest(library, [folder], EMBEDDER)
        library.forget("tea.txt")
        assert before.version == first
        assert [info.source for info in before.documents()] == sorted(NOTES)
        found = before.nearest(EMBEDDER.embed_question("green tea"), 8)
        assert {chunk.source for chunk in before.chunks([chunk for chunk, _ in found])} == set(NOTES)
    with library.snapshot() as after:
        assert [info.source for info in after.documents()] == ["bees.txt", "new.txt", "rivers.txt"]


def test_a_filter_lets_through_globs_and_dates(library: Library) -> None:
    with library.snapshot() as snapshot:
        assert snapshot.matching(Filter()) is None
        assert snapshot.matching(Filter(sources=("[br]*",))) == ("bees.txt", "rivers.txt")
        assert snapshot.matching(Filter(published_from="2020-01-01")) == ()
        assert snapshot.counts(Filter(sources=("tea.*",))) == (1, 1)


def test_threads_share_one_library(library: Library) -> None:
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(5):
                with library.snapshot() as snapshot:
                    assert len(snapshot.nearest(EMBEDDER.embed_question("tea"), 3)) == 3
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


ASK_AS_NOBODY = """
import os, sys
from pathlib import Path
from rag.library.library import Library
from rag.testing import HashEmbedder

def ask():
    library = Library.open(Path(sys.argv[1]))
    with library.snapshot() as snapshot:
        found = snapshot.nearest(HashEmbedder().embed_question("green tea"), 1)
        source = snapshot.chunks([found[0][0]])[0].source
    library.close()
    return source

if os.getuid() == 0:
    ask()  # while everything that it imports can be read
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Path(sys.argv[1], "probe").touch()
except PermissionError:
    print(ask())
"""


def test_a_writer_keeps_a_connection_that_sees_what_it_wrote(library: Library) -> None:
    catalog = library.catalog
    with catalog.kept_open():
        with catalog.reading() as first, catalog.reading() as within:
            before = catalog.version()
            assert within is not first
        with catalog.writing() as connection:
            next_version(connection)
        with catalog.reading() as again, ThreadPoolExecutor(1) as other:
            assert again is first
            assert number(again, "version") == before + 1
            assert other.submit(catalog.version).result() == before + 1
            with catalog.writing() as connection:
                next_version(connection)
            assert number(again, "version") == before + 1
        assert catalog.version() == before + 2
    with catalog.reading() as afterwards:
        assert afterwards is not first


def test_a_reading_that_failed_leaves_no_old_state_to_the_next(library: Library) -> None:
    catalog = library.catalog
    with catalog.kept_open():
        with suppress(RuntimeError), catalog.reading() as connection:
            unfinished = connection.execute(text("SELECT id FROM chunks"))
            raise RuntimeError
        before = catalog.version()
        with catalog.writing() as connection:
            next_version(connection)
        assert catalog.version() == before + 1
        unfinished.close()


def test_a_catalog_that_is_gone_is_not_made_by_who_would_write_it(library: Library) -> None:
    library.catalog.path.unlink()
    with pytest.raises(IntegrityError, match="is gone"), library.writing():
        pass
    assert not library.catalog.path.exists()


def test_a_library_that_cannot_be_written_answers(library: Library) -> None:
    with tempfile.TemporaryDirectory() as parent:  # pytest's own folders are closed to other users
        Path(parent).chmod(0o755)
        home = Path(parent) / "home"
        shutil.copytree(library.home, home)
        folders = [home, *(path for path in home.rglob("*") if path.is_dir())]
        for path in (path for path in home.rglob("*") if path.is_file()):
            path.chmod(0o444)
        for path in folders:
            path.chmod(0o555)
        command = [sys.executable, "-c", ASK_AS_NOBODY, str(home)]
        answered = subprocess.run(command, capture_output=True, text=True, check=False)
        for path in folders:
            path.chmod(0o755)
    assert (answered.stdout, answered.stderr) == ("tea.txt\n", "")


def test_status_counts_and_names(library: Library, folder: Path) -> None:
    status = library.status()
    assert (status.documents, status.chunks, status.embedder, status.index) == (3, 3, "hash", "up to date")
    assert [(root.path, root.documents, root.whole) for root in status.roots] == [(str(folder), 3, True)]
    assert status.disk_bytes > 0
