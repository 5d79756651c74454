"""Word: paragraphs, lists, tables and notes under their headings; runs in the child process."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import mammoth
from lxml import etree
from lxml import html as lxml_html

from rag.errors import Unreadable
from rag.ingest.read import dates, zipped
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.flow import Flow
from rag.ingest.read.markup import write
from rag.ingest.read.pieces import Pieces

_STYLES = "p[style-name='Title'] => p.title:fresh\np[style-name='Subtitle'] => p:fresh"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"


def extract(data: bytes) -> Extracted:
    """Insertions that are not accepted yet are read, deletions and hidden text are not; nor headers and footers."""
    archive = zipped.opened(data, "docx")
    try:
        converted = mammoth.convert_to_html(
            io.BytesIO(_without_hidden(archive, data)),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
        )
    except (KeyError, zipfile.BadZipFile, OSError) as error:
        raise Unreadable(f"the docx is damaged ({error})") from error
    tree = lxml_html.document_fromstring(converted.value or "<p></p>", parser=lxml_html.HTMLParser(huge_tree=True))
    _without_links_to_notes(tree)
    pieces = Pieces()
    write(tree, Flow(pieces))
    title = zipped.title(archive) or _title(tree)
    return Extracted(pieces.text, title, dates.published(pieces.text), pieces.sections)


def _without_hidden(archive: zipfile.ZipFile, data: bytes) -> bytes:
    """The file without the runs that Word hides: mammoth would show them."""
    body = zipped.entry(archive, _BODY)
    if body is None or b"vanish" not in body:
        return data
    try:
        root = zipped.parsed(body)
    except etree.XMLSyntaxError:
        return data
    for mark in list(root.iter(f"{_W}vanish")):
        run = mark.getparent().getparent()
        if run is not None and run.tag == f"{_W}r" and mark.get(f"{_W}val") not in {"0", "false", "off"}:
            run.getparent().remove(run)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, etree.tostring(root) if name == _BODY else zipped.entry(archive, name) or b"")
    return made.getvalue()


def _without_links_to_notes(tree: Any) -> None:
    """The arrows back from the notes, which stand in no document."""
    for link in tree.xpath("//a[starts-with(@href, '#footnote-ref-') or starts-with(@href, '#endnote-ref-')]"):
        link.drop_tree()


def _title(tree: Any) -> str:
    found = tree.find(".//p[@class='title']")
    return "" if found is None else " ".join(found.text_content().split())
