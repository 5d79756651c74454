"""The files of an index: sound as Chroma leaves them, and found out where they are of different moments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.library import hnsw, vectors
from rag.library.files import Damaged

FILES = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin")


def batch(first: int, end: int) -> Iterator[tuple[Sequence[str], np.ndarray]]:
    rows = np.random.default_rng(first).standard_normal((end - first, 16)).astype("<f4")
    yield [f"{n}" for n in range(first, end)], rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An index of 90, and one that was made from it: of 300, so that it had to grow."""
    place = tmp_path_factory.mktemp("indexes")
    vectors.build(place / "old", None, (), batch(0, 90))
    vectors.build(place / "new", place / "old", [f"{n}" for n in range(300)], batch(90, 300))
    return place / "old", place / "new"


def part(folder: Path, name: str) -> Path:
    (path,) = folder.glob(f"*/{name}")
    return path


def test_what_chroma_leaves_is_sound(built: tuple[Path, Path]) -> None:
    for folder in built:
        hnsw.check(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_an_earlier_moment_is_found_out(built: tuple[Path, Path], name: str) -> None:
    old, new = built
    path = part(new, name)
    data = path.read_bytes()
    try:
        path.write_bytes(part(old, name).read_bytes())
        with pytest.raises(Damaged):
            hnsw.check(new)
    finally:
        path.write_bytes(data)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("left", [0, 50])
def test_a_file_that_is_cut_is_found_out(built: tuple[Path, Path], name: str, left: int) -> None:
    path = part(built[1], name)
    data = path.read_bytes()
    try:
        path.write_bytes(data[:left])
        with pytest.raises(Damaged):
            hnsw.check(built[1])
    finally:
        path.write_bytes(data)


def test_an_index_of_another_version_is_not_taken_for_sound(built: tuple[Path, Path]) -> None:
    path = part(built[1], "header.bin")
    data = path.read_bytes()
    try:
        path.write_bytes(b"\2" + data[1:])
        with pytest.raises(Damaged, match="version 2"):
            hnsw.check(built[1])
    finally:
        path.write_bytes(data)
