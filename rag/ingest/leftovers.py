"""What a clean-up of a web page has left over: single lines of furniture around a text that is otherwise whole.

Told by form and by place. A row of hashtags, a trail of links, the credit of an embedded post wherever they
stand; an invitation to act on the page only before the first paragraph or after the last. The invitation is
told by what its words are: a verb for something done to a page, a noun for a part of one, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ingest.lines import FUNCTION_WORDS, Line

_TAG = re.compile(r"(?<!\S)#\w+")
_TRAIL = re.compile(r"(?<!\s)(?:\s*[»›→]\s*|\s+[>/|·•]\s+)")  # not from within a run of spaces: that is quadratic
_CREDIT = re.compile(r"\s*[—–-]+ ?.{1,60}\(@\w{1,20}\)")
_SHORT_LINK = re.compile(r"https?://t\.co/\w+|\bpic\.twitter\.com/\w+", re.I)
_STAMP_WORDS = frozenset(
    {"last", "update", "updated", "published", "posted", "on", "at", "time", "am", "pm", "gmt", "utc", "est", "edt"}
)
_CALENDAR = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
)
_MOMENT = re.compile(r"\d{1,2}:\d\d|\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{2,4}|\b(?:19|20)\d\d\b")
# fmt: off
_ACTS = frozenset({
    "add", "back", "cancel", "click", "close", "comment", "continue", "copy", "download", "email", "explore", "follow",
    "forgot", "go", "jump", "leave", "like", "load", "log", "login", "open", "pin", "post", "print", "read", "register",
    "reply", "report", "return", "save", "scroll", "search", "see", "send", "share", "show", "sign", "skip", "submit",
    "subscribe", "switch", "tap", "toggle", "tweet", "view", "visit", "watch", "write", "join", "get", "browse",
})
_PARTS = frozenset({
    "account", "ad", "advertisement", "archive", "archives", "article", "articles", "blog", "bottom", "button",
    "category", "categories", "channel", "clipboard", "comment", "comments", "content", "cookies", "email",
    "facebook", "feed", "footer", "form", "friend", "header", "here", "home", "homepage", "inbox", "instagram",
    "linkedin", "link", "main", "menu", "more", "navigation", "newsletter", "newsletters", "next", "page", "password",
    "pinterest", "post", "posts", "previous", "print", "profile", "reddit", "reply", "replies", "rss", "search",
    "sidebar", "site", "stories", "story", "tag", "tags", "telegram", "thread", "top", "twitter", "up", "updates",
    "username", "video", "videos", "website", "whatsapp", "youtube",
})
# fmt: on
_LABEL_WORDS = 8
_PARAGRAPH = 30
"""Words: a longer line of prose is the text's own, wherever it stands."""
_FURTHEST = 12
"""Lines at either end that may be furniture."""


def leftovers(lines: Sequence[Line]) -> frozenset[int]:
    """Which lines (by index) are left over; empty where no certain sign of a page is there."""
    certain = {at for at, line in enumerate(lines) if _is_tags(line) or _is_trail(lines, at)} | _posts(lines)
    body = [at for at, line in enumerate(lines) if line.is_prose and len(line.words) >= _PARAGRAPH]
    if not body:
        return frozenset()
    head = [at for at in range(body[0]) if at < _FURTHEST]
    foot = [at for at in range(body[-1] + 1, len(lines)) if len(lines) - at <= _FURTHEST]
    certain |= {at for at in (*head, *foot) if is_invitation(lines[at])}
    begun = [at for at in foot if at in certain]
    if begun:
        certain.update(range(begun[0], len(lines)))  # a form's label is followed by its parts and notices
    if certain:
        certain.update(at for at in (*head, *foot) if _is_stamp(lines[at]))
    return frozenset(certain)


def is_invitation(line: Line) -> bool:
    """Whether the line asks for something to be done with the page and says nothing else."""
    words = line.words
    if not 2 <= len(words) <= _LABEL_WORDS or line.text.rstrip().endswith((".", ":", ";", ",")):
        return False
    acts = words[0] in _ACTS
    parts = any(word in _PARTS for word in words[1:])
    return acts and parts and all(word in _ACTS or word in _PARTS or word in FUNCTION_WORDS for word in words)


def _is_tags(line: Line) -> bool:
    tags = len(_TAG.findall(line.text))
    return tags >= 3 and tags >= 0.7 * len(line.text.split())


def _is_trail(lines: Sequence[Line], at: int) -> bool:
    """Links from the page's home down to it, which often end with the title that comes next."""
    text = lines[at].text.strip()
    steps = [step for step in _TRAIL.split(text) if step]
    if at >= _FURTHEST or len(steps) < 3 or any(len(step.split()) > 4 for step in steps[:-1]):
        return False
    arrows = len(re.findall(r"[»›]", text))
    following = lines[at + 1].text.strip() if at + 1 < len(lines) else ""
    return arrows >= 2 or (len(following) > 10 and steps[-1].strip() == following)


def _posts(lines: Sequence[Line]) -> set[int]:
    """An embedded post: its text, which ends in a short link, and the line that credits it."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if not _CREDIT.match(line.text) or len(line.words) > 20:
            continue
        for above in range(at - 1, max(-1, at - 4), -1):
            if _SHORT_LINK.search(lines[above].text):
                found.update(range(above, at + 1))
                break
        else:
            if _MOMENT.search(line.text):
                found.add(at)
    return found


def _is_stamp(line: Line) -> bool:
    if len(line.text) > 120 or not _MOMENT.search(line.text):
        return False
    words = re.findall(r"[^\W\d_]+", re.sub(r"\([^()]*\)", " ", line.text.lower()))
    return all(word in _STAMP_WORDS or (word.startswith(_CALENDAR) and len(word) <= 9) for word in words)
