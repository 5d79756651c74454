"""The file that conversations are kept in: its tables, and how it is opened."""

from __future__ import annotations

import os
import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, ForeignKey, Integer, MetaData, Table, Text, create_engine, event
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from rag.library.catalog import address

metadata = MetaData()
conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("updated", Text, nullable=False),
)
turns = Table(
    "turns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("asked", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),  # JSON, or empty
    Column("partial", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("thumb", Integer, nullable=False),  # 1 up, -1 down, 0 neither
    Column("comment", Text, nullable=False),
)
choices = Table(
    "choices",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("choices", Text, nullable=False),  # JSON
)


def engine(path: Path) -> Engine:
    """Connections to the file, which is made by the first and is its owner's alone."""
    made = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    event.listen(made, "connect", _on_connect)
    return made


def writable(path: Path) -> bool:
    """Whether the file can be changed, or made; so it is taken to be where its folder is not there yet."""
    if not path.parent.is_dir():
        return True
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def copied(path: Path, to: Path) -> None:
    """Copy the file as it is now, whatever is written meanwhile; nothing where there is none."""
    if path.is_file():
        with closing(sqlite3.connect(address(path), uri=True)) as old, closing(sqlite3.connect(to)) as new:
            old.backup(new)


def create(connection: Connection) -> None:
    """Make what is missing; another process may do the same at the same time, so nothing is looked up first."""
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


def _on_connect(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=10000")
    connection.create_function("lower", 1, _folded, deterministic=True)  # SQLite's own knows ASCII alone
    Path(connection.execute("PRAGMA database_list").fetchone()[2]).chmod(0o600)


def _folded(text: object) -> object:
    return unicodedata.normalize("NFC", text.casefold()) if isinstance(text, str) else text
