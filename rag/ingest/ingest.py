"""Ingest: from files and folders to a library that answers from them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UserError
from rag.ingest.batch import Batch
from rag.ingest.language import warning
from rag.ingest.parts import Parts
from rag.ingest.read import sandbox
from rag.ingest.roots import Target, ensure, has_documents, target_of
from rag.ingest.sync import Changes, Sync
from rag.ingest.walk import Found, Hidden, PassedOver, walk
from rag.library.library import Library
from rag.types import Embedder, IngestReport

NAMED = 3
"""Hidden files and folders that a report calls by their names."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is."""

    done: int
    """Files that are done with."""
    total: int
    current: str
    """The file that was done last."""
    chunks: int
    """Embedded so far."""
    chunks_per_second: float


def ingest(
    library: Library,
    paths: Sequence[Path],
    embedder: Embedder,
    progress: Callable[[Progress], None] | None = None,
    parts: Parts | None = None,
) -> IngestReport:
    """Bring the library up to date with these files and folders.

    By content: an unchanged file costs a look at its size and time, a renamed one keeps its vectors,
    a changed one is swapped in when its new version is whole. What vanished from a folder is
    removed; what is still there and cannot be read is listed, and keeps its last version. Stopped at
    any point, the next run carries on from what was committed.

    Raises `LibraryLocked`, `LibraryMismatch`, and `UserError` where a path is missing or a folder has no files.
    """
    library.check_embedder(embedder.name, embedder.dimensions)
    changes = Changes()
    meter = _Meter(progress)
    batch = Batch(library.catalog, embedder, meter.embedded)
    parts = parts or Parts.for_embedder(embedder, library.chunk_tokens)
    with library.writing(), closing(sandbox), closing(batch):
        plans = _plans(library, [Path(path) for path in paths])
        meter.total = sum(len(plan.found) for plan in plans)
        hidden = [entry for plan in plans for entry in plan.hidden]
        for plan in plans:
            with library.catalog.writing() as connection:
                root, moved = ensure(connection, plan.target)
            changes.renamed.extend(moved)
            Sync(library.catalog, root, plan.target, batch, parts, changes).run(
                plan.found, plan.passed_over, meter.considered
            )
        library.publish()
    return IngestReport(
        added=tuple(sorted(changes.added)),
        updated=tuple(sorted(changes.updated)),
        renamed=tuple(sorted(changes.renamed)),
        unchanged=tuple(sorted(changes.unchanged)),
        removed=tuple(sorted(changes.removed)),
        skipped=tuple(sorted(changes.skipped, key=lambda skipped: skipped.source)),
        notes=(*changes.notes, *warning(changes.foreign), *(_told(hidden) if changes.added else ())),
        chunks=meter.chunks,
        seconds=meter.seconds,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """One path of the user's, and what was found there."""

    target: Target
    found: list[Found]
    passed_over: list[PassedOver]
    hidden: list[Hidden]


def _plans(library: Library, paths: Sequence[Path]) -> list[_Plan]:
    """Outermost folders first, so that no file gets two roots; none for a path whose files others have."""
    plans: list[_Plan] = []
    seen: set[Path] = set()
    for path in sorted(paths, key=lambda path: os.path.realpath(path).count(os.sep)):
        plan = _plan(library, path, [plan.target.root for plan in plans if plan.target.whole])
        files = {plan.target.root / file.path for file in plan.found}
        if not files or files - seen:
            plans.append(plan)
        seen |= files
    return plans


def _plan(library: Library, path: Path, coming: Sequence[Path]) -> _Plan:
    """Raises `UserError` where there is nothing to read, before anything is changed."""
    with library.catalog.reading() as connection:
        target = target_of(connection, path, library.home, coming)
        known = has_documents(connection, target)
    entries = list(walk(target.root, target.scope, library.home))
    found = [entry for entry in entries if isinstance(entry, Found)]
    passed_over = [entry for entry in entries if isinstance(entry, PassedOver)]
    hidden = [entry for entry in entries if isinstance(entry, Hidden)]
    if not found and not passed_over and not known:
        raise UserError(
            f"documents were looked for in {path}, but there are none "
            "(hidden files, node_modules and virtual environments are passed over); name another folder"
        )
    return _Plan(target, found, passed_over, hidden)


def _told(hidden: Sequence[Hidden]) -> tuple[str, ...]:
    """A note on what was left alone."""
    if not hidden:
        return ()
    names = ", ".join(entry.path for entry in hidden[:NAMED]) + (", …" if len(hidden) > NAMED else "")
    count = "1 hidden file or folder was" if len(hidden) == 1 else f"{len(hidden):,} hidden files and folders were"
    return (f"{count} passed over: {names}",)


class _Meter:
    """Counts, and tells whoever watches."""

    def __init__(self, progress: Callable[[Progress], None] | None) -> None:
        self._progress = progress
        self._started = time.perf_counter()
        self._current = ""
        self._done = 0
        self.total = 0
        self.chunks = 0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    def considered(self, path: str) -> None:
        self._done += 1
        self._current = path
        self._tell()

    def embedded(self, chunks: int) -> None:
        self.chunks += chunks
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            rate = self.chunks / max(self.seconds, 1e-9)
            self._progress(Progress(self._done, self.total, self._current, self.chunks, rate))
