"""Whatever is done to a folder and its library, in any order, crashes included: the library is what a dictionary is."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from interception import AVAILABLE, Fault
from nursery import Nursery
from small_library import SMALL_BATCH, ingest_in_small_batches, look, name_in, open_assistant, text_of

from rag.errors import UserError
from rag.ingest import batch

SEED = 4
FILES = st.sampled_from(["a.txt", "b.txt", "c.txt", "inner/a.txt", "inner/d.txt"])
NAMES = st.sampled_from(["harbour", "island", "tower", "lighthouse", "bridge", "mill"])
CALLS = {"write": 250, "fsync": 50, "open": 100}
"""About as many an ingest makes of each kind."""
FAULTS = st.sampled_from(sorted(CALLS)).flatmap(
    lambda kind: st.builds(
        Fault, st.just(kind), st.integers(1, CALLS[kind]), st.sampled_from(["kill", "kill", "EIO", "ENOSPC"])
    )
)


class Folder(RuleBasedStateMachine):
    """`on_disk` and `held` are, by file, the name that its text is about: in the folder, and in the library."""

    nursery: Nursery

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.home, self.folder = self.place / "home", self.place / "notes"
        self.folder.mkdir()
        self.on_disk: dict[str, str] = {}
        self.held: dict[str, str] = {}
        self.assistant = open_assistant(self.home)

    def teardown(self) -> None:
        self.reopen()
        shutil.rmtree(self.place)

    @rule(file=FILES, name=NAMES)
    def write(self, file: str, name: str) -> None:
        """A new file, a changed one, or one that was there before."""
        (self.folder / file).parent.mkdir(exist_ok=True)
        (self.folder / file).write_text(text_of(name), encoding="utf-8")
        self.on_disk[file] = name

    @precondition(lambda self: self.on_disk)
    @rule(data=st.data(), to=FILES)
    def rename(self, data: st.DataObject, to: str) -> None:
        file = data.draw(st.sampled_from(sorted(self.on_disk)))
        (self.folder / to).parent.mkdir(exist_ok=True)
        (self.folder / file).rename(self.folder / to)
        self.on_disk[to] = self.on_disk.pop(file)

    @precondition(lambda self: self.on_disk)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(sorted(self.on_disk)))
        (self.folder / file).unlink()
        del self.on_disk[file]

    @rule()
    def ingest(self) -> None:
        if not self.on_disk and not self.held:
            with pytest.raises(UserError):
                self.assistant.ingest(self.folder)
            return
        report = self.assistant.ingest(self.folder)
        after = self.brought_up_to_date()
        assert set(report.added) | {new for _, new in report.renamed} == set(after) - set(self.held)
        assert set(report.removed) | {old for old, _ in report.renamed} == set(self.held) - set(after)
        self.held = after

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        source = data.draw(st.sampled_from(sorted(self.held)))
        self.assistant.forget(source)
        del self.held[source]

    @precondition(lambda self: AVAILABLE and self.on_disk)
    @rule(fault=FAULTS)
    def ingest_and_crash(self, fault: Fault) -> None:
        """In another process, while the assistant here has the library open."""
        ended, overseer = self.nursery.run_overseen(
            ingest_in_small_batches, self.home, self.folder, place=self.home, fault=fault
        )
        assert not ended.raised, f"{fault} at {overseer.struck}: {ended.raised}"
        found = look(self.home)
        before, after = _texts(self.held), _texts(self.brought_up_to_date())
        said = f"{fault} at {overseer.struck}: {ended.value}"
        if ended.value == "":
            assert found == after, said
        for source in {*before, *after}:  # of several batches some may be committed
            assert found.get(source) in (before.get(source), after.get(source)), said
        assert set(found) <= {*before, *after}, said
        self.held = {source: name_in(text) for source, text in found.items()}

    @rule()
    def reopen(self) -> None:
        if self.held:
            self.assistant.library.close()
        self.assistant = open_assistant(self.home)

    @precondition(lambda self: self.held)
    @rule(name=NAMES)
    def ask(self, name: str) -> None:
        answer = self.assistant.ask(f"Who is the keeper of {name}?")
        cited = {self.held[citation.source] for citation in answer.citations}
        if name in self.held.values():
            assert f"Warden{name}" in str(answer)
            assert name in cited
        else:
            assert name not in cited

    @invariant()
    def the_library_holds_what_it_is_to_hold(self) -> None:
        assert look(self.home) == _texts(self.held)
        if self.held:
            assert {info.source for info in self.assistant.documents()} == set(self.held)

    def brought_up_to_date(self) -> dict[str, str]:
        """What an ingest makes of it: a folder that is empty now may have been unmounted, so nothing is removed."""
        return dict(self.on_disk) if self.on_disk else dict(self.held)


def _texts(held: dict[str, str]) -> dict[str, str]:
    return {source: text_of(name) for source, name in held.items()}


def explore(histories: int, steps: int) -> None:
    bounds = settings(
        max_examples=histories,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a history of so few steps is read as it is; to shrink it takes minutes
        suppress_health_check=list(HealthCheck),
    )
    with Nursery() as nursery, pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "CHUNKS", SMALL_BATCH)
        Folder.nursery = nursery
        run_state_machine_as_test(seed(SEED)(Folder), settings=bounds)


def test_a_few_histories_leave_the_library_as_the_dictionary() -> None:
    explore(histories=5, steps=15)


@pytest.mark.long
def test_many_histories_leave_the_library_as_the_dictionary() -> None:
    explore(histories=100, steps=30)
