"""Roots: the folders that a library follows, and what their documents are called."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, bindparam, delete, exists, insert, select, update

from rag.errors import UserError
from rag.ingest.walk import printable
from rag.library.schema import documents, roots


@dataclass(frozen=True, slots=True)
class Target:
    """What one path of the user's means: a root, and the part of it to bring up to date."""

    root: Path
    scope: str
    """Relative to the root; "" for all of it."""
    whole: bool
    """False where only this file is asked for, not the folder that it is in."""


def target_of(connection: Connection, path: Path, home: Path, coming: Sequence[Path] = ()) -> Target:
    """The root that `path` lies in, of the library's or of those that are `coming`, or the one that it will be.

    Raises `UserError` where nothing is there, or where it is the library itself.
    """
    try:
        resolved = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise UserError(_missing(connection, path)) from error
    if printable(str(resolved)) != str(resolved):
        raise UserError(f"{printable(str(path))} was to be ingested, but its name is not UTF-8; rename it")
    if resolved.is_relative_to(home.resolve()):
        raise UserError(f"{path} was to be ingested, but it is the library itself; name a folder of documents")
    holders = [root for root in (*coming, *_whole_roots(connection)) if resolved.is_relative_to(root)]
    if holders:
        root = min(holders, key=lambda holder: len(holder.parts))  # it takes over the roots inside it
        scope = resolved.relative_to(root).as_posix()
        return Target(root, "" if scope == "." else scope, whole=True)
    if resolved.is_dir():
        return Target(resolved, "", whole=True)
    return Target(resolved.parent, resolved.name, whole=False)


def ensure(connection: Connection, target: Target) -> tuple[int, tuple[tuple[str, str], ...]]:
    """The id of the target's root, made where it is new, and (old, new) names of documents that moved into it.

    A folder that holds other roots takes their documents over, so that no file is two documents.
    """
    here = str(target.root)
    row = connection.execute(select(roots).where(roots.c.path == here)).first()
    if row is None:
        values = {"path": here, "name": _unused_name(connection, target.root), "whole": target.whole}
        key = connection.execute(insert(roots).values(values)).inserted_primary_key
        assert key is not None
        root = int(key[0])
    else:
        root = int(row.id)
        if target.whole and not row.whole:
            connection.execute(update(roots).where(roots.c.id == root).values(whole=True))
    return root, _absorb(connection, root, target.root) if target.whole else ()


def has_documents(connection: Connection, target: Target) -> bool:
    """Whether the library has anything of the target's root."""
    here = select(documents.c.id).join(roots, roots.c.id == documents.c.root).where(roots.c.path == str(target.root))
    return connection.scalar(here.limit(1)) is not None


def unused_source(connection: Connection, root: int, path: str, given: Collection[str] = ()) -> str:
    """What a new file is called: its path, with the root's name before it only where another document has that name.

    `given` holds the names of documents that are on their way into the catalog.
    """
    if path not in given and not _taken(connection, path):
        return path
    name = connection.scalar(select(roots.c.name).where(roots.c.id == root))
    candidates = (f"{name}{'' if n == 1 else f'-{n}'}/{path}" for n in count(1))
    return next(one for one in candidates if one not in given and not _taken(connection, one))


def _absorb(connection: Connection, root: int, folder: Path) -> tuple[tuple[str, str], ...]:
    moved = []
    for other in connection.execute(select(roots).where(roots.c.id != root)).all():
        if not Path(other.path).is_relative_to(folder):
            continue
        prefix = Path(other.path).relative_to(folder).as_posix()
        for document in connection.execute(select(documents).where(documents.c.root == other.id)).all():
            path = f"{prefix}/{document.path}"
            source = path if not _taken(connection, path) else document.source
            here = update(documents).where(documents.c.id == document.id)
            connection.execute(here.values(root=root, path=path, source=source))
            if source != document.source:
                moved.append((document.source, source))
        connection.execute(delete(roots).where(roots.c.id == other.id))
    return tuple(moved)


def _whole_roots(connection: Connection) -> list[Path]:
    return [Path(path) for path in connection.scalars(select(roots.c.path).where(roots.c.whole))]


def _unused_name(connection: Connection, folder: Path) -> str:
    used = set(connection.scalars(select(roots.c.name)))
    name = folder.name or "root"
    return next(n for n in (name if i == 1 else f"{name}-{i}" for i in count(1)) if n not in used)


_TAKEN = select(exists().where(documents.c.source == bindparam("source")))


def _taken(connection: Connection, source: str) -> bool:
    return bool(connection.scalar(_TAKEN, {"source": source}))


def _missing(connection: Connection, path: Path) -> str:
    said = printable(str(path))
    kept, root = _documents_under(connection, Path(printable(os.path.normpath(path.absolute()))))
    if not kept:
        return f"{said} was to be ingested, but there is no such file or folder; check the path"
    again = f"`rag ingest {root}` removes what is gone" if root.is_dir() else "`rag forget SOURCE` removes one"
    return f"{said} was to be ingested again, but it is gone; {_kept(kept)}, in case it comes back; {again}"


def _kept(n: int) -> str:
    return "its document is kept" if n == 1 else f"its {n:,} documents are kept"


def _documents_under(connection: Connection, place: Path) -> tuple[int, Path]:
    """How many documents the library has of a file or folder that may be gone, and the root of the last."""
    rows = connection.execute(select(roots.c.path.label("root"), documents.c.path).join_from(documents, roots)).all()
    under = [Path(row.root) for row in rows if (Path(row.root) / row.path).is_relative_to(place)]
    return len(under), under[-1] if under else place
