"""From a file to a `Document`: its format is recognised, its text extracted, nothing lost in silence."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from rag.errors import Unreadable
from rag.ingest.read import markdown, plain, rst, sandbox
from rag.ingest.read.extracted import Extracted, check_length
from rag.ingest.read.kinds import MEDIA_TYPES, kind_of
from rag.ingest.read.worker import READERS
from rag.types import Document

MAX_BYTES = 256_000_000
"""A larger file is refused unread."""
_NAMED = {
    "pdf": {".pdf"},
    "html": {".html", ".htm", ".xhtml", ".shtml", ".xht"},
    "docx": {".docx", ".docm", ".dotx", ".dotm"},
    "pptx": {".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"},
    "xlsx": {".xlsx", ".xlsm", ".xltx", ".xltm"},
    "epub": {".epub"},
}
"""The endings of formats that are known by their content."""
_ARTICLE = {"xlsx": "an", "epub": "an"}


def read(path: Path, source: str) -> Document:
    """The file as a document called `source`.

    Plain text formats keep their text exactly as decoded, so that line numbers agree with the file.
    Raises `Unreadable` with the reason alone. All other formats are parsed in a child process that
    `sandbox.close()` ends.
    """
    data = _bytes(path)
    if not data:
        raise Unreadable("the file is empty")
    ending = path.suffix.lower()
    kind = kind_of(data, ending)
    extracted = _extract(kind, data)
    check_length(len(extracted.text))
    if not extracted.text.strip():
        raise Unreadable("there is no text in it")
    return Document(
        source=source,
        text=extracted.text,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPES[kind],
        title=extracted.title,
        published=extracted.published,
        sections=extracted.sections,
        boilerplate=extracted.boilerplate,
        notes=(*_misnamed(kind, ending), *extracted.notes),
    )


def _extract(kind: str, data: bytes) -> Extracted:
    if kind in READERS:
        return sandbox.extract(kind, data)
    if kind == "markdown":
        return markdown.extract(data)
    if kind == "rst":
        return rst.extract(data)
    return plain.extract(data) if kind == "text" else plain.extract_verbatim(data)


def _misnamed(kind: str, ending: str) -> tuple[str, ...]:
    if kind in _NAMED and ending not in _NAMED[kind]:
        return (f"{_ARTICLE.get(kind, 'a')} {kind} by its content, though its name ends in {ending!r}",)
    if kind == "plain" and any(ending in endings for endings in _NAMED.values()):
        return (f"read as plain text: its name ends in {ending!r}, but there is no {ending[1:]} in it",)
    return ()


def _bytes(path: Path) -> bytes:
    """The file's bytes, of one moment. A pipe or a device is refused without being waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise Unreadable("it is not there any more") from error
    except PermissionError as error:
        raise Unreadable("permission denied") from error
    except (OSError, ValueError) as error:
        raise Unreadable(f"it cannot be opened: {getattr(error, 'strerror', None) or error}") from error
    before = os.fstat(handle)
    if not stat.S_ISREG(before.st_mode):
        os.close(handle)
        raise Unreadable("it is not a regular file")
    with os.fdopen(handle, "rb") as file:
        if before.st_size > MAX_BYTES:
            raise Unreadable(f"it is larger than {MAX_BYTES // 10**6} MB; split it")
        try:
            data = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise Unreadable(f"it cannot be read: {error.strerror}") from error
        after = os.fstat(file.fileno())
    if len(data) != before.st_size or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise Unreadable("it changed while it was read; ingest it again")
    return data
