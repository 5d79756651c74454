"""Public benchmarks, read in place from a path that the user gives; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eval.benchmark import Benchmark
from eval.suites import bipia, clapnq, nq_open, ramdocs, squad2
from eval.suites.library import SuiteError


@dataclass(frozen=True, slots=True)
class Suite:
    """A public benchmark: what `--data` names, and how it becomes questions over a corpus."""

    name: str
    data: str
    licence: str
    build: Callable[[Path, Path], Benchmark]
    """From the data's path and an empty folder, which takes the passages as files."""


SUITES = {
    suite.name: suite
    for suite in (
        Suite("squad2", "a JSON file in SQuAD's format", "CC BY-SA 4.0", squad2.build),
        Suite("nq-open", "the oracle JSON Lines of nelson-liu/lost-in-the-middle", "CC BY-SA 3.0", nq_open.build),
        Suite("clapnq", "a folder with the answerable and unanswerable JSON Lines of primeqa/clapnq", "Apache-2.0",
              clapnq.build),
        Suite("ramdocs", "the JSON Lines of HanNight/RAMDocs", "MIT", ramdocs.build),
        Suite("bipia", "a folder with an e-mail and a text-attack file of microsoft/BIPIA", "MIT", bipia.build),
    )
}  # fmt: skip


def build(name: str, data: Path | None, folder: Path) -> Benchmark:
    """The suite's questions; its passages are written as files into `folder`. Raises `SuiteError`."""
    if name not in SUITES:
        raise SuiteError(f"there is no suite named {name!r}; there are {', '.join(SUITES)}")
    suite = SUITES[name]
    if data is None or not data.exists():
        found = f"{data} is not there" if data else "no path was given"
        raise SuiteError(f"{name} wants --data: {suite.data}; {found}")
    return suite.build(data, folder)
