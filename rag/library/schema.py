"""The catalog's tables, and what SQLite needs besides."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA = "2"
"""Goes up with every change that an older program could not read or write."""

metadata = MetaData()

settings = Table(
    "settings",
    metadata,
    # schema, embedder, dimensions, chunk_tokens; version: goes up with each committed change; generation: the
    # folder that readers open, or empty; indexed: the version that this generation holds.
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

roots = Table(
    "roots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # False where only single files of the folder were asked for: then it is never walked.
    Column("whole", Boolean, nullable=False),
)

contents = Table(
    "contents",
    metadata,
    # One reading of one file's bytes, shared by all files that hold them.
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("suffix", Text, nullable=False),  # the same bytes read differently as .txt and as .html
    Column("reading", Integer, nullable=False),  # the version of the readers
    Column("media_type", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("published", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sections", Text, nullable=False),  # JSON
    Column("boilerplate", Text, nullable=False),  # JSON
    Column("notes", Text, nullable=False),  # JSON
    Column("digest", LargeBinary, nullable=False),  # of the columns above, checked when they are read
    UniqueConstraint("sha256", "suffix", "reading"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Text, nullable=False, unique=True),
    Column("root", ForeignKey("roots.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("content", ForeignKey("contents.id"), nullable=False, index=True),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),  # -1: too fresh to be trusted next time
    UniqueConstraint("root", "path"),
)

chunks = Table(
    "chunks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("sentences", Text, nullable=False),  # JSON
    Column("vector", LargeBinary, nullable=False),  # float32, little-endian
    Column("digest", LargeBinary, nullable=False),  # of the columns above, checked when they are read
    Column("added", Integer, nullable=False, index=True),  # the version that brought it
    # A key that is never used again: FTS5 and readers know chunks by it.
    sqlite_autoincrement=True,
)

content_chunks = Table(
    "content_chunks",
    metadata,
    Column("content", ForeignKey("contents.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("chunk", ForeignKey("chunks.key"), nullable=False, index=True),
    sqlite_with_rowid=False,
)

skipped = Table(
    "skipped",
    metadata,
    Column("root", ForeignKey("roots.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("reason", Text, nullable=False),
)

generations = Table(
    "generations",
    metadata,
    # The published ones that are kept, oldest first.
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("held", Integer, nullable=False),  # vectors
    Column("churn", Integer, nullable=False),  # vectors written or deleted since it was last made from nothing
    Column("files", Text, nullable=False),  # JSON: path -> [size, sha256 or empty]
    sqlite_autoincrement=True,
)

LEXICAL_INDEX = (
    """CREATE VIRTUAL TABLE chunks_fts USING fts5(
           title, heading, text, content='chunks', content_rowid='key',
           tokenize='porter unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER chunks_inserted AFTER INSERT ON chunks BEGIN
           INSERT INTO chunks_fts(rowid, title, heading, text) VALUES (new.key, new.title, new.heading, new.text);
       END""",
    # External content: FTS5 takes a row out by the words that went in.
    """CREATE TRIGGER chunks_deleted AFTER DELETE ON chunks BEGIN
           INSERT INTO chunks_fts(chunks_fts, rowid, title, heading, text)
           VALUES ('delete', old.key, old.title, old.heading, old.text);
       END""",
)
