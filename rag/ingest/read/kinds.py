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
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "epub": "application/epub+zip",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "json": "application/json",
    "jsonl": "application/jsonl",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = (
    (b"{\\rtf", "rtf"),
    (b"%!PS", "PostScript"),
    (_OLE, "old Office file (doc, xls, ppt, msg)"),
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
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".eml": "eml",
    ".json": "json",
    ".geojson": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    ".text": "text",
    "": "text",
}
_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_HTML_START = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html[\s>])", re.I)
_OFFICE = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"))
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def kind_of(data: bytes, ending: str) -> str:
    """A key of `MEDIA_TYPES`; "plain" is code, logs, and what has an ending of no format known here.

    `ending` is the name's, with its dot, in lower case. Raises `Unreadable` with the format's name for
    what is known and not read.
    """
    if b"%PDF-" in data[:1024] and not data[:1024].lstrip().startswith(b"<"):
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(data)
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise Unreadable("it is encrypted; save a copy without a password")
    if named := _unread(data):
        raise Unreadable(f"{named} is not read yet")
    if _begins_as_html(data):
        return "html"
    return _ENDINGS.get(ending, "plain")


def _unread(data: bytes) -> str:
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
    """docx, xlsx, pptx or epub; raises `Unreadable` for every other archive."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("it is a damaged zip archive, or half of one") from error
    if "META-INF/container.xml" in names:
        return "epub"
    if "[Content_Types].xml" in names:
        for prefix, kind in _OFFICE:
            if any(entry.startswith(prefix) for entry in names):
                return kind
    raise Unreadable("zip archive is not read yet; unpack it")
