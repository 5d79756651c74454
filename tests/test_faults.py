"""A write, fsync, rename, open or removal that fails, at any of them: the library is as before or as after."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
import small_library
from interception import AVAILABLE, Call, Fault, Overseer
from nursery import Ended, Nursery

from rag.library.catalog import FILE
from rag.library.files import IN_USE
from rag.library.generations import FOLDER
from rag.library.library import LOCK

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
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    """What libraries held that were recovered, by their checksums: what is left is often the same to the byte."""

    def strike(self, nursery: Nursery, home: Path, fault: Fault | None) -> tuple[Ended, Overseer]:
        """Ingest with this fault into a copy of the library; what is left of it is as before or as after, and mends."""
        self._bring(home)
        ended, overseer = nursery.run_overseen(small_library.ingest, home, self.folder, place=home, fault=fault)
        said = f"{fault} at {overseer.struck}: {ended.value}"
        assert not ended.raised, f"{said}\n{ended.raised}"
        self._recover(nursery, home, said, done=ended.value == "")
        return ended, overseer

    def kill_everywhere(self, home: Path) -> Counter[str]:
        """What a kill before each call of an ingest leaves, or in the middle of a write; how many there were.

        The ingest waits at the call while a copy of the library, as a kill would leave it, is recovered.
        """
        copy, struck = home.with_name(f"{home.name}-copy"), Counter[str]()

        def kill(call: Call) -> None:
            for effect in ("kill", "torn") if call.kind == "write" else ("kill",):
                if home.exists():
                    shutil.copytree(home, copy)
                file = copy / call.path.relative_to(home)
                if effect == "torn" and file.exists():
                    call.tear(file)
                self._recover(other, copy, f"{effect} at {call.name} of {call.path.name}", done=False)
                struck[f"{call.kind} {effect}"] += 1

        self._bring(home)
        with Nursery() as nursery, Nursery() as other:
            ended, _ = nursery.run_overseen(small_library.ingest, home, self.folder, place=home, before=kill)
        assert (ended.value, ended.raised) == ("", "")
        shutil.rmtree(home)
        return struck

    @property
    def folder(self) -> Path:
        return self.place / "notes"

    def _bring(self, home: Path) -> None:
        if (self.place / "home").exists():
            shutil.copytree(self.place / "home", home)

    def _recover(self, nursery: Nursery, home: Path, said: str, done: bool) -> None:
        """The library is as before, unless the ingest was `done`, or as after; it mends, and is removed."""
        checksum = _checksum(home)
        if checksum not in self.seen:
            recovered = nursery.run(small_library.recover, home, self.folder)
            assert not recovered.raised, f"{said}\n{recovered.raised}"
            assert recovered.status == 0, f"{said}: a look at it ended with {recovered.status}"
            found, mended = recovered.value
            assert mended == self.after, said
            self.seen[checksum] = found
        assert self.seen[checksum] == self.after or (self.seen[checksum] == self.before and not done), said
        if home.exists():
            shutil.rmtree(home)


def _checksum(home: Path) -> str:
    """Of names and bytes; not of what SQLite makes anew, of who wrote last, and of what nobody opens."""
    state = hashlib.sha256()
    unfinished = {path for path in home.glob(f"{FOLDER}/*") if not (path / IN_USE).exists()}
    state.update(b"unfinished" if unfinished else b"")
    for path in sorted(home.rglob("*")):
        if path.name not in (LOCK, f"{FILE}-shm") and unfinished.isdisjoint((path, *path.parents)):
            state.update(f"{path.relative_to(home)}\n".encode())
            state.update(hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b"")
    return state.hexdigest()


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


def test_nothing_is_opened_of_an_index_that_was_never_finished(nursery: Nursery, tmp_path: Path) -> None:
    scene = changed(tmp_path / "scene")
    home, (published,) = scene.place / "home", (scene.place / "home" / FOLDER).iterdir()
    unfinished = shutil.copytree(published, home / FOLDER / "unfinished", ignore=shutil.ignore_patterns(IN_USE))
    files = {path.name for path in unfinished.rglob("*") if path.is_file()}
    ended, overseer = nursery.run_overseen(small_library.recover, home, scene.folder, place=unfinished)
    assert ended.value == [scene.before, scene.after]
    assert files <= overseer.files["remove"]
    assert not files & overseer.files["open"]


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
    failing = [(kind, effect) for kind, effects in EFFECTS.items() for effect in effects if effect.startswith("E")]

    def strike_all(kind: str, effect: str) -> int:
        """How many calls there were to strike."""
        with Nursery() as nursery:
            for number in count(1):
                _, overseer = scene.strike(nursery, tmp_path / f"{kind}-{effect}", Fault(kind, number, effect))
                if not overseer.struck:
                    return number - 1
        raise AssertionError

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        killing = threads.submit(scene.kill_everywhere, tmp_path / "kill")
        counts = threads.map(lambda one: strike_all(*one), failing)
        struck = Counter({f"{kind} {effect}": n for (kind, effect), n in zip(failing, counts, strict=True)})
        struck += killing.result()
    print(f"{make.__name__}: {struck.total()} faults, {len(scene.seen)} libraries", dict(struck))
    assert set(struck) == {f"{kind} {effect}" for kind, effects in EFFECTS.items() for effect in effects}
