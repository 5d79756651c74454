"""Plain text: the file as it is, with the title and the date that its own lines show."""

from __future__ import annotations

import re

from rag.ingest.clean import boilerplate
from rag.ingest.read import dates
from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted
from rag.types import Span

_MAX_TITLE = 160


def extract(data: bytes) -> Extracted:
    """Prose, which may have been copied from a web page."""
    decoded = decode(data)
    text = decoded.text
    marked = boilerplate(text)
    return Extracted(text, title(text, marked), dates.published(text), (), marked, decoded.notes)


def extract_verbatim(data: bytes) -> Extracted:
    """Code, logs, tables: nothing in them is a title, a date of publication, or a page's furniture."""
    decoded = decode(data)
    return Extracted(decoded.text, notes=decoded.notes)


def title(text: str, passed_over: tuple[Span, ...]) -> str:
    """The first line, where it stands alone, is short and does not end as a sentence does; else empty.

    Lines that begin within `passed_over` do not count.
    """
    lines = re.finditer(r"[^\r\n]+", text[:20_000])
    shown = (line for line in lines if line[0].strip() and not any(s <= line.start() < e for s, e in passed_over))
    first, second = next(shown, None), next(shown, None)
    if first is None or second is None:
        return ""
    candidate = " ".join(first[0].split())
    alone = len(re.findall(r"\r\n|\n|\r", text[first.end() : second.start()])) > 1
    ends_as_text = candidate.endswith((".", ",", ";", ":", "-")) and not candidate.endswith("...")
    words = re.findall(r"[^\W\d_]{2,}", candidate)
    if ends_as_text or not words or len(candidate) > _MAX_TITLE or candidate[0] in "-*•>|=#{[<":
        return ""
    return candidate if alone or len(second[0]) > 2 * len(candidate) else ""
