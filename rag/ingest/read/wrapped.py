"""Lines that a page's width has broken, put together into paragraphs."""

from __future__ import annotations

import re

_LIST_ITEM = re.compile(r"\s*(?:[•‣◦▪●–*-]\s|\(?(?:\d{1,3}|[a-z])[.)]\s)")
_FULL = 0.75
"""Of the page's usual line: a shorter line ends its paragraph."""


def unwrap(page: str) -> str:
    """The page with a blank line between paragraphs and none broken within; a word cut by a hyphen is whole again."""
    lines = [line.rstrip() for line in page.split("\n")]
    usual = _usual_width(lines)
    out = ""
    previous = ""
    for line in lines:
        if not line.strip():
            previous = ""
            continue
        if not previous:
            out += "\n\n" + line if out else line
        elif _goes_on(previous, line, usual):
            out = _joined(out, line)
        else:
            out += "\n" + line if _LIST_ITEM.match(line) else "\n\n" + line
        previous = line
    return out


def _usual_width(lines: list[str]) -> int:
    widths = sorted(len(line) for line in lines if line.strip())
    return widths[int(0.8 * (len(widths) - 1))] if widths else 0


def _goes_on(line: str, following: str, usual: int) -> bool:
    if _LIST_ITEM.match(following):
        return False
    if following.lstrip()[:1].islower():
        return True
    return len(line) >= _FULL * usual and usual >= 30


def _joined(text: str, line: str) -> str:
    cut = re.search(r"[a-z]-$", text)
    return text[:-1] + line.lstrip() if cut and line.lstrip()[:1].islower() else f"{text} {line.lstrip()}"
