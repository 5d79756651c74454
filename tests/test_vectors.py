"""The index: generations that are built aside, checked, published whole, and replaced from the catalog."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from damage import damage
from sqlalchemy import true

from rag.ingest.ingest import ingest
from rag.library import files, generations, nearest, vectors
from rag.library.files import DATABASE, IN_USE, Damaged
from rag.library.generations import FOLDER
from rag.library.library import Library
from rag.library.vectors import Generation
from rag.testing import HashEmbedder

EMBEDDER = HashEmbedder()
WORDS = "river tea bee hive queen alps north sea green black leaf star sun moon tide salt coal iron wool flax".split()


def write(folder: Path, numbers: range, tail: str = "") -> None:
    folder.mkdir(exist_ok=True)
    for n in numbers:
        words = " ".join(WORDS[(n * step) % len(WORDS)] for step in (1, 3, 7))
        (folder / f"{n:03}.txt").write_text(f"Number{n} {words} {tail}.", encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    write(place / "notes", range(60))
    library = Library.create(place / "home", EMBEDDER.name, EMBEDDER.dimensions)
    ingest(library, [place / "notes"], EMBEDDER)
    library.close()
    return place


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A copy of the library of 60 documents, with its folder."""
    shutil.copytree(made, tmp_path / "place")
    return tmp_path / "place"


@pytest.fixture
def library(place: Path) -> Library:
    return Library.open(place / "home")


def folders(library: Library) -> set[str]:
    return {path.name for path in (library.home / FOLDER).iterdir()}


def current(library: Library) -> Path:
    from rag.library.catalog import setting

    with library.catalog.reading() as connection:
        return library.home / FOLDER / setting(connection, "generation")


def refresh(library: Library, place: Path) -> None:
    ingest(library, [place / "notes"], EMBEDDER)


def assert_right(library: Library, question: str = "river tea moon", usable: bool = True) -> None:
    """The ten nearest are those that comparing every vector gives, whatever the index is like."""
    vector = EMBEDDER.embed_question(question)
    with library.snapshot() as snapshot:
        found = snapshot.nearest(vector, 10)
        compared = nearest.exact(snapshot.connection, vector, 10, true())
        assert [round(cosine, 5) for _, cosine in found] == [round(cosine, 5) for _, cosine in compared]
        assert len(snapshot.chunks([chunk for chunk, _ in found])) == 10
        assert (snapshot._index is not None) is usable


def test_the_index_gives_what_comparing_every_vector_gives(library: Library) -> None:
    for question in ("river tea moon", "number7", "salt coal iron"):
        assert_right(library, question)


def test_sources_that_are_allowed_are_searched_alone(library: Library) -> None:
    with library.snapshot() as snapshot:
        allowed = [f"{n:03}.txt" for n in range(0, 60, 15)]
        found = snapshot.nearest(EMBEDDER.embed_question("river"), 50, allowed)
        assert sorted(chunk.source for chunk in snapshot.chunks([chunk for chunk, _ in found])) == allowed
        assert snapshot.nearest(EMBEDDER.embed_question("river"), 5, []) == []


def test_many_allowed_sources_go_through_the_index(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "EXACT", 10)
    with library.snapshot() as snapshot:
        allowed = [f"{n:03}.txt" for n in range(0, 60, 2)]
        vector = EMBEDDER.embed_question("river tea")
        through = snapshot.nearest(vector, 12, allowed)
        condition = nearest.chunks.c.key.in_(nearest.of_sources(allowed))
        compared = nearest.exact(snapshot.connection, vector, 12, condition)
        assert [round(cosine, 5) for _, cosine in through] == [round(cosine, 5) for _, cosine in compared]


@pytest.mark.parametrize("k", [1, 59, 60, 61, 1_000_000])
def test_any_k_gives_as_many_as_there_are(library: Library, k: int) -> None:
    with library.snapshot() as snapshot:
        assert len(snapshot.nearest(EMBEDDER.embed_question("river"), k)) == min(k, 60)


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_below_one_is_refused(library: Library, k: int) -> None:
    with library.snapshot() as snapshot, pytest.raises(ValueError, match="at least 1"):
        snapshot.nearest(EMBEDDER.embed_question("river"), k)


def test_few_changes_are_compared_one_by_one_and_many_make_a_generation(
    library: Library, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "LOOSE", 0.05)
    first = current(library)
    write(place / "notes", range(60, 61))
    refresh(library, place)
    assert current(library) == first
    assert "1 chunks" in library.status().index
    assert_right(library, "number60")
    write(place / "notes", range(61, 80))
    (place / "notes/003.txt").unlink()
    refresh(library, place)
    assert current(library) != first
    assert library.status().index == "up to date"
    assert_right(library, "number60")
    assert_right(library, "number3")


def test_the_last_two_generations_are_kept(library: Library, place: Path) -> None:
    seen = [current(library).name]
    for n in range(3):
        write(place / "notes", range(10), tail=f"changed{n}")
        refresh(library, place)
        seen.append(current(library).name)
    assert len(set(seen)) == 4
    assert folders(library) == set(seen[-2:])


