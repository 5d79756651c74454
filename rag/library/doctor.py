"""The doctor: what is wrong with a library, in plain words."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select

from rag.errors import IntegrityError, RagError
from rag.library import generations, schema, seal
from rag.library.catalog import Catalog, address, missing, setting
from rag.library.checks import problems
from rag.library.library import Library, check_schema
from rag.library.opening import run_in_child
from rag.library.repair import repair
from rag.library.salvage import KEPT, LOST, Salvaged
from rag.library.status import disk_bytes
from rag.types import Embedder

State = Literal["broken", "repaired", "note"]
CONVERSATIONS = "conversations.sqlite"
LITTLE = 200_000_000
"""Bytes of free disk below which an ingest may not end well."""
RUN = "`rag doctor` repairs it"
_INSPECT = "import sys; sys.path.append(sys.argv[1]); from rag.library.generations import main; main(sys.argv[2])"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    area: str
    """catalog, index, conversations, folders, disk, settings or models."""
    said: str
    """What is wrong, in a sentence."""
    state: State
    """A note is for information."""
    remedy: str
    """What was done, or what to do."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the doctor saw."""

    home: str
    documents: int
    chunks: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is broken now."""
        return all(finding.state != "broken" for finding in self.findings)


def examine(home: Path, embedder: Callable[[], Embedder]) -> Health:
    """All that is wrong with the library in `home`, with its disk, the packaged models and the settings.

    Nothing is changed. Raises `NoLibrary` where there is none, `LibraryMismatch` for that of another version.
    """
    store = Catalog(home)
    with suppress(IntegrityError), store.reading() as connection:
        check_schema(home, setting(connection, "schema"))
    findings = list(_catalog(home, store))
    documents = passages = 0
    if not findings:
        with store.reading() as connection:
            documents = connection.scalar(select(func.count()).select_from(schema.documents)) or 0
            passages = connection.scalar(select(func.count()).select_from(schema.chunks)) or 0
        findings = [*_seal(home, store), *_lost(store), *_index(home, store), *_folders(store)]
        findings += _settings(Library(home, store), embedder)
    findings += [*_conversations(home), *_disk(home), *_models()]
    return Health(str(home), documents, passages, tuple(findings))


def treat(home: Path, embedder: Callable[[], Embedder]) -> Health:
    """The same, after what could be repaired was; under the write lock."""
    before = examine(home, embedder)
    broken = {finding.area for finding in before.findings if finding.state == "broken"}
    if not broken & {"catalog", "index"} or not Catalog(home).path.is_file():
        return before
    try:
        done = repair(home, embedder, "index" in broken)
    except IntegrityError as error:
        remedy = str(error).replace("; ", ", so ", 1)
        return replace(
            before, findings=tuple(replace(f, remedy=remedy) if f.remedy == RUN else f for f in before.findings)
        )
    after = examine(home, embedder)
    left = {(finding.area, finding.said) for finding in after.findings}
    gone = [f for f in before.findings if f.state == "broken" and (f.area, f.said) not in left]
    repaired = [replace(f, state="repaired", remedy=_done(f, done)) for f in gone]
    return replace(after, findings=(*repaired, *after.findings))


def _done(finding: Finding, done: Salvaged) -> str:
    if finding.area == "index":
        return "made anew from the catalog's vectors"
    if not done.whole and not done.reread:
        return (
            "mended" if "changes are gone" not in finding.said else "usable again; `rag ingest` brings the files back"
        )
    return (
        f"{len(done.whole)} documents taken over whole, {len(done.reread)} read again from their files, "
        f"{done.embedded} passages embedded; the damaged catalog is kept as {KEPT}, "
        "and `rag ingest` brings back what may be missing"
    )


def _catalog(home: Path, store: Catalog) -> Iterator[Finding]:
    """What keeps the catalog from being used."""
    if store.path.is_file():
        for problem in problems(store):
            yield Finding("catalog", problem.said, "broken", RUN)
        return
    error = missing(home)
    if not isinstance(error, IntegrityError):
        raise error
    said, _, remedy = str(error).partition("; ")
    yield Finding("catalog", said, "broken", remedy)


def _seal(home: Path, store: Catalog) -> Iterator[Finding]:
    sealed, version = seal.read(home), store.version()
    if sealed is None:
        yield Finding("catalog", f"its checksum ({seal.FILE}) is missing or damaged", "broken", RUN)
    elif version < sealed.version:
        said = f"its last {sealed.version - version} changes are gone, with its log or because it is an old copy"
        yield Finding("catalog", said, "broken", "`rag doctor` makes it usable; `rag ingest` brings the files back")
    elif seal.broken(home, store.path, version):
        yield Finding("catalog", "some of its bytes changed, though every row is what was stored", "broken", RUN)


def _lost(store: Catalog) -> Iterator[Finding]:
    table = schema.skipped
    with store.reading() as connection:
        rows = connection.execute(
            select(schema.roots.c.path.label("root"), table.c.path)
            .join_from(table, schema.roots)
            .where(table.c.reason == LOST)
        ).all()
    for row in rows:
        path = Path(row.root, row.path)
        yield Finding(
            "catalog", f"{path}: {LOST}, and it was taken out", "broken", f"put the file back, then `rag ingest {path}`"
        )


def _index(home: Path, store: Catalog) -> Iterator[Finding]:
    said = inspected(home)
    if said:
        yield Finding("index", f"{said}; every vector is compared instead", "broken", RUN)
    with store.reading() as connection:
        kept = set(connection.scalars(select(schema.generations.c.name)))
    folder = home / generations.FOLDER
    stray = [path.name for path in folder.iterdir() if path.name not in kept] if folder.is_dir() else []
    if stray:
        yield Finding(
            "index", f"{len(stray)} unfinished or old indexes take up room", "note", "the next ingest sweeps them away"
        )


def inspected(home: Path) -> str:
    """What a child process finds wrong with the index: a damaged one may end the process that opens it."""
    try:
        child = run_in_child(_INSPECT, str(home))
    except subprocess.TimeoutExpired:
        return "a process that opens it does not end"
    return child.stdout.strip() if child.returncode == 0 else f"a process that opens it ends with {child.returncode}"


def _folders(store: Catalog) -> Iterator[Finding]:
    with store.reading() as connection:
        for path in connection.scalars(select(schema.roots.c.path)):
            if not Path(path).is_dir():
                yield Finding("folders", f"the folder {path} is not there", "note", "its documents are kept and answer")


def _conversations(home: Path) -> Iterator[Finding]:
    path = home / CONVERSATIONS
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(address(path), uri=True)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        yield Finding(
            "conversations", f"SQLite says of {path}: {said}", "broken", "move the file away: no document is touched"
        )


def _settings(library: Library, embedder: Callable[[], Embedder]) -> Iterator[Finding]:
    try:
        found = embedder()
        library.check_embedder(found.name, found.dimensions)
    except RagError as error:
        said, _, remedy = str(error).partition("; ")
        yield Finding("settings", said, "broken", remedy)


def _disk(home: Path) -> Iterator[Finding]:
    free, used = shutil.disk_usage(home).free, disk_bytes(home)
    if free < max(LITTLE, 2 * used):
        yield Finding(
            "disk",
            f"{free / 1e6:,.0f} MB are free where the library takes {used / 1e6:,.0f}",
            "note",
            "make room before an ingest",
        )


def _models() -> Iterator[Finding]:
    from rag.models import minilm, reader

    for file in (minilm.MODEL, minilm.TOKENIZER, reader.MODEL):
        try:
            file.read()
        except RagError as error:
            said, _, remedy = str(error).partition("; ")
            yield Finding("models", said, "broken", remedy)
