"""reStructuredText: the file as it is, with its headings as sections."""

from __future__ import annotations

import re

from rag.ingest.read import dates
from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.outline import Heading, sections

_RULE = re.compile(r"([=\-`:.'\"~^_*+#<>!$%&,/;?@])\1{1,}[ \t]*$")
_FIELD_DATE = re.compile(r"^:(?:date|published):[ \t]*(.+)$", re.I | re.M)


def extract(data: bytes) -> Extracted:
    """A heading's level is the order in which its kind of underline first appears, as docutils has it."""
    decoded = decode(data)
    text = decoded.text
    headings = _headings(text)
    field = _FIELD_DATE.search(text[:4000])
    days = [day for _, _, day in dates.iso_dates(field[1])] if field else []
    published = days[0] if days else dates.published(text, labelled=True)
    title = headings[0].name if headings and not text[: headings[0].start].strip() else ""
    return Extracted(text, title, published, sections(text, headings), (), decoded.notes)


def _headings(text: str) -> list[Heading]:
    lines = [(m.start(), m[0].rstrip("\r\n")) for m in re.finditer(r"[^\r\n]*(?:\r\n|\n|\r|$)", text)]
    styles: list[tuple[str, bool]] = []
    found: list[Heading] = []
    for at in range(1, len(lines)):
        (start, name), (_, rule) = lines[at - 1], lines[at]
        above = lines[at - 2][1] if at > 1 else ""
        if not _is_heading(name, rule, above):
            continue
        over = bool(_RULE.match(above)) and above.strip()[0] == rule[0]
        style = (rule[0], over)
        if style not in styles:
            styles.append(style)
        found.append(Heading(lines[at - 2][0] if over else start, styles.index(style) + 1, " ".join(name.split())))
    return found


def _is_heading(name: str, rule: str, above: str) -> bool:
    if not _RULE.match(rule) or not name.strip() or _RULE.match(name):
        return False
    if name.startswith(" ") and not _RULE.match(above):
        return False
    alone = not above.strip() or bool(_RULE.match(above))
    return alone and len(rule.strip()) >= min(len(name.strip()), 4) and re.search(r"\w", name) is not None
