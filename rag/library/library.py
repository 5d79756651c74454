"""The library: a folder with the catalog, its index, and a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, select

from rag.errors import IntegrityError, LibraryMismatch, RagError, UserError
from rag.library import catalog, documents, generations, schema, seal
from rag.library.catalog import REMEDY, Catalog, missing, next_version, number, setting
from rag.library.indexes import Indexes
from rag.library.lock import write_lock
from rag.library.replacing import SCRATCH
from rag.library.snapshot import Snapshot, no_document
from rag.library.status import Status, read_status
from rag.library.vectors import Generation
from rag.types import CHUNK_TOKENS

__all__ = ["Library", "Status"]

LOCK = "lock"
MARKER = "CACHEDIR.TAG"
MARKER_TEXT = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# A library of Footnote: made by `rag ingest`, safe to delete.\n"
)


class Library:
    """Documents, chunks and vectors in the folder `home`; thread-safe.

    Any number of processes read, one writes (`with library.writing()`); neither waits for the other.
    """

    def __init__(self, home: Path, store: Catalog) -> None:
        self.home = home
        self.catalog = store
        with store.reading() as connection:
            check_schema(home, setting(connection, "schema"))
            self.embedder_name = setting(connection, "embedder")
            self.dimensions = number(connection, "dimensions")
            self.chunk_tokens = number(connection, "chunk_tokens", CHUNK_TOKENS)
        self._indexes = Indexes(home / generations.FOLDER)

    @classmethod
    def open(cls, home: Path) -> Library:
        """The library in `home`; `NoLibrary` where there is none, `LibraryMismatch` for another version's.

        `IntegrityError` where the catalog is not what the last writer left.
        """
        home = Path(home)
        if not (home / catalog.FILE).is_file():
            raise missing(home)
        library = cls(home, Catalog(home))
        library._check_seal()
        return library

    @classmethod
    def create(cls, home: Path, embedder_name: str, dimensions: int, chunk_tokens: int | None = None) -> Library:
        """The library in `home`, made where there is none.

        `chunk_tokens` None is as the library has them, `CHUNK_TOKENS` in a new one. Raises `LibraryMismatch` where
        another embedder made it, or its chunks have another size.
        """
        home = Path(home)
        if not (home / catalog.FILE).is_file():
            if seal.read(home) is not None:
                raise missing(home)  # not an empty one in the place of one that was lost
            make_folder(home)
            with write_lock(home / LOCK):
                if not (home / catalog.FILE).is_file():
                    Catalog.create(home, embedder_name, dimensions, chunk_tokens or CHUNK_TOKENS)
        library = cls.open(home)
        library.check_embedder(embedder_name, dimensions)
        library.check_chunk_tokens(chunk_tokens)
        return library

    def check_embedder(self, name: str, dimensions: int) -> None:
        """Raises `LibraryMismatch` unless this embedder made the library's vectors."""
        if (name, dimensions) == (self.embedder_name, self.dimensions):
            return
        # A packaged model's name goes on with the hash of its file, which is no name to ask for it by.
        ours, theirs = self.embedder_name.partition("@")[0], name.partition("@")[0]
        keep = f"set RAG_EMBEDDER={ours}, or " if ours != theirs else ""
        raise LibraryMismatch(
            f"the library in {self.home} has vectors of {self.embedder_name} ({self.dimensions} dimensions), but "
            f"{name} ({dimensions}) was to be used; {keep}run `rag ingest FOLDER --library OTHER` to make a library "
            f"for {name}"
        )

    def check_chunk_tokens(self, asked: int | None) -> None:
        """Raises `LibraryMismatch` where chunks of another size are asked for than the library has."""
        if asked in (None, self.chunk_tokens):
            return
        raise LibraryMismatch(
            f"the library in {self.home} has chunks of about {self.chunk_tokens} tokens, but {asked} were asked for "
            "(--chunk-tokens, RAG_CHUNK_TOKENS); leave that out, or run `rag ingest FOLDER --library OTHER "
            f"--chunk-tokens {asked}` to make a library with such chunks"
        )

    # Reading.

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent view: every document committed by now, and no change after."""
        held: list[str] = []

        def open_index(connection: Connection, name: str) -> Generation | None:
            index = self._indexes.acquire(connection, name)
            if index is not None:
                held.append(name)
            return index

        try:
            with self.catalog.reading() as connection:
                yield Snapshot(connection, open_index)
        finally:
            for name in held:
                self._indexes.release(name)

    def status(self) -> Status:
        """Counts, sizes, roots and skipped files."""
        with self.snapshot() as snapshot:
            return read_status(self.home, snapshot)

    # Writing.

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock; `LibraryLocked`, naming the holder, where another writer has it."""
        with write_lock(self.home / LOCK), self.catalog.kept_open():
            seal.loosen(self.home, self.catalog.version())
            try:
                yield
            finally:
                with suppress(RagError):  # what went wrong within is what must be told
                    seal.fasten(self.home, self.catalog.path, self.catalog.version())

    def publish(self, whole: bool = False) -> bool:
        """Bring the index up to date, within `writing()`; whether a new generation was published."""
        return generations.publish(self.catalog, self.home / generations.FOLDER, whole)

    def forget(self, source: str) -> None:
        """Take one document out; the file stays where it is, and comes back when its folder is ingested again."""
        table = schema.documents
        with self.writing():
            with self.catalog.writing() as connection:
                found = connection.scalar(select(table.c.id).where(table.c.source == source))
                if found is None:
                    raise no_document(source)
                next_version(connection)
                content = documents.remove(connection, found)
                if content is not None:
                    documents.drop_unused(connection, content)
            self.publish()

    def close(self) -> None:
        """Let go of the index; a later question opens it again."""
        self._indexes.close()

    def _check_seal(self) -> None:
        """Raises `IntegrityError` where commits are gone, or bytes are not what was written."""
        sealed = seal.read(self.home)  # before the catalog, which is never behind it
        version = self.catalog.version()
        if sealed is not None and version < sealed.version:
            raise IntegrityError(
                f"the catalog in {self.home} has {version} changes, but {sealed.version} were made: its log "
                f"({catalog.FILE}-wal) was damaged or removed, or the catalog is an old copy; {REMEDY}"
            )
        if seal.broken(self.home, self.catalog.path, version):
            from rag.library.checks import problems

            found = next(problems(self.catalog), None)
            if found is not None:
                raise IntegrityError(f"the catalog in {self.home} is damaged: {found.said}; {REMEDY}")


def check_schema(home: Path, found: str) -> None:
    """Raises `LibraryMismatch` where another version of Footnote made the library."""
    if found != schema.SCHEMA:
        raise LibraryMismatch(
            f"the library in {home} has schema {found}, and this version of Footnote knows {schema.SCHEMA}; "
            f"use the version that made it, or move {home} away and run `rag ingest FOLDER` again"
        )


def make_folder(home: Path) -> None:
    """Raises `UserError` where there is something else: a library is not strewn among a user's files."""
    ours = {LOCK, MARKER, SCRATCH, generations.FOLDER, seal.FILE, f"{seal.FILE}.new"}
    try:
        strangers = home.is_dir() and [p for p in home.iterdir() if p.name not in ours and ".sqlite" not in p.name]
        if strangers:
            raise UserError(
                f"the library was to be made in {home}, but that folder holds other things ({strangers[0].name}); "
                "choose a new or empty folder with --library or RAG_HOME"
            )
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker = home / MARKER
        if not marker.exists():
            marker.write_text(MARKER_TEXT, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"the library was to be made in {home}, but that cannot be done ({error.strerror}); "
            "choose another folder with --library or RAG_HOME"
        ) from error