def test_a_generation_that_is_open_is_not_swept_away(library: Library, place: Path) -> None:
    reader = Library.open(library.home)
    held = current(library).name
    with reader.snapshot() as snapshot:
        snapshot.nearest(EMBEDDER.embed_question("river"), 5)
        for n in range(3):
            write(place / "notes", range(10), tail=f"changed{n}")
            refresh(library, place)
        assert held in folders(library)
        assert len(snapshot.nearest(EMBEDDER.embed_question("moon"), 5)) == 5
        assert snapshot._index is not None
    reader.close()
    refresh(library, place)
    assert held not in folders(library)


def test_what_was_never_finished_is_swept_away(library: Library, place: Path) -> None:
    unfinished = library.home / FOLDER / "halfmade"
    unfinished.mkdir()
    (unfinished / DATABASE).write_bytes(b"half")
    refresh(library, place)
    assert "halfmade" not in folders(library)


def segment(library: Library, name: str) -> Path:
    return next(current(library).glob(f"*/{name}"))


@pytest.mark.parametrize(("name", "kind"), [("data_level0.bin", "one bit"), ("link_lists.bin", "huge")])
def test_damage_is_found_before_an_answer_and_repaired_by_an_ingest_with_no_embedding(
    library: Library, place: Path, name: str, kind: str
) -> None:
    damage(segment(library, name), kind)
    assert_right(library, usable=False)
    assert "damaged" in library.status().index
    before = EMBEDDER.embedded
    refresh(library, place)
    assert EMBEDDER.embedded == before
    assert library.status().index == "up to date"
    assert_right(library)


def test_an_index_that_was_opened_a_thousand_times_is_still_used(library: Library) -> None:
    with closing(sqlite3.connect(current(library) / DATABASE)) as connection, connection:  # as Chroma does each time
        connection.executemany("INSERT INTO acquire_write (lock_status) VALUES (?)", [(1,)] * 1000)
    assert_right(library)


def test_an_index_with_ids_that_the_catalog_never_had_is_not_believed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    with library.snapshot() as snapshot:
        ids = [chunk for chunk, _ in snapshot.nearest(EMBEDDER.embed_question("river"), 60)]
        rows = np.stack([EMBEDDER.embed_question(chunk.text) for chunk in snapshot.chunks(ids)])
        count = vectors.build(folder, None, (), [(["another", *ids[1:]], rows)])
        index = Generation(folder, count, files.record(folder))
        with pytest.raises(Damaged, match="never had"):
            nearest.nearest(snapshot.connection, index, snapshot._indexed, rows[0], 5, None)
        index.release()


def test_a_missing_generation_gives_no_wrong_answer(library: Library, place: Path) -> None:
    shutil.rmtree(library.home / FOLDER)
    assert_right(library, usable=False)
    refresh(library, place)
    assert_right(library)


def test_an_index_of_other_vectors_is_not_believed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    rng = np.random.default_rng(0)
    with library.snapshot() as snapshot:
        ids = [chunk for chunk, _ in snapshot.nearest(EMBEDDER.embed_question("river"), 60)]
        count = vectors.build(folder, None, (), [(ids, rng.normal(size=(60, 64)).astype(np.float32))])
        index = Generation(folder, count, files.record(folder))
        with pytest.raises(Damaged, match="not those of the catalog"):
            nearest.nearest(snapshot.connection, index, snapshot._indexed, EMBEDDER.embed_question("river"), 5, None)
        index.release()


def test_a_check_refuses_an_index_that_lacks_vectors(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(30, 16)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    ids = [str(n) for n in range(30)]
    vectors.build(tmp_path / "g", None, (), [(ids, matrix)])
    sample = list(zip(ids, matrix, strict=True))
    vectors.check_answers(tmp_path / "g", 30, sample)
    with pytest.raises(Damaged, match="30 vectors of 31"):
        vectors.check_answers(tmp_path / "g", 31, sample)
    with pytest.raises(Damaged, match="not hold the catalog's vectors"):
        vectors.check_answers(tmp_path / "g", 30, [(ids[0], matrix[1])])


def test_readers_leave_the_files_as_they_were_published(library: Library) -> None:
    folder = current(library)
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name not in {DATABASE, IN_USE}}
    assert_right(library)
    library.close()
    assert {p: p.read_bytes() for p in before} == before


def test_vectors_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not finite"):
        vectors.build(tmp_path / "g", None, (), [(["a"], np.full((1, 4), np.nan, dtype=np.float32))])


def test_a_panic_in_chromas_native_code_means_that_the_index_is_of_no_use() -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    with pytest.raises(Damaged, match="unable to open"), vectors._translated():
        raise panic("unable to open database file")
    with pytest.raises(KeyboardInterrupt), vectors._translated():
        raise KeyboardInterrupt
