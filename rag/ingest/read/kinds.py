"""Which format a file is in, by its first bytes and by its name's ending."""

from __future__ import annotations

import io
import re
import zipfile

from rag.errors import Unreadable

MEDIA_TYPES = {
    "text": "text/plain",
    "plain": "text/plain",
    "markdown": "text/markdown",
    "rst": "text/x-rst",
    "html": "text/html",
    "pdf": "application/pdf",
}

_MAGIC = (
    (b"{\\rtf", "rtf"),
    (b"%!PS", "PostScript"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file (doc, xls, ppt, msg)"),
    (b"\x89PNG", "png image"),
    (b"\xff\xd8\xff", "jpeg image"),
    (b"GIF8", "gif image"),
    (b"II*\0", "tiff image"),
    (b"MM\0*", "tiff image"),
    (b"BM", "bmp image"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "zstandard archive"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"Rar!", "rar archive"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"PAR1", "parquet file"),
    (b"ID3", "mp3 recording"),
    (b"OggS", "ogg recording"),
    (b"fLaC", "flac recording"),
    (b"wOF", "font"),
    (b"RIFF", "recording or image"),
)
_ALSO_TEXT = frozenset({b"BM", b"MZ", b"ID3", b"RIFF", b"PAR1", b"wOF", b"BZh", b"Rar!", b"GIF8", b"MM\0*", b"II*\0"})
"""Short marks that could begin a text too: they count only where the bytes are no text."""

_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".rst": "rst",
    ".rest": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    "": "text",
}
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_HTML_START = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html[\s>])", re.I)
_ZIPPED = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("META-INF/container.xml", "epub"))


def kind_of(data: bytes, ending: str) -> str:
    """One of text, plain (code, logs, tables), markdown, rst, html, pdf.

    `ending` is the name's, with its dot, in lower case. Raises `Unreadable` with the format's name for
    what is known and not read.
    """
    if b"%PDF-" in data[:1024] and not data[:1024].lstrip().startswith(b"<"):
        return "pdf"
    if named := _unread(data):
        raise Unreadable(f"{named} is not read yet")
    if _begins_as_html(data):
        return "html"
    return _ENDINGS.get(ending, "plain")


def _unread(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data)
    if data[4:8] == b"ftyp":
        return "mp4 or heic file"
    if data[257:262] == b"ustar":
        return "tar archive"
    return next(
        (name for mark, name in _MAGIC if data.startswith(mark) and (mark not in _ALSO_TEXT or not _is_text(data))), ""
    )


def _begins_as_html(data: bytes) -> bool:
    narrow = data[:8192].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    return bool(_HTML_START.match(_COMMENT.sub(b"", narrow)))


def _is_text(data: bytes) -> bool:
    from rag.ingest.read.decode import is_binary

    return not is_binary(data)


def _zipped(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return "damaged zip archive"
    for prefix, name in _ZIPPED:
        if any(entry.startswith(prefix) for entry in names):
            return name
    return "zip archive"
