"""A write, fsync, rename, open or removal that fails, at any of them: the library is as before or as after."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
import small_library
from interception import AVAILABLE, Fault, Overseer
from nursery import Ended, Nursery

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="system calls are intercepted on Linux on x86-64 only")
EFFECTS = {
    "write": ("EIO", "ENOSPC", "kill", "torn"),
    "fsync": ("EIO", "ENOSPC", "kill"),
    "open": ("EIO", "ENOSPC", "kill"),
    "rename": ("EIO", "ENOSPC", "kill"),
    "remove": ("EIO", "kill"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A library, or none yet, and a folder that it is to be brought up to date with."""

    place: Path
    before: dict[str, str]
    after: dict[str, str]

    def strike(self, nursery: Nursery, home: Path, fault: Fault | None) -> tuple[Ended, Overseer]:
        """Ingest with this fault into a copy of the library; what is left of it is as before or as after, and mends."""
        if (self.place / "home").exists():
            shutil.copytree(self.place / "home", home)
        folder = self.place / "notes"
        ended, overseer = nursery.run_overseen(small_library.ingest, home, folder, place=home, fault=fault)
        said = f"{fault} at {overseer.struck}: {ended.value}"
        assert not ended.raised, f"{said}\n{ended.raised}"
        recovered = nursery.run(small_library.recover, home, folder)
        assert not recovered.raised, f"{said}\n{recovered.raised}"
        assert recovered.status == 0, f"{said}: a look at it ended with {recovered.status}"
        found, mended = recovered.value
        assert found == self.after or (found == self.before and ended.value != ""), said
        assert mended == self.after, said
        shutil.rmtree(home)
        return ended, overseer


def first(place: Path) -> Scene:
    """There is no library yet: the catalog and the index are made from nothing."""
    place.mkdir()
    small_library.write_all(place / "notes", 2)
    return Scene(place, {}, small_library.state_of(place / "notes"))


def changed(place: Path) -> Scene:
    """A file changed, one was renamed, one is gone, one is new: the index is made from the last one."""
    place.mkdir()
    small_library.write_all(place / "notes")
    assert small_library.ingest(place / "home", place / "notes") == ""
    before = small_library.state_of(place / "notes")
    small_library.change(place / "notes")
    return Scene(place, before, small_library.state_of(place / "notes"))


SCENES = (first, changed)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.mark.parametrize("make", SCENES)
def test_nothing_is_written_past_what_is_intercepted(
    make: Callable[[Path], Scene], nursery: Nursery, tmp_path: Path
) -> None:
    _, overseer = make(tmp_path / "scene").strike(nursery, tmp_path / "copy", None)
    assert all(overseer.counts[kind] > 0 for kind in EFFECTS if (kind, make) != ("rename", changed))
    assert {"catalog.sqlite", "catalog.sqlite-wal", "chroma.sqlite3", "data_level0.bin"} <= overseer.files["write"]
    assert all(name.endswith("-shm") for name in overseer.files["map"])  # SQLite's, made anew after a crash
    assert overseer.counts["ring"] == 0


@pytest.mark.parametrize("make", SCENES)
def test_a_fault_at_some_calls_leaves_the_old_state_or_the_new(
    make: Callable[[Path], Scene], nursery: Nursery, tmp_path: Path
) -> None:
    scene = make(tmp_path / "scene")
    _, overseer = scene.strike(nursery, tmp_path / "copy", None)
    for kind, effects in EFFECTS.items():
        for nth, effect in enumerate(effects, 1):
            if overseer.counts[kind]:
                fault = Fault(kind, 1 + nth * overseer.counts[kind] // (len(effects) + 1), effect)
                ended, struck = scene.strike(nursery, tmp_path / "copy", fault)
                assert struck.struck
                assert os.WIFSIGNALED(ended.status) == (effect in ("kill", "torn"))


@pytest.mark.long
@pytest.mark.parametrize("make", SCENES)
def test_a_fault_at_every_call_leaves_the_old_state_or_the_new(make: Callable[[Path], Scene], tmp_path: Path) -> None:
    scene = make(tmp_path / "scene")
    series = [(kind, effect) for kind, effects in EFFECTS.items() for effect in effects]

    def strike_all(kind: str, effect: str) -> int:
        """How many calls there were to strike."""
        with Nursery() as nursery:
            for number in count(1):
                _, overseer = scene.strike(nursery, tmp_path / f"{kind}-{effect}", Fault(kind, number, effect))
                if not overseer.struck:
                    return number - 1
        raise AssertionError

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        struck = Counter(dict(zip(series, threads.map(lambda one: strike_all(*one), series), strict=True)))
    print(f"{make.__name__}: {struck.total()} faults", dict(struck))
    assert all(n > 0 for (kind, _), n in struck.items() if (kind, make) != ("rename", changed))
