"""Markdown: the file as it is, with its headings as sections and its front matter's title and date."""

from __future__ import annotations

import re

from rag.ingest.read import dates
from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.outline import Heading, sections
from rag.types import Span

_FRONT = re.compile(r"\s*(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n\1[ \t]*(?:\r?\n|$)", re.S)
_ENTRY = re.compile(r"^(title|date|published|pubdate|created|publishdate)\s*[:=]\s*(.+?)\s*$", re.I | re.M)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_LONGEST_HEADING = 1_000
"""Characters: a longer line is none, and the patterns take time by the square of its length."""
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")


def extract(data: bytes) -> Extracted:
    """Markdown with YAML or TOML front matter, if any; the front matter itself is never evidence."""
    decoded = decode(data)
    text = decoded.text
    fields, front = front_matter(text)
    headings = _headings(text, front[1] if front else 0)
    title = fields.get("title") or (headings[0].name if headings and headings[0].level <= 2 else "")
    published = fields.get("published") or dates.published(text[front[1] if front else 0 :], labelled=True)
    boilerplate = (front,) if front else ()
    return Extracted(text, title, published, sections(text, headings), boilerplate, decoded.notes)


def front_matter(text: str) -> tuple[dict[str, str], Span | None]:
    """Title and day of publication as the front matter says, and its span; None where there is none."""
    found = _FRONT.match(text[:20_000])
    if not found or not re.search(r"^\w[\w -]*\s*[:=]", found[2], re.M):
        return {}, None
    fields: dict[str, str] = {}
    for key, raw in _ENTRY.findall(found[2]):
        value = raw.strip("\"'")
        if key.lower() == "title":
            fields.setdefault("title", value)
        elif days := [day for _, _, day in dates.iso_dates(value)]:
            fields.setdefault("published", days[0])
    return fields, (found.start(1), found.end())


def _headings(text: str, start: int) -> list[Heading]:
    found: list[Heading] = []
    fence = ""
    paragraph: tuple[int, str] | None = None
    for match in re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)").finditer(text, start):
        line = match[0].rstrip("\r\n")
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if opening := _FENCE.match(line):
            fence, paragraph = opening[1], None
        elif len(line) <= _LONGEST_HEADING and (atx := _ATX.match(line)):
            found.append(Heading(match.start(), len(atx[1]), _spoken(atx[2] or "")))
            paragraph = None
        elif paragraph and (under := _UNDERLINE.match(line)):
            found.append(Heading(paragraph[0], 1 if under[1][0] == "=" else 2, _spoken(paragraph[1])))
            paragraph = None
        else:
            stands_alone = (
                bool(line.strip()) and paragraph is None and not re.match(r"\s*(?:[-*+>|]|\d+[.)])|\s{4}", line)
            )
            if not line.strip():
                paragraph = None
            elif stands_alone:
                paragraph = (match.start(), line)
            else:
                paragraph = (-1, "") if paragraph is None else paragraph
            if paragraph and paragraph[0] < 0:
                paragraph = None
    return found


def _spoken(heading: str) -> str:
    """A heading without its marks: links, images, code and emphasis."""
    plain = re.sub(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", heading)
    return " ".join(re.sub(r"[*`]|\{#[^}]*\}", "", plain).split())
