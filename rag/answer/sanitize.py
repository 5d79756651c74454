"""What may not leave through an answer: pictures, HTML, links that no source gave, characters that hide.

A screen that renders Markdown loads a picture without a click, and its address can carry what the
documents say to whoever wrote the instruction. So none gets as far as a screen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rag.answer.addresses import given, revealed, same, urls, without

REMOVED = "(link removed)"

_KEPT_CONTROLS = "\n\t"
_JOINERS = "\u200c\u200d"
"""Zero-width, and part of how Persian, Hindi and some emoji are written: kept between letters of those."""
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"
_TERMINAL = re.compile(r"\x1b\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?")
"""Sequences that drive a terminal: without the escape alone their rest would be shown."""

# The words of a link are bounded, so that many open brackets take no quadratic time; what is longer is
# no link any more either, because its brackets come apart.
_WORDS = r"[^\]]{0,400}+"
_IMAGE = re.compile(rf"!\[({_WORDS})\](?:\([^)]*+\)?|\[[^\]]*+\]?)?")
_PICTURE_MARK = re.compile(r"(?<!!)!+\[")
_DEFINITION = re.compile(r"^[ \t]*\[[^\]\n]++\]:[ \t]*\S.*$", re.M)
_LINK = re.compile(rf"\[({_WORDS})\]\(\s*+<?([^)\s>]*+)[^)]*+\)?")
_REFERENCE = re.compile(rf"\[((?!\d)[^\]]{_WORDS})\]\[[^\]]*+\]")
_JOINT = re.compile(r"\]\s*(?=[(\[])")
_AUTOLINK = re.compile(r"<((?:[a-z][a-z0-9+.-]*:|www\.)[^<>\s]*)>", re.I)
_TAG = re.compile(r"<[!?/]?[A-Za-z][^<>]*>?|<!--.*?(?:-->|$)", re.S)

_DISGUISE = re.compile(r"^\W*h(?:tt|xx)ps?\b|^\s*\W?(?:\.|dot)\W?$|[({]\.|%[0-9a-f]{2}|&#?\w+;", re.I)


def plain(text: str) -> str:
    """Text without characters that hide or reorder: controls, zero-width, direction, tags, lone surrogates."""
    text = _TERMINAL.sub("", text)
    return "".join(c for i, c in enumerate(text) if not _hides(text, i, c))


def clean(text: str, sources: Iterable[str] = ()) -> str:
    """A statement as it may be shown; `sources` are the sentences it cites, whose URLs it may repeat as plain text."""
    allowed = given(sources)
    text = _IMAGE.sub(r"\1", _DEFINITION.sub("", plain(revealed(text))))
    text = _LINK.sub(lambda m: _link(m[1], m[2], allowed), text)
    text = _JOINT.sub("] ", _REFERENCE.sub(r"\1", text))
    text = _TAG.sub("", _AUTOLINK.sub(r"\1", text))
    return _PICTURE_MARK.sub("[", without(text, allowed, REMOVED))


def strange_addresses(text: str, sources: Iterable[str]) -> set[str]:
    """The addresses in a text that none of its sources holds."""
    return urls(plain(revealed(text))) - given(sources)


def suspicious(word: str) -> bool:
    """Whether a word of an unfinished statement could become part of something that `clean` takes out."""
    return (
        any(c in word for c in "[]<>!\\`@［］【】⁽")
        or "://" in word
        or "//" in word
        or bool(_DISGUISE.search(word))
        or bool(urls(revealed(word)))
        or word != plain(word)
    )


def _link(text: str, url: str, allowed: set[str]) -> str:
    if not url or same(url) in urls(text):
        return text
    return f"{text} ({url})" if same(url) in allowed else text


def _hides(text: str, i: int, character: str) -> bool:
    if character in _KEPT_CONTROLS:
        return False
    category = unicodedata.category(character)
    if category == "Cf" and character in _JOINERS:
        around = text[max(i - 1, 0) : i] + text[i + 1 : i + 2]
        return len(around) < 2 or any(ord(c) < 0x0590 for c in around)
    return (
        category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") or character in _BLANK_LETTERS or _is_selector(character)
    )


def _is_selector(character: str) -> bool:
    """Variation selectors can carry any bytes unseen."""
    return "\ufe00" <= character <= "\ufe0e" or "\U000e0100" <= character <= "\U000e01ef"
