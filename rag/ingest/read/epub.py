"""EPUB: chapter by chapter in reading order; runs in the child process."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml import html as lxml_html

from rag.errors import Unreadable
from rag.ingest.read import zipped
from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.flow import Flow
from rag.ingest.read.hidden import remove_hidden
from rag.ingest.read.markup import write
from rag.ingest.read.pieces import Pieces

_CHAPTERS = {"application/xhtml+xml", "text/html"}
_MAX_CHAPTERS = 5_000


def extract(data: bytes) -> Extracted:
    """A part a chapter, named as the book's own contents name it, else by its number among those with text.

    Raises `Unreadable` where the book is locked or damaged.
    """
    archive = zipped.opened(data, "epub")
    package_path, package = _package(archive)
    locked = zipped.entry(archive, "META-INF/rights.xml") is not None
    manifest = _manifest(package, posixpath.dirname(package_path))
    names = _contents(archive, manifest)
    pieces = Pieces()
    missing = []
    number = 0
    for path in _spine(package, manifest):
        tree = _chapter(archive, path)
        if tree is None:
            missing.append(posixpath.basename(path))
        elif tree.text_content().strip():
            number += 1
            part = f"chapter “{names[path]}”" if path in names else f"chapter {number}"
            write(tree, Flow(pieces, part, (names[path],) if path in names else ()))
    if locked and not pieces.length:
        raise Unreadable("it is locked by its publisher (DRM)")
    if missing and not pieces.length:
        raise Unreadable("the epub is damaged: none of its chapters can be read")
    notes = (f"chapters damaged or missing: {', '.join(missing[:5])} ({len(missing)} in all)",) if missing else ()
    return Extracted(pieces.text, _field(package, "title"), _published(package), pieces.sections, (), notes)


def _package(archive: zipfile.ZipFile) -> tuple[str, Any]:
    """Path and root of the file that lists what the book is made of."""
    container = _xml(archive, "META-INF/container.xml")
    found = None if container is None else container.find(".//{*}rootfile")
    path = "" if found is None else (found.get("full-path") or "")
    package = _xml(archive, path)
    if package is None:
        raise Unreadable("the epub is damaged: its list of chapters is missing or is no XML")
    return path, package


def _manifest(package: Any, folder: str) -> dict[str, tuple[str, str, str]]:
    """By id: path in the archive, media type, properties."""
    return {
        item.get("id", ""): (
            _path(folder, item.get("href") or ""),
            item.get("media-type") or "",
            item.get("properties") or "",
        )
        for item in package.iterfind(".//{*}manifest/{*}item")
    }


def _spine(package: Any, manifest: dict[str, tuple[str, str, str]]) -> Iterator[str]:
    """Paths of the chapters in reading order, each once; the contents page is none."""
    seen = set()
    for at, reference in enumerate(package.iterfind(".//{*}spine/{*}itemref")):
        path, media_type, role = manifest.get(reference.get("idref") or "", ("", "", ""))
        if at < _MAX_CHAPTERS and media_type in _CHAPTERS and "nav" not in role.split() and path not in seen:
            seen.add(path)
            yield path


def _contents(archive: zipfile.ZipFile, manifest: dict[str, tuple[str, str, str]]) -> dict[str, str]:
    """The name of each chapter by its path; the first of several for one file. Empty where there are no contents."""
    names: dict[str, str] = {}
    for path, media_type, role in manifest.values():
        is_ncx = media_type == "application/x-dtbncx+xml"
        root = _xml(archive, path) if is_ncx or "nav" in role.split() else None
        if root is None:
            continue
        for target, name in _entries(root, is_ncx):
            if name:
                names.setdefault(_path(posixpath.dirname(path), target), name)
    return names


def _entries(root: Any, is_ncx: bool) -> Iterator[tuple[str, str]]:
    if is_ncx:
        for point in root.iterfind(".//{*}navPoint"):
            label, content = point.find("{*}navLabel/{*}text"), point.find("{*}content")
            if label is not None and content is not None:
                yield content.get("src") or "", " ".join((label.text or "").split())
        return
    tables = [
        nav for nav in root.iterfind(".//{*}nav") if "toc" in (nav.get("{http://www.idpf.org/2007/ops}type") or "")
    ]
    for link in (link for nav in tables for link in nav.iterfind(".//{*}a")):
        yield link.get("href") or "", " ".join("".join(link.itertext()).split())


def _chapter(archive: zipfile.ZipFile, path: str) -> Any:
    """The chapter's body; None where it is missing or cannot be read."""
    raw = zipped.entry(archive, path)
    if not raw:
        return None
    try:
        text = decode(raw).text
    except Unreadable:
        return None
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    tree = lxml_html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace") or b"<p></p>", parser=parser)
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None
    remove_hidden(tree)
    body = tree.find(".//body")
    return tree if body is None else body


def _xml(archive: zipfile.ZipFile, path: str) -> Any:
    raw = zipped.entry(archive, path)
    try:
        return zipped.parsed(raw) if raw else None
    except (etree.XMLSyntaxError, ValueError):
        return None


def _path(folder: str, reference: str) -> str:
    """A reference from within a folder of the archive, as the name of an entry."""
    try:
        return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(reference).path)))
    except ValueError:
        return ""


def _field(package: Any, name: str) -> str:
    return " ".join((package.findtext(f".//{{http://purl.org/dc/elements/1.1/}}{name}") or "").split())


def _published(package: Any) -> str:
    return zipped.day(_field(package, "date"))
