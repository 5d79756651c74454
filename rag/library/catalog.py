"""The catalog: one SQLite file that is the library's truth."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Select, create_engine, event, func, insert, literal, select, text, update
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from rag.errors import IntegrityError, LibraryMismatch, NoLibrary, RagError, UserError
from rag.library import schema, seal
from rag.library.files import fsync_folder
from rag.types import CHUNK_TOKENS

FILE = "catalog.sqlite"
BUSY_TIMEOUT_S = 30.0
PASSING = ("full", "readonly", "unable to open", "disk I/O", "locked")
"""Words of the errors that say nothing against the catalog itself."""
REMEDY = "`rag doctor` says what is damaged, and repairs what it can"


class Catalog:
    """Transactions over the catalog in `home`: any number that read, one that writes.

    A reading transaction sees one state of the catalog from its first statement to its end, also
    while another process writes. Each has a connection of its own, so threads need no care.
    """

    def __init__(self, home: Path) -> None:
        self.path = home / FILE
        self._readers = _engine(self.path, "BEGIN")
        self._writers = _engine(self.path, "BEGIN IMMEDIATE")
        self._kept = threading.local()

    @classmethod
    def create(cls, home: Path, embedder_name: str, dimensions: int, chunk_tokens: int = CHUNK_TOKENS) -> Catalog:
        """A new, empty catalog, whole from the instant that its file has its name.

        The caller holds the write lock.
        """
        unfinished = home / f"{FILE}.new"
        try:
            for leftover in (*home.glob(f"{unfinished.name}*"), *home.glob(f"{FILE}-*")):
                leftover.unlink()  # SQLite would take a log for the new catalog's
            unfinished.touch()
            engine = _engine(unfinished, "BEGIN IMMEDIATE")
            with translated(unfinished), engine.begin() as writing:
                _fill(writing, embedder_name, dimensions, chunk_tokens)
            engine.dispose()
            # Only now: what a full disk left in a log would not come along with the new name.
            with closing(sqlite3.connect(unfinished)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
            unfinished.rename(home / FILE)
            fsync_folder(home)
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"the catalog {home / FILE} was to be made, but that failed ({error}); check the space on the disk "
                "and the folder's permissions, and run the command again"
            ) from error
        return cls(home)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only view of one state."""
        self._check_present()
        kept: Connection | None = getattr(self._kept, "connection", None)
        with translated(self.path):
            if kept is None or kept.in_transaction():
                with self._readers.begin() as connection:
                    yield connection
                return
            try:
                with kept.begin():
                    yield kept
            except BaseException:
                self._kept.connection = None  # a result that was half read may hold it at an old state
                raise

    def _check_present(self) -> None:
        if not self.path.is_file():
            raise missing(self.path.parent)
        if not self.path.stat().st_size:  # SQLite takes it for a new database
            raise IntegrityError(f"{self.path} is empty; {REMEDY}")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: whole on the disk when the block ends, or without trace."""
        with translated(self.path), self._writers.begin() as connection:
            yield connection
            version = number(connection, "version")
        if (sealed := seal.read(self.path.parent)) is None or sealed.version < version:
            seal.advance(self.path.parent, version)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """For a writer of many transactions: this thread's reading ones share a connection, open all the while.

        Beside the time to open it: SQLite empties its log, and deletes it, when the last connection ends.
        """
        self._check_present()
        with translated(self.path):
            connection = self._readers.connect()
        with connection:
            with translated(self.path), connection.begin():
                number(connection, "version")  # opens the files
            self._kept.connection = connection
            try:
                yield
            finally:
                self._kept.connection = None

    def version(self) -> int:
        """As many changes were committed."""
        with self.reading() as connection:
            return number(connection, "version")


def missing(home: Path) -> RagError:
    """What to say where there is no catalog."""
    if seal.read(home) is not None:
        return IntegrityError(
            f"the catalog {home / FILE}, which holds the library's documents, is gone; `rag restore BACKUP` brings a "
            f"backup into its place, or delete {home} and run `rag ingest FOLDER` again"
        )
    return NoLibrary(f"a library was looked for in {home}, but there is none; run `rag ingest FOLDER` to make it")


def _fill(connection: Connection, embedder_name: str, dimensions: int, chunk_tokens: int) -> None:
    schema.metadata.create_all(connection)
    for statement in schema.LEXICAL_INDEX:
        connection.execute(text(statement))
    first = {
        "schema": schema.SCHEMA,
        "embedder": embedder_name,
        "dimensions": str(dimensions),
        "chunk_tokens": str(chunk_tokens),
        "version": "0",
        "generation": "",
        "indexed": "0",
    }
    connection.execute(insert(schema.settings), [{"key": key, "value": value} for key, value in first.items()])


def setting(connection: Connection, key: str, otherwise: str | None = None) -> str:
    """One line of the settings; `otherwise` where an older library has no such line."""
    value = connection.scalar(select(schema.settings.c.value).where(schema.settings.c.key == key))
    value = otherwise if value is None else value
    if value is None:
        raise IntegrityError(f"the catalog has no setting {key!r}, which every library has; {REMEDY}")
    return str(value)


def number(connection: Connection, key: str, otherwise: int | None = None) -> int:
    """A setting that is a number."""
    value = setting(connection, key, None if otherwise is None else str(otherwise))
    if not value.isdecimal():
        raise IntegrityError(f"the catalog's setting {key!r} must be a number, and is {value[:40]!r}; {REMEDY}")
    return int(value)


def set_setting(connection: Connection, key: str, value: str) -> None:
    """Change one line of the settings."""
    connection.execute(update(schema.settings).where(schema.settings.c.key == key).values(value=value))


def next_version(connection: Connection) -> int:
    """Count this transaction as a change; the version that it makes."""
    version = number(connection, "version") + 1
    set_setting(connection, "version", str(version))
    return version


def listed(values: Iterable[str | int]) -> Select[Any]:
    """Any number of values as one parameter, for `IN`: SQLite has a limit on parameters."""
    return select(func.json_each(literal(json.dumps(list(values)))).table_valued("value").c.value)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except RagError:
        raise
    except (OperationalError, sqlite3.OperationalError) as error:
        message = str(getattr(error, "orig", error))
        if any(reason in message for reason in PASSING):
            raise UserError(
                f"{path} was to be opened and written, but SQLite says: {message}; check the space "
                "on the disk and the folder's permissions, and run the command again"
            ) from error
        if "no such table" in message or "no such column" in message:
            raise LibraryMismatch(
                f"{path} is no catalog that this version of Footnote knows ({message}); "
                f"move {path.parent} away and run `rag ingest FOLDER` again"
            ) from error
        raise IntegrityError(f"{path} could not be used, SQLite says: {message}; {REMEDY}") from error
    except DatabaseError as error:
        raise IntegrityError(f"{path} is damaged, SQLite says: {error.orig}; {REMEDY}") from error
    except UnicodeDecodeError as error:  # what SQLite says, where it quotes what is damaged
        raise IntegrityError(f"{path} is damaged: what should be text in it is none; {REMEDY}") from error


def _engine(path: Path, begin: str) -> Engine:
    """Connections that SQLAlchemy begins and ends, and Python's sqlite3 leaves alone."""

    engine = create_engine("sqlite://", creator=lambda: _connect(path), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(address(path), uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False)
    connection.isolation_level = None  # else sqlite3 commits and begins where it likes
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def address(path: Path) -> str:
    """SQLite's address of the catalog: in a folder that cannot be written, WAL needs another way in.

    With a log beside it (a writer is there, or died) it opens with `mode=ro`; without one only as
    `immutable`, which would overlook a log.
    """
    address = f"file:{quote(str(path.absolute()))}"
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        return f"{address}?mode=rw"
    log = path.with_name(path.name + "-wal")
    return f"{address}?mode=ro" if log.exists() and log.stat().st_size else f"{address}?mode=ro&immutable=1"
