"""Backups: the library in one file, checksummed as a whole, and back."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select

from rag.errors import IntegrityError, LibraryMismatch, UserError
from rag.library import catalog, generations, schema, seal
from rag.library.catalog import Catalog, number, set_setting, setting
from rag.library.checks import problems
from rag.library.files import fsync_folder
from rag.library.library import LOCK, Library, make_folder
from rag.library.lock import write_lock
from rag.library.replacing import put_in_place, scratch

FORMAT = 1
MANIFEST = "manifest.json"
CONVERSATIONS = "conversations.sqlite"
DIGITS = 64
"""The archive's comment, which ends the file: the SHA-256 of all that is before it."""
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    format: int
    schema: str
    embedder: str
    dimensions: int
    documents: int
    chunks: int


def backup(home: Path, target: Path) -> Backup:
    """Write the library's documents, vectors, settings and conversations to the new file `target`, whole or not at all.

    It is a zip archive. The index is not in it: `restore` makes it from the vectors. Raises `UserError` where
    something is at `target`, `IntegrityError` where the library is damaged.
    """
    if target.exists():
        raise UserError(f"the backup was to be written to {target}, but that is there already; name another file")
    library = Library.open(home)
    writable = os.access(home, os.W_OK)
    unfinished = target.with_name(f"{target.name}.unfinished")
    with (
        write_lock(home / LOCK) if writable else nullcontext()
    ):  # first: another backup may be at work on the same file
        wrong = next(problems(library.catalog), None)
        if wrong is not None:
            raise IntegrityError(
                f"the library in {home} is damaged ({wrong.said}), so no backup was made; {catalog.REMEDY}"
            )
        try:
            unfinished.unlink(missing_ok=True)  # one that was killed
            held = _pack(library, unfinished)
            unfinished.rename(target)
            fsync_folder(target.parent)
        except (OSError, sqlite3.OperationalError) as error:
            raise UserError(
                f"the backup could not be written to {target} ({error}); check the disk's space and rights"
            ) from error
        except sqlite3.DatabaseError as error:  # of the catalog, every row was looked at
            raise IntegrityError(
                f"the conversations in {home / CONVERSATIONS} are damaged ({error}), so no backup was made; move that "
                "file away, which touches no document, and try again"
            ) from error
        finally:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
                unfinished.with_name(f"{unfinished.name}-catalog").unlink(missing_ok=True)
    return held


def restore(home: Path, source: Path, replace: bool = False) -> Backup:
    """Make the library in `home` what the backup `source` holds; its index is made from the vectors.

    Conversations that are there without a library stay, unless `replace`. Raises `UserError` where the file is no
    whole backup, or where there is a library and not `replace`.
    """
    with _opened(source) as archive:
        held = _manifest(source, archive)
        if not (home / catalog.FILE).exists():
            make_folder(home)
        with write_lock(home / LOCK), scratch(home) as folder:
            if (home / catalog.FILE).exists() and not replace:
                raise UserError(
                    f"the backup was to be restored to {home}, but there is a library; name another folder with "
                    "--library, or let the backup take its place with --replace"
                )
            made = _unpacked(archive, folder, source)
            before = seal.read(home)
            _ready(made, max(before.version if before else 0, made.version()) + 1)
            put_in_place(made.path, home / catalog.FILE)
            if (folder / CONVERSATIONS).exists() and (replace or not (home / CONVERSATIONS).exists()):
                put_in_place(folder / CONVERSATIONS, home / CONVERSATIONS)
            store = Catalog(home)
            generations.publish(store, home / generations.FOLDER, whole=True)
            seal.fasten(home, store.path, store.version())
    return held


def _pack(library: Library, unfinished: Path) -> Backup:
    with library.catalog.reading() as connection:
        held = Backup(
            format=FORMAT,
            schema=setting(connection, "schema"),
            embedder=setting(connection, "embedder"),
            dimensions=number(connection, "dimensions"),
            documents=connection.scalar(select(func.count()).select_from(schema.documents)) or 0,
            chunks=connection.scalar(select(func.count()).select_from(schema.chunks)) or 0,
        )
    with zipfile.ZipFile(unfinished, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(MANIFEST, json.dumps(asdict(held)))
        for name in (catalog.FILE, CONVERSATIONS):
            if (library.home / name).exists():
                _add(archive, library.home / name, unfinished.with_name(f"{unfinished.name}-catalog"))
        archive.comment = b"0" * DIGITS
    with unfinished.open("r+b") as file:
        digest = _digest(unfinished)
        file.seek(-DIGITS, os.SEEK_END)
        file.write(digest.encode())
        file.flush()
        os.fsync(file.fileno())
    return held


def _add(archive: zipfile.ZipFile, path: Path, copy: Path) -> None:
    """The database as it is now: what stands in its log is in the copy's one file."""
    copy.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(catalog.address(path), uri=True)) as original,
        closing(sqlite3.connect(copy)) as copied,
    ):
        original.backup(copied)
        copied.execute("PRAGMA journal_mode=DELETE")
    archive.write(copy, path.name)
    copy.unlink()


def _digest(path: Path) -> str:
    """Of all but the comment."""
    state, left = hashlib.sha256(), path.stat().st_size - DIGITS
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(BLOCK, left))):
            state.update(block)
            left -= len(block)
    return state.hexdigest()


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, when its checksum holds."""
    refusal = f"{source} was to be restored, but it is no whole backup of Footnote"
    try:
        with source.open("rb") as file:
            file.seek(-min(DIGITS, source.stat().st_size), os.SEEK_END)
            if file.read().decode("ascii", "replace") != _digest(source):
                raise UserError(f"{refusal}: its checksum is not that of its bytes; copy it again, or use another")
        with zipfile.ZipFile(source) as archive:
            yield archive
    except OSError as error:
        raise UserError(
            f"{source} was to be restored, but that failed ({error.strerror}); check the path, and the disk"
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, NotImplementedError) as error:
        raise UserError(f"{refusal} ({error}); use another") from error


def _manifest(source: Path, archive: zipfile.ZipFile) -> Backup:
    values: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if values.get("format") != FORMAT or values.get("schema") != schema.SCHEMA:
        raise LibraryMismatch(
            f"{source} has format {values.get('format')} and schema {values.get('schema')}, and this version of "
            f"Footnote knows {FORMAT} and {schema.SCHEMA}; use the version that made it"
        )
    return Backup(**values)


def _unpacked(archive: zipfile.ZipFile, folder: Path, source: Path) -> Catalog:
    """The backup's catalog in `folder`, checked row by row: a checksum says nothing of who made the file."""
    for name in {catalog.FILE, CONVERSATIONS} & set(archive.namelist()):
        room = shutil.disk_usage(folder).free
        if archive.getinfo(name).file_size > room:
            raise UserError(
                f"{source} needs {archive.getinfo(name).file_size:,} bytes, but {room:,} are free; make room"
            )
        with archive.open(name) as packed, (folder / name).open("wb") as file:
            shutil.copyfileobj(packed, file, BLOCK)
            file.flush()
            os.fsync(file.fileno())
    made = Catalog(folder)
    wrong = next(problems(made), None)
    if wrong is not None:
        raise UserError(f"{source} holds a damaged library ({wrong.said}); use another backup")
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return made


def _ready(made: Catalog, version: int) -> None:
    """Without the index, which is not in a backup; at a version that the library never had."""
    with made.writing() as connection:
        connection.execute(delete(schema.generations))
        for key, value in (("generation", ""), ("indexed", "0"), ("version", str(version))):
            set_setting(connection, key, value)
