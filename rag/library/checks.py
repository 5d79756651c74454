"""What can be wrong with a catalog, looked for in every row of it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, create_engine, exists, select
from sqlalchemy.exc import DatabaseError

from rag.errors import RagError
from rag.library import schema, seal
from rag.library.catalog import Catalog, address, number, setting
from rag.library.schema import chunks, content_chunks, contents, documents
from rag.library.stored import chunk_is_whole, document_is_whole

LEXICAL = "the lexical index does not fit the chunks"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was written."""

    said: str
    lexical: bool = False
    """Of the lexical index alone, which can be made anew from the chunks."""


def problems(catalog: Catalog) -> Iterator[Problem]:
    """All that is wrong with the catalog, gravest first; it is read through."""
    try:
        with catalog.reading() as connection:
            sound = True
            for check in (_file, _structure, _tables, _settings, _documents, _strays):
                for said in _guarded(check, connection):
                    sound = False
                    yield Problem(said)
    except RagError as error:
        yield Problem(str(error).partition(";")[0])
        return
    if sound:
        yield from _lexical(catalog.path)


def _guarded(check: Callable[[Connection], Iterator[str]], connection: Connection) -> Iterator[str]:
    try:
        yield from check(connection)
    except DatabaseError as error:
        yield f"SQLite says: {error.orig}"
    except (TypeError, ValueError, AttributeError):
        yield "a value in it is of another kind than was stored"
    except RagError as error:
        yield str(error).partition(";")[0]


def _file(connection: Connection) -> Iterator[str]:
    path = Path(str(connection.exec_driver_sql("PRAGMA database_list").one()[2]))
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    size = pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    if not seal.has_log(path) and path.stat().st_size != size:
        yield f"its file has {path.stat().st_size:,} bytes, and should have {size:,}"


def _structure(connection: Connection) -> Iterator[str]:
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(5)"):
        if said != "ok":
            yield f"SQLite says: {said}"
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"a row of {row[0]} belongs to one of {row[2]} that is not there"


def _tables(connection: Connection) -> Iterator[str]:
    if tables(connection) != made_tables():
        yield "its tables are not those that Footnote makes"


def tables(connection: Connection) -> set[tuple[str, ...]]:
    """All tables, indexes and triggers, as SQLite knows them."""
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master")
    return {tuple(row) for row in rows if row[1] != "sqlite_stat1"}


def made_tables() -> set[tuple[str, ...]]:
    """Those of a new catalog."""
    engine = create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            for statement in schema.LEXICAL_INDEX:
                connection.exec_driver_sql(statement)
            return tables(connection)
    finally:
        engine.dispose()


def _settings(connection: Connection) -> Iterator[str]:
    version, indexed = number(connection, "version"), number(connection, "indexed")
    if indexed > version:
        yield f"its index is of change {indexed}, but it has only {version}"
    if number(connection, "dimensions") < 1 or not setting(connection, "embedder"):
        yield "it does not say which embedder made its vectors"
    name = setting(connection, "generation")
    if name and not connection.scalar(select(exists().where(schema.generations.c.name == name))):
        yield "it names an index that it does not know"


def _documents(connection: Connection) -> Iterator[str]:
    """Each document's row, its text, and its chunks."""
    dimensions = number(connection, "dimensions")
    for row in connection.execute(select(documents).order_by(documents.c.source)).all():
        content = connection.execute(select(contents).where(contents.c.id == row.content)).first()
        if content is None or row.sha256 != content.sha256 or not row.source.endswith(row.path):
            yield f"what is known of the file {row.source} is not what was stored"
        elif not document_is_whole(content):
            yield f"the text of {row.source} is not what was stored"
        elif not _chunks_are_whole(connection, content, dimensions):
            yield f"a passage of {row.source}, or its vector, is not what was stored"


def _chunks_are_whole(connection: Connection, content: Any, dimensions: int) -> bool:
    rows = connection.execute(
        select(content_chunks.c.position, chunks)
        .join(chunks, chunks.c.key == content_chunks.c.chunk)
        .where(content_chunks.c.content == content.id)
        .order_by(content_chunks.c.position)
    ).all()
    return all(
        row.position == place
        and chunk_is_whole(row)
        and content.text[row.start : row.end] == row.text
        and _sentences_fit(row)
        and len(row.vector) == 4 * dimensions
        and np.isfinite(np.frombuffer(row.vector, dtype="<f4")).all()
        for place, row in enumerate(rows)
    )


def _sentences_fit(chunk: Any) -> bool:
    """Whether they stand in the chunk, in order, and none is empty."""
    spans: Sequence[tuple[int, int]] = json.loads(chunk.sentences)
    places = [chunk.start, *(place for span in spans for place in span), chunk.end]
    return bool(spans) and places == sorted(places) and all(start < end for start, end in spans)


def _strays(connection: Connection) -> Iterator[str]:
    """Rows that nothing leads to."""
    if connection.scalar(select(contents.c.id).where(~exists().where(documents.c.content == contents.c.id)).limit(1)):
        yield "it has a text that belongs to no document"
    if connection.scalar(select(chunks.c.key).where(~exists().where(content_chunks.c.chunk == chunks.c.key)).limit(1)):
        yield "it has a passage that belongs to no document"


def _lexical(path: Path) -> Iterator[Problem]:
    """FTS5 compares its index with the chunks; on a copy where it may not lock the catalog, which that takes."""
    try:
        try:
            _ask_fts5(path)
        except sqlite3.OperationalError:
            with _copied(path) as copy:
                copy.execute("INSERT INTO chunks_fts(chunks_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield Problem(f"{LEXICAL}: {error}", lexical=True)


def _ask_fts5(path: Path) -> None:
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise sqlite3.OperationalError("read-only")
    with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as connection:
        connection.execute("INSERT INTO chunks_fts(chunks_fts, rank) VALUES ('integrity-check', 1)")


def _copied(path: Path) -> closing[sqlite3.Connection]:
    """A copy in a file without a name, which goes with its connection."""
    copy = sqlite3.connect("")
    with closing(sqlite3.connect(address(path), uri=True)) as original:
        original.backup(copy)
    return closing(copy)
