"""The next generation: brought up to date with the catalog, checked, and published by one pointer."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, true

from rag.errors import IntegrityError
from rag.library import files, schema, vectors
from rag.library.catalog import Catalog, number, set_setting, setting
from rag.library.files import Damaged
from rag.library.opening import is_refused
from rag.library.schema import chunks

if TYPE_CHECKING:
    from rag.types import Vectors

FOLDER = "generations"
KEPT = 2
LOOSE = 0.01
"""Share of the vectors that may differ from the generation before another is made; readers search those exactly."""
CHURN = 0.25
"""Share of the vectors written or deleted after which the next is made from nothing: deleted ones stay in the graph."""
SAMPLE = 20
FAULTS = (Damaged, OSError, sqlite3.Error)
"""What the making of a generation may end with; the one before stays."""


@dataclass(frozen=True, slots=True)
class _State:
    """The catalog beside the generation that serves it."""

    version: int
    indexed: int
    count: int
    fresh: int
    """Chunks that came after the generation."""
    name: str
    held: int
    churn: int
    files: str

    @property
    def changed(self) -> int:
        """Vectors to write or delete, at the least."""
        return self.fresh + max(0, self.held - (self.count - self.fresh))


def publish(catalog: Catalog, folder: Path, whole: bool = False) -> bool:
    """Bring the index up to date where it is worth it; whether a generation was published.

    The caller holds the write lock. With `whole`, always, and from nothing but the catalog.
    """
    sweep(catalog, folder)
    published = _publish(catalog, folder, whole)
    if published:
        sweep(catalog, folder)
    return published


def _publish(catalog: Catalog, folder: Path, whole: bool) -> bool:
    with catalog.reading() as connection:
        state = _state(connection)
    if not whole and state.name and state.changed <= LOOSE * state.held and _usable(folder, state):
        return False
    if state.count == 0:
        return bool(state.name) and _point(catalog, state, "", "", 0)
    name = secrets.token_hex(4)
    if not whole and state.name and state.churn + state.changed <= CHURN * state.count and _usable(folder, state):
        try:
            _build(catalog, state, folder / name, folder / state.name)
            recorded = files.record(folder / name)
            return _point(catalog, state, name, recorded, state.churn + state.changed)
        except FAULTS:
            files.sweep(folder / name)
            name = secrets.token_hex(4)
    try:
        _build(catalog, state, folder / name, None)
        recorded = files.record(folder / name)
    except FAULTS as error:
        files.sweep(folder / name)
        raise IntegrityError(
            f"the vector index could not be made from the catalog ({error}); the documents are safe and "
            "searchable, only slower; check the space on the disk, and run `rag ingest` again to make another"
        ) from error
    return _point(catalog, state, name, recorded, 0)


def sweep(catalog: Catalog, folder: Path) -> None:
    """Delete the generations that were never finished or are no longer kept, but for those that are open."""
    with catalog.reading() as connection:
        kept = set(connection.scalars(select(schema.generations.c.name)))
    with suppress(OSError):  # no folder yet, or one that cannot be listed now: the next writer sweeps
        for path in folder.iterdir():
            if path.name not in kept:
                files.sweep(path)


def _state(connection: Connection) -> _State:
    indexed = number(connection, "indexed")
    name = setting(connection, "generation")
    row = connection.execute(select(schema.generations).where(schema.generations.c.name == name)).first()
    return _State(
        version=number(connection, "version"),
        indexed=indexed,
        count=connection.scalar(select(func.count()).select_from(chunks)) or 0,
        fresh=connection.scalar(select(func.count()).where(chunks.c.added > indexed)) or 0,
        name=name if row else "",
        held=row.held if row else 0,
        churn=row.churn if row else 0,
        files=row.files if row else "{}",
    )


def _usable(folder: Path, state: _State) -> bool:
    try:
        files.check(folder / state.name, state.files)
    except Damaged:
        return False
    return not is_refused(folder / state.name)


def _build(catalog: Catalog, state: _State, folder: Path, base: Path | None) -> None:
    """Raises `Damaged` where the result does not answer as the catalog would."""
    with catalog.reading() as connection:
        kept = connection.scalars(select(chunks.c.id)) if base else ()
        after = state.indexed if base else -1
        vectors.build(folder, base, kept, _batches(connection, after))
        vectors.check_answers(folder, state.count, _sample(connection, state.count, true()))


def _sample(connection: Connection, count: int, condition: ColumnElement[bool]) -> list[tuple[str, Vectors]]:
    """Some of the chunks with their vectors."""
    step = max(1, count // SAMPLE)
    rows = connection.execute(
        select(chunks.c.id, chunks.c.vector).where(condition, chunks.c.key % step == 0).limit(SAMPLE)
    )
    return [(row.id, np.frombuffer(row.vector, dtype="<f4")) for row in rows]


def _batches(connection: Connection, after: int) -> Iterator[tuple[Sequence[str], Vectors]]:
    """Ids and vectors of the chunks that came after this version."""
    rows = connection.execute(
        select(chunks.c.id, chunks.c.vector).where(chunks.c.added > after).order_by(chunks.c.key),
        execution_options={"yield_per": vectors.BATCH},
    )
    for batch in rows.partitions():
        yield [row.id for row in batch], np.stack([np.frombuffer(row.vector, dtype="<f4") for row in batch])


def _point(catalog: Catalog, state: _State, name: str, files: str, churn: int) -> bool:
    """Let readers see the generation `name` as the index of the state's version."""
    table = schema.generations
    with catalog.writing() as connection:
        if name:
            row = {"name": name, "held": state.count, "churn": churn, "files": files}
            connection.execute(insert(table).values(row))
        set_setting(connection, "generation", name)
        set_setting(connection, "indexed", str(state.version))
        kept = select(table.c.number).order_by(table.c.number.desc()).limit(KEPT)
        connection.execute(delete(table).where(table.c.number.not_in(kept)))
    return bool(name)


def inspect(catalog: Catalog, folder: Path) -> str:
    """What is wrong with the published index, all of it read: empty where nothing is. It may end the process."""
    with catalog.reading() as connection:
        state = _state(connection)
        if not state.name:
            return "it is not made yet" if state.count else ""
        older = set(connection.scalars(select(chunks.c.id).where(chunks.c.added <= state.indexed)))
        sample = _sample(connection, len(older), chunks.c.added <= state.indexed)
    try:
        files.check(folder / state.name, state.files, all_through=True)
        if is_refused(folder / state.name):
            return "opening it ended the process"
        vectors.check_answers(folder / state.name, state.held, sample)
        missing = older - vectors.ids(folder / state.name)
    except Damaged as error:
        return str(error)
    return f"{len(missing)} passages are not in it" if missing else ""


def main(home: str) -> None:
    """Print what `inspect` finds: for a process of its own."""
    print(inspect(Catalog(Path(home)), Path(home) / FOLDER))


def describe(connection: Connection, folder: Path) -> str:
    """The state of the index in words."""
    state = _state(connection)
    if not state.name and state.count:
        return "not made yet: every vector is compared"
    if state.name and not _usable(folder, state):
        return "damaged: every vector is compared until `rag doctor` or the next `rag ingest` makes another"
    if state.changed:
        return f"up to date but for {state.changed} chunks, which are compared one by one"
    return "up to date"
