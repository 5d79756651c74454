"""The table in docs/survival.md says what is true: each file of a library is damaged in each way and repaired."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from damage import KINDS, Answers, ask, current, damage, make, make_killed, place_in_catalog

from rag.ingest.ingest import ingest
from rag.library import doctor, generations
from rag.library.catalog import FILE, Catalog
from rag.library.doctor import Health, treat
from rag.library.library import Library
from rag.library.salvage import KEPT
from rag.testing import HashEmbedder

_TABLE = (Path(__file__).parent.parent / "docs" / "survival.md").read_text(encoding="utf-8")
_LINES = [
    tuple(cell.strip() for cell in line.strip("|").split("|")) for line in _TABLE.splitlines() if line[:2] == "| "
]
CASES = [(file, kind, found, repaired) for file, kinds, found, repaired in _LINES[1:] for kind in kinds.split(", ")]
KILLED = "after a kill"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "place")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_killed(tmp_path_factory.mktemp("killed") / "place")


@pytest.fixture(scope="module")
def right(made: Path, killed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Answers]:
    """What each of them answers undamaged."""
    answers = {}
    for place in (made, killed):
        home = tmp_path_factory.mktemp("right") / "home"
        shutil.copytree(place / "home", home)
        answers[place] = ask(home)
        assert not answers[place].error
    return answers


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor looks at an index in a child, which takes a second each time; tests/test_doctor.py has one."""
    monkeypatch.setattr(doctor, "inspected", lambda home: generations.inspect(Catalog(home), home / generations.FOLDER))


def path_of(home: Path, file: str) -> Path:
    name = file.partition(",")[0]
    return home / name if (home / name).exists() else next(current(home).rglob(name))


def check_found(how: str, said: Answers, right: Answers, health: Health) -> None:
    if how == "when it is opened: refused":
        assert said.error.startswith("IntegrityError")
        assert "`rag doctor`" in said.error or "`rag restore" in said.error
        return
    assert (said.error, said.found) == ("", right.found)
    assert said.index is (how != "when it is opened: every vector is compared")
    assert bool(health.findings) is (how != "not at all; answers are right")


def check_repaired(how: str, home: Path, notes: Path, health: Health, embedder: HashEmbedder) -> None:
    """The library is sound again, with no more embedding than is said."""
    if how.startswith("not: "):
        assert not health.sound
        assert all("`rag restore" in finding.remedy for finding in health.findings)
        return
    assert {finding.state for finding in health.findings} <= {"repaired"}
    if "the next ingest brings them back" in how:
        ingest(Library.open(home), [notes], embedder)
    else:
        assert embedder.embedded == ("is embedded" in how and "nothing is embedded" not in how)
    assert bool(health.findings) is (how != "nothing to repair")
    if health.findings and "bytes, and should have" not in health.findings[0].said:  # a hole of 1 TB is not kept
        assert (home / KEPT).exists() is ("new catalog" in how or "read again" in how)


@pytest.mark.parametrize(("file", "kind", "found", "repaired"), CASES, ids=[" ".join(case[:2]) for case in CASES])
def test_damage_is_found_before_an_answer_and_repaired_as_the_table_says(
    file: str,
    kind: str,
    found: str,
    repaired: str,
    made: Path,
    killed: Path,
    right: dict[Path, Answers],
    tmp_path: Path,
) -> None:
    place = killed if KILLED in file else made
    home, embedder = tmp_path / "home", HashEmbedder()
    shutil.copytree(place / "home", home)
    _, _, where = file.partition(", ")
    at = None if where in ("", KILLED) else place_in_catalog(home, where)
    damage(path_of(home, file), kind, at)
    said = ask(home)
    health = treat(home, lambda: embedder)
    check_found(found, said, right[place], health)
    check_repaired(repaired, home, place / "notes", health, embedder)
    after = ask(home)
    assert repaired.startswith("not: ") or (after.error, after.found, after.index) == ("", right[place].found, True)


def test_the_table_leaves_out_no_file_and_no_way(made: Path, killed: Path) -> None:
    files = {path.name for place in (made, killed) for path in (place / "home").rglob("*") if path.is_file()}
    assert {(file.partition(",")[0], kind) for file, kind, _, _ in CASES} == {
        (f, kind) for f in files for kind in KINDS
    }


def assert_right_or_named(home: Path, notes: Path, right: Answers) -> bool:
    """Whether it was refused; when it is repaired, what is not there is named, and an ingest brings it back."""
    said = ask(home)
    assert said.found == right.found or said.error.startswith("IntegrityError"), said
    embedder = HashEmbedder()
    health = treat(home, lambda: embedder)
    if health.sound:
        ingest(Library.open(home), [notes], embedder)
        after = ask(home)
        assert (after.error, after.found) == ("", right.found)
    return bool(said.error)


def strike(made: Path, right: Answers, place: Path, times: int) -> tuple[int, int]:
    """Flip a bit, or overwrite a page, anywhere in the catalog; how many of these were refused, and repaired."""
    rng = random.Random(11)
    refused = sound = 0
    for number in range(times):
        home = place / str(number)
        shutil.copytree(made / "home", home)
        path = home / FILE
        size = path.stat().st_size
        if number % 4:
            damage(path, "one bit", rng.randrange(size))
        else:
            with path.open("r+b") as file:
                file.seek(4096 * rng.randrange(size // 4096))
                file.write(rng.randbytes(4096))
        refused += assert_right_or_named(home, made / "notes", right)
        sound += not ask(home).error
        shutil.rmtree(home)
    return refused, sound


def test_damage_anywhere_in_the_catalog_gives_no_wrong_answer(
    made: Path, right: dict[Path, Answers], tmp_path: Path
) -> None:
    refused, _ = strike(made, right[made], tmp_path, 8)
    assert refused > 0


@pytest.mark.long
def test_damage_at_four_hundred_places_of_the_catalog_gives_no_wrong_answer(
    made: Path, right: dict[Path, Answers], tmp_path: Path
) -> None:
    refused, sound = strike(made, right[made], tmp_path, 400)
    print(f"{refused} of 400 refused, {sound} answer after `rag doctor`")
    assert refused > 120
    assert sound > 360


def test_a_library_without_rights_to_write_is_checked_all_the_same(
    made: Path, right: dict[Path, Answers], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)
    damage(home / FILE, "one bit", place_in_catalog(home, "in the lexical index"))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "lexical index" in ask(home).error
