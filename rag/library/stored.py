"""Documents and chunks as rows, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rag.errors import IntegrityError
from rag.library.catalog import REMEDY
from rag.types import Chunk, Document, Section, Sentence

_DIGESTED = ("sha256", "media_type", "title", "published", "text", "sections", "boilerplate", "notes")
_DIGESTED_OF_CHUNKS = ("id", "sha256", "start", "end", "title", "heading", "text", "sentences")


def columns(document: Document) -> dict[str, Any]:
    """What `contents` holds of a document, with its checksum."""
    values = {
        "sha256": document.sha256,
        "media_type": document.media_type,
        "title": document.title,
        "published": document.published,
        "text": document.text,
        "sections": json.dumps([(s.start, s.end, s.place, s.heading) for s in document.sections]),
        "boilerplate": json.dumps(document.boilerplate),
        "notes": json.dumps(document.notes),
    }
    return {**values, "digest": _digest(values, _DIGESTED)}


def sealed(chunk: dict[str, Any]) -> dict[str, Any]:
    """The columns of a chunk with their checksum."""
    return {**chunk, "digest": _digest(chunk, _DIGESTED_OF_CHUNKS, chunk["vector"])}


def document_is_whole(row: Any) -> bool:
    """Whether a row of `contents` is what was written."""
    return bool(_digest(row._mapping, _DIGESTED) == row.digest)


def chunk_is_whole(row: Any) -> bool:
    """Whether a row of `chunks`, its vector included, is what was written."""
    return bool(_digest(row._mapping, _DIGESTED_OF_CHUNKS, row.vector) == row.digest)


def to_document(row: Any) -> Document:
    """The document of a row that joins `documents.source` with its content.

    Raises `IntegrityError` where the content is not what was written.
    """
    if not document_is_whole(row):
        raise IntegrityError(f"the text of {row.source} in the library is not what was stored; {REMEDY}")
    return Document(
        source=row.source,
        text=row.text,
        sha256=row.sha256,
        media_type=row.media_type,
        title=row.title,
        published=row.published,
        sections=tuple(Section(s, e, place, tuple(heading)) for s, e, place, heading in json.loads(row.sections)),
        boilerplate=tuple((s, e) for s, e in json.loads(row.boilerplate)),
        notes=tuple(json.loads(row.notes)),
    )


def to_chunk(row: Any, source: str) -> Chunk:
    """The chunk of a row, as one of the documents that have it; `IntegrityError` where it is not what was written."""
    if not chunk_is_whole(row):
        raise IntegrityError(f"a passage of {source} in the library is not what was stored; {REMEDY}")
    sentences = tuple(Sentence(start, end) for start, end in json.loads(row.sentences))
    return Chunk(source, row.sha256, row.start, row.end, row.text, sentences)


def _digest(values: Mapping[str, Any], names: tuple[str, ...], vector: bytes = b"") -> bytes:
    """A checksum of what the columns held when they were written."""
    state = hashlib.blake2b(vector, digest_size=16)
    for name in names:
        value = str(values[name]).encode()
        state.update(len(value).to_bytes(8, "little"))
        state.update(value)
    return state.digest()
