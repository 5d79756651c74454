"""What may not leave through an answer: pictures, HTML, links that no source gave, characters that hide.

A screen that renders Markdown loads a picture without a click, and its address can carry what the
documents say to whoever wrote the instruction. So none gets as far as a screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

REMOVED = "(link removed)"

_KEPT_CONTROLS = "\n\t"
_JOINERS = "\u200c\u200d"
"""Zero-width, and part of how Persian, Hindi and some emoji are written: kept between letters of those."""
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"

_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)?|\[[^\]]*\]?)?")
_PICTURE_MARK = re.compile(r"!+\[")
_DEFINITION = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.M)
_LINK = re.compile(r"\[([^\]]*)\]\(\s*<?([^)\s>]*)[^)]*\)?")
_REFERENCE = re.compile(r"\[([^\]\d][^\]]*)\]\[[^\]]*\]")
_AUTOLINK = re.compile(r"<((?:[a-z][a-z0-9+.-]*:|www\.)[^<>\s]*)>", re.I)
_TAG = re.compile(r"<[!?/]?[A-Za-z][^<>]*>?|<!--.*?(?:-->|$)", re.S)
_URL = re.compile(
    r"""(?:\b[a-z][a-z0-9+.-]{1,20}:(?://|\\\\)[^\s<>"'“”‘’|]+        # scheme://…
        |\b(?:mailto|javascript|data|vbscript|tel):[^\s<>"'“”‘’|]+
        |(?<![\w/:])//[\w-]+(?:\.[\w-]+)+[^\s<>"'“”‘’|]*              # //host/…
        |\bwww\.[^\s<>"'“”‘’|]+
        |\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+                               # a mail address
        |\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|xyz|info|biz|dev|app|ru|cn|site|online|top|club|shop|link|click|edu|gov|ai|gg|ly|tk|co|uk|de|fr)\b(?!\.\w)(?:[/:?\#][^\s<>"'“”‘’|]*)?)""",
    re.I | re.X,
)
_TRAILING = ".,;:!?)]}*_'\""


def plain(text: str) -> str:
    """Text without characters that hide or reorder: controls, zero-width, direction, tags, lone surrogates."""
    return "".join(c for i, c in enumerate(text) if not _hides(text, i, c))


def clean(text: str, sources: Iterable[str] = ()) -> str:
    """A statement as it may be shown; `sources` are the sentences it cites, whose URLs it may repeat as plain text."""
    allowed = {url for source in sources for url in urls(source)}
    text = _IMAGE.sub(r"\1", _DEFINITION.sub("", plain(text)))
    text = _LINK.sub(lambda m: _link(m[1], m[2], allowed), text)
    text = _REFERENCE.sub(r"\1", text)
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    text = _URL.sub(lambda m: _url(m[0], allowed), text)
    return _PICTURE_MARK.sub("[", text)


def strange_addresses(text: str, sources: Iterable[str]) -> set[str]:
    """The addresses in a text that none of its sources holds."""
    return urls(plain(text)) - {url for source in sources for url in urls(source)}


def urls(text: str) -> set[str]:
    """The addresses in a text, as they are compared."""
    return {_same(match[0].rstrip(_TRAILING)) for match in _URL.finditer(text)}


def suspicious(word: str) -> bool:
    """Whether a word of an unfinished statement could become part of something that `clean` takes out."""
    return (
        any(c in word for c in "[]<>!\\`@")
        or "://" in word
        or "//" in word
        or bool(_URL.search(word))
        or word != plain(word)
    )


def _link(text: str, url: str, allowed: set[str]) -> str:
    if not url or _same(url) in urls(text):
        return text
    return f"{text} ({url})" if _same(url.rstrip(_TRAILING)) in allowed else text


def _url(found: str, allowed: set[str]) -> str:
    url = found.rstrip(_TRAILING)
    return found if _same(url) in allowed else REMOVED + found[len(url) :]


def _same(url: str) -> str:
    """Schemes and hosts know no case; a path does, but a look-alike in another case helps nobody."""
    return url.lower().rstrip("/")


def _hides(text: str, i: int, character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return False
    category = unicodedata.category(character)
    if category == "Cf" and character in _JOINERS:
        around = text[max(i - 1, 0) : i] + text[i + 1 : i + 2]
        return len(around) < 2 or any(ord(c) < 0x0590 for c in around)
    return (
        category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        or character in "\u115f\u1160\u3164\uffa0"
        or _is_selector(character)
    )


def _is_selector(character: str) -> bool:
    """Variation selectors can carry any bytes unseen."""
    return "\ufe00" <= character <= "\ufe0e" or "\U000e0100" <= character <= "\U000e01ef"
