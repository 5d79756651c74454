"""What is in a library, for the person who asks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from rag.library import generations, schema
from rag.library.catalog import number, setting
from rag.library.snapshot import Snapshot
from rag.types import Skipped


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the library follows."""

    path: str
    documents: int
    whole: bool
    """False where only single files of it were ingested."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is in the library."""

    home: str
    documents: int
    chunks: int
    disk_bytes: int
    """Of all its files."""
    embedder: str
    dimensions: int
    version: int
    """Goes up with each committed change."""
    index: str
    """"up to date", or what is the matter with it, in words."""
    roots: tuple[Root, ...]
    skipped: tuple[Skipped, ...]


def read_status(home: Path, snapshot: Snapshot) -> Status:
    """The status of the library in `home`."""
    connection = snapshot.connection
    roots = connection.execute(
        select(schema.roots.c.path, func.count(schema.documents.c.id).label("n"), schema.roots.c.whole)
        .outerjoin(schema.documents, schema.documents.c.root == schema.roots.c.id)
        .group_by(schema.roots.c.id)
        .order_by(schema.roots.c.path)
    )
    skipped = connection.execute(select(schema.skipped.c.path, schema.skipped.c.reason).order_by("path"))
    count, chunks = snapshot.counts()
    return Status(
        home=str(home),
        documents=count,
        chunks=chunks,
        disk_bytes=disk_bytes(home),
        embedder=setting(connection, "embedder"),
        dimensions=number(connection, "dimensions"),
        version=snapshot.version,
        index=generations.describe(connection, home / generations.FOLDER),
        roots=tuple(Root(row.path, row.n, row.whole) for row in roots),
        skipped=tuple(Skipped(row.path, row.reason) for row in skipped),
    )


def disk_bytes(folder: Path) -> int:
    """What the files in the folder take up: one with holes is less than it is long."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a writer sweeps meanwhile
            total += 512 * path.lstat().st_blocks if path.is_file() else 0
    return total
