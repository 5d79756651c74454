"""Addresses in a text, in plain letters or in disguise: what a person could follow or a screen could load."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

_REST = r"""[^\s<>"'“”‘’|]"""
"""A character that may go on in an address."""
_ENDINGS = (
    "com|org|net|io|xyz|info|biz|dev|app|ru|cn|site|online|top|club|shop|link|click|edu|gov|ai|gg|ly|tk|co|uk|de|fr"
)
_FILES = (
    "pdf|txt|md|docx?|xlsx?|pptx?|csv|tsv|jsonl?|x?html?|xml|eml|epub|rst|rtf|odt|png|jpe?g|gif|svg|js|ts|py|java|cpp"
    "|ya?ml|toml|ini|cfg|log|db|sqlite"
)
"""Endings of files, which people name in prose; other small words with a dot between them may be a host."""
_ENDINGS_IN_OTHER_SCRIPTS = (
    "рф|рус|москва|онлайн|сайт|орг|дети|ком|укр|бел|мкд|срб|бг|мон|қаз|ею|ευ|ελ|հայ|გე|中国|中國|公司|网络|網路|在线|网站|网址|集团"
    "|商城|游戏|移动|我爱你|政务|香港|澳門|台湾|台灣|新加坡|コム|みんな|ストア|한국|닷컴|닷넷|삼성|ไทย|ຄອມ|ລາວ|भारत|संगठन|कॉम|भारतम्|বাংলা|ভারত|இந்தியா"
    "|இலங்கை|السعودية|امارات|ایران|مصر|شبكة|موقع|قطر|المغرب|تونس|עברית|קום|ישראל"
)
"""After a name in Latin letters: there a stop without a space is no end of a sentence."""
_SCHEMES = "mailto|javascript|data|vbscript|tel|sms|intent|file|blob|magnet|market|view-source"
# Every run is bounded: a long line of dots and hyphens must not take quadratic time.
_URL = re.compile(
    rf"""\b[a-z][a-z0-9+.-]{{1,20}}:(?://|\\\\){_REST}+
        |\bh(?:tt|xx)ps?\s*:\s*/\s*/\s*(?:[\w-]{{1,63}}\s*\.\s*){{0,10}}\w{{1,63}}(?:\s*/\s*\w*){{0,20}}
        |\b(?:{_SCHEMES}):{_REST}+
        |(?<![\w/:])//[\w-]+(?:\.[\w-]+)+{_REST}*
        |\\\\[\w.-]+\\{_REST}+
        |\bwww\.{_REST}+
        |\b[\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+
        |\b(?:[a-z0-9-]{{1,63}}\.){{1,10}}(?:{_ENDINGS})\b(?!\.\w)(?:[/:?\#]{_REST}*)?
        |(?-i:\b(?:[a-z0-9-]{{1,63}}\.){{0,10}}[a-z0-9-]{{2,63}}\.(?!(?:{_FILES})\b)[a-z]{{2,24}})\b(?!\.\w)
            (?:[/:?\#]{_REST}*)?
        |\b[a-z0-9-]{{1,63}}\.(?:{_ENDINGS_IN_OTHER_SCRIPTS}|xn--[a-z0-9-]{{1,59}})(?:[/:?\#]{_REST}*)?
        |\b[a-z][\w-]{{1,63}}:\d{{2,5}}/{_REST}*
        |\b(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?::\d{{2,5}}|/){_REST}*""",
    re.I | re.X,
)
_TRAILING = ".,;:!?)]}*_'\""
_WORD = re.compile(r"\S+")
_STOPS = str.maketrans("。｡．", "...")
_STOP_IN_BRACKETS = re.compile(r"(?:\s?[\[({]\s?(?:\.|dot)\s?[\])}]\s?|\s?\.\s(?=(?-i:com|org|net)\b))", re.I)
_WITH_BRACKETS = re.compile(rf"\b[\w-]{{1,63}}(?:{_STOP_IN_BRACKETS.pattern}[\w-]{{1,63}}){{1,9}}", re.I)
_MOST_DECODED = 3
"""Times that an address may be hidden in per cent signs, one in the other."""


def urls(text: str) -> set[str]:
    """The addresses in a text, as they are compared."""
    return {same(match[0].rstrip(_TRAILING)) for match in _URL.finditer(text)}


def given(sources: Iterable[str]) -> set[str]:
    """The addresses that sources hold, also in disguise."""
    return {url for source in sources for form in {source, revealed(source)} for url in urls(form)}


def revealed(text: str) -> str:
    """Text in which an address stands in plain letters: without entities, per cent signs, wide letters and "(dot)"."""
    return _WORD.sub(_undisguised, _WITH_BRACKETS.sub(_unbracketed, html.unescape(text)))


def without(text: str, allowed: set[str], instead: str) -> str:
    """The text with a note where an address stood that is not allowed."""

    def kept(match: re.Match[str]) -> str:
        url = match[0].rstrip(_TRAILING)
        return match[0] if same(url) in allowed else instead + match[0][len(url) :]

    return _URL.sub(kept, text)


def same(url: str) -> str:
    """Schemes and hosts know no case; a path does, but a look-alike in another case helps nobody."""
    return url.rstrip(_TRAILING).lower().rstrip("/")


def _unbracketed(match: re.Match[str]) -> str:
    plainly = _STOP_IN_BRACKETS.sub(".", match[0])
    return plainly if urls(plainly) else match[0]


def _undisguised(match: re.Match[str]) -> str:
    """A word as it is, unless an address comes to light in it."""
    if match[0].isascii() and "%" not in match[0]:
        return match[0]
    plainly = match[0]
    for _ in range(_MOST_DECODED):
        plainly = unquote(plainly)
    plainly = unicodedata.normalize("NFKC", plainly).translate(_STOPS)
    return plainly if urls(plainly) - urls(match[0]) else match[0]
