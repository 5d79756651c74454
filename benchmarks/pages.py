"""News pages with their article bodies, the ways a person copies a page to text, and token F1."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from rag.ingest.read.whole_page import BLOCK_TAGS

TEXTS = 1000


@dataclass(frozen=True)
class Page:
    name: str
    site: str
    data: bytes
    html: str
    titles: tuple[str, ...]
    body: str


def load_pages(folder: Path) -> list[Page]:
    bodies = json.loads(gzip.decompress((folder / "pages_gold.json.gz").read_bytes()))
    pages = []
    for path in sorted((folder / "pages").glob("*.html.gz")):
        name = path.name.removesuffix(".gz")
        data = gzip.decompress(path.read_bytes())
        html = re.sub(r"^\s*<\?xml[^>]*>", "", data.decode("utf-8", "replace"))
        tree = lxml_html.document_fromstring(html)
        titles = tree.xpath('//meta[@property="og:title"]/@content') + [x.text_content() for x in tree.iter("h1")]
        pages.append(Page(name, _site(tree, name), data, html, tuple(map(str, titles)), bodies[name]))
    return pages


def _site(tree: Any, name: str) -> str:
    for place in ('//link[@rel="canonical"]/@href', '//meta[@property="og:url"]/@content'):
        for url in tree.xpath(place):
            if found := re.match(r"(?:https?:)?//(?:www\.)?([^/]+)", url):
                return found[1]
    return name


def naive_texts(html: str) -> dict[str, str]:
    """All visible text: a block a line, as `text_content` gives it, and a string a line."""
    tree = lxml_html.document_fromstring(html)
    for element in list(tree.iter()):
        unseen = not isinstance(element.tag, str) or element.tag in {
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "svg",
            "iframe",
        }
        if unseen and element.getparent() is not None:
            element.drop_tree()
    copied = "\n".join(line.strip() for line in tree.text_content().splitlines())
    return {
        "blocks": "\n".join(_blocks(tree)),
        "text_content": re.sub(r"\n{3,}", "\n\n", copied),
        "strings": "\n".join(text.strip() for text in tree.itertext() if text.strip()),
    }


def _blocks(tree: Any) -> Iterator[str]:
    parts: list[str] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag in BLOCK_TAGS:
            if block := " ".join("".join(parts).split()):
                yield block
            parts.clear()
        parts.append((element.text if event == "start" else element.tail) or "")
    if block := " ".join("".join(parts).split()):
        yield block


def load_texts(folders: Sequence[Path]) -> list[str]:
    """Up to 1,000 different texts of 300 to 60,000 characters, picked by a fixed seed."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    random.Random(1).shuffle(paths)
    texts: dict[str, str] = {}
    for path in paths:
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if 300 <= len(text) <= 60_000 and "\0" not in text and "<html" not in text[:500].lower():
            texts.setdefault(text[:200], text)
        if len(texts) == TEXTS:
            break
    return list(texts.values())


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def token_f1(kept: str, body: str) -> float:
    """Of the bags of lower-case words; 1.0 is the body and nothing else."""
    found, wanted = Counter(tokens(kept)), Counter(tokens(body))
    if not wanted:
        raise ValueError("F1 is undefined for an empty body")
    return 2 * (found & wanted).total() / (found.total() + wanted.total())
