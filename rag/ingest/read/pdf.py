"""PDF: text by page; runs in the child process."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2 as pdfium

from rag.errors import Unreadable
from rag.ingest.read import dates
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.pieces import Pieces
from rag.ingest.read.wrapped import unwrap

MAX_PAGES = 20_000


def extract(data: bytes) -> Extracted:
    """A section a page. Raises `Unreadable` for what is encrypted, damaged, or has no text layer."""
    document = _opened(data)
    pieces = Pieces()
    empty: list[int] = []
    broken: list[int] = []
    pages = min(len(document), MAX_PAGES)
    for number in range(1, pages + 1):
        try:
            text = _page_text(document, number - 1)
        except pdfium.PdfiumError:
            broken.append(number)
            continue
        if not text.strip():
            empty.append(number)
        pieces.section(f"page {number}")
        pieces.add(unwrap(text))
    if not pieces.text:
        raise Unreadable(_why_empty(pages, broken))
    notes = [*_page_notes("without text", empty), *_page_notes("damaged and left out", broken)]
    if len(document) > MAX_PAGES:
        notes.append(f"only the first {MAX_PAGES:,} of {len(document):,} pages were read")
    published = dates.published(pieces.text)
    return Extracted(pieces.text, _title(document), published, pieces.sections, (), tuple(notes))


def _opened(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("it is encrypted; save a copy without a password") from error
        if "security" in str(error).lower():
            raise Unreadable("it is encrypted in a way that is not supported; save a copy without it") from error
        cause = "truncated" if b"%%EOF" not in data[-2048:] else "damaged"
        raise Unreadable(f"the pdf is {cause} and no page of it can be opened") from error


def _page_text(document: Any, index: int) -> str:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            return _clean(text_page.get_text_range())
        finally:
            text_page.close()
    finally:
        page.close()


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = re.sub(r"[\ufffe\x02\xad]\n?", "", text)  # pdfium's marks for a hyphen at a line's end
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _why_empty(pages: int, broken: list[int]) -> str:
    if not pages:
        return "the pdf has no pages"
    if len(broken) == pages:
        return "the pdf is damaged and no page of it can be opened"
    return "no text layer; OCR is not done"


def _page_notes(what: str, numbers: list[int]) -> list[str]:
    if not numbers:
        return []
    named = ", ".join(str(number) for number in numbers[:5]) + (", …" if len(numbers) > 5 else "")
    return [f"pages {what}: {named} ({len(numbers)} in all)" if len(numbers) > 1 else f"page {what}: {named}"]


def _title(document: Any) -> str:
    """The title of its properties, where it looks as if a person had meant it."""
    title = " ".join((document.get_metadata_dict().get("Title") or "").split())
    return "" if re.search(r"\.\w{2,4}$|^Microsoft |^untitled|^\W*$|\\|^slide \d", title, re.I) else title
