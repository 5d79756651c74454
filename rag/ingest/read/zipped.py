"""Files that are zip archives within: opened only when what they unpack to is bounded."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

from rag.errors import Unreadable

MAX_UNPACKED = 400_000_000
"""Bytes of all entries together; more is a bomb, or pictures that no one needs unpacked here."""
MAX_ENTRIES = 20_000


def opened(data: bytes, kind: str) -> zipfile.ZipFile:
    """The archive of a `kind` of file. Raises `Unreadable` where it is damaged, encrypted or a bomb.

    Entries are read in memory by name; nothing is ever unpacked to a path, so their names lead nowhere.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(f"the {kind} is damaged: it is no whole zip archive") from error
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(f"the {kind} holds {len(entries):,} files, and more than {MAX_ENTRIES:,} are not unpacked")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise Unreadable(
            f"the {kind} unpacks to {unpacked / 1e6:,.0f} MB, and more than {MAX_UNPACKED // 10**6} MB are not unpacked"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("it is encrypted; save a copy without a password")
    return archive


def entry(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of an entry; None where there is none of this name, or it is damaged."""
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        return None
    except Exception as error:
        if type(error).__module__ == "zlib":  # zlib.error, where the packed bytes are damaged
            return None
        raise


def parsed(data: bytes) -> Any:
    """The root of an XML entry. No entity of its own is expanded, nothing is loaded; raises `etree.XMLSyntaxError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    return etree.fromstring(data, parser)


def title(archive: zipfile.ZipFile) -> str:
    """The title, as the file's own properties give it; empty where they do not.

    Their dates are passed over: they tell when the file was saved last, or when its template was made.
    """
    raw = entry(archive, "docProps/core.xml")
    try:
        root = parsed(raw) if raw else None
    except etree.XMLSyntaxError:
        root = None
    return "" if root is None else " ".join((root.findtext("{http://purl.org/dc/elements/1.1/}title") or "").split())


def day(stamp: str) -> str:
    """The ISO date that a W3C date-time begins with; empty where it begins with none."""
    from datetime import date

    try:
        return date.fromisoformat(stamp.strip()[:10]).isoformat()
    except ValueError:
        return ""
