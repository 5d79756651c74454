"""The one door through which text reaches the page.

Streamlit reads labels, captions and messages as Markdown, where an image fetches an address and a
link leaves the page. So no other module calls Streamlit's text functions, and every string that is
not our own passes `plain` or `rich`. Components set text, never HTML.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeVar

import streamlit as st
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token
    from streamlit.delta_generator import DeltaGenerator

Name = TypeVar("Name", str, int)

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&=^@/%\"'])")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_ALIVE = re.compile(r"(:(?=\S)|@|\bwww(?=\.))", re.I)
"""What the page would still turn into a link, an icon or an emoji after its escape is undone."""
_NAME = re.compile(r"\S*\w[./]\w")
_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
_MARKS = {"strong_open": "**", "strong_close": "**", "em_open": "*", "em_close": "*"}


def plain(text: str) -> str:
    """Markdown that shows exactly these characters on one line: nothing in them is markup."""
    return _escape(" ".join(_INVISIBLE.sub("", text).split()))


def rich(text: str) -> str:
    """Markdown with the emphasis, lists, code and tables of `text`, and nothing that fetches or leads away."""
    blocks = _PARSER.parse(_INVISIBLE.sub("", text))
    return "\n".join(_lines(blocks)).strip("\n")


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", _ALIVE.sub("\\1\u2060", text))


def _lines(blocks: list[Token]) -> list[str]:
    """The blocks as Markdown lines; lists are kept by their markers, tables by their bars."""
    lines: list[str] = []
    cells: list[str] | None = None
    depth, marker = 0, ""
    for block in blocks:
        if block.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif block.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            lines += [] if depth else [""]
        elif block.type == "list_item_open":
            marker = "    " * (depth - 1) + (f"{block.info}. " if block.info else "- ")
        elif block.type == "tr_open":
            cells = []
        elif block.type == "tr_close" and cells is not None:
            lines.append("| " + " | ".join(cells) + " |")
            lines += ["|" + "---|" * len(cells)] if len(lines) < 2 or not lines[-2].startswith("|") else []
            cells = None
        elif block.type == "table_close":
            lines.append("")
        elif block.type in ("fence", "code_block"):
            lines += ["", *_fenced(block.content), ""]
        elif block.type == "inline" and cells is not None:
            cells.append(_inline(block))
        elif block.type == "inline":
            lines.append(marker + _inline(block))
            lines += [] if marker else [""]
            marker = ""
    return lines


def _fenced(code: str) -> list[str]:
    """Code between fences that it cannot close: it may hold shorter ones."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *code.splitlines(), fence]


def _inline(block: Token) -> str:
    written = []
    for token in block.children or []:
        if token.type == "code_inline":
            written.append("`" + token.content.replace("`", "'") + "`")
        elif token.type in _MARKS:
            written.append(_MARKS[token.type])
        elif token.type in ("softbreak", "hardbreak"):
            written.append(" ")
        elif token.type != "image":
            written.append(_escape(token.content))
    return "".join(written)


# ---------------------------------------------------------------- what the pages show


def title(text: str) -> None:
    """The page's heading."""
    st.markdown(f"## {plain(text)}")


def heading(text: str) -> None:
    """A part of a page."""
    st.markdown(f"##### {plain(text)}")


def say(text: str, into: DeltaGenerator | None = None) -> None:
    """A line of text, exactly as it is."""
    (into or st).markdown(plain(text))


def stream(text: str, into: DeltaGenerator) -> None:
    """An answer as far as it is written."""
    into.markdown(rich(text) + " ▍")


def quiet(text: str, into: DeltaGenerator | None = None) -> None:
    """A line of small grey text, exactly as it is."""
    (into or st).caption(plain(text))


def notice(text: str, kind: Literal["error", "warning", "info", "success"] = "error") -> None:
    """A sentence in a box."""
    {"error": st.error, "warning": st.warning, "info": st.info, "success": st.success}[kind](plain(text))


def question(text: str) -> None:
    """What was asked, above its answer."""
    st.markdown(f"#### {plain(text)}")


def copyable(text: str) -> None:
    """Text to copy as it is; it is shown as code, where nothing is markup."""
    st.code(text, language=None, wrap_lines=True)


def style(css: str) -> None:
    """Our own style sheet; never given anything else."""
    st.html(f"<style>{css}</style>")


# ---------------------------------------------------------------- words


def count(n: int, noun: str) -> str:
    """ "1 document", "5 documents", "1,200 passages"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def short(text: str, most: int) -> str:
    """The text on one line, cut at a word where it is longer than `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


def apart(labels: Mapping[Name, str]) -> dict[Name, str]:
    """The labels of a choice by name; those that are alike begin with it.

    Streamlit takes what was chosen by its label: of two that are alike it would be the first.
    """
    alike = Counter(labels.values())
    return {name: f"{name} · {label}" if alike[label] > 1 else label for name, label in labels.items()}


def sentence(words: str) -> str:
    """The words with a full stop, and with a capital unless they begin with a file's or a host's name."""
    first = words[:1] if _NAME.match(words) else words[:1].upper()
    return first + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")


def day(iso: str) -> str:
    """ "14 Nov 2023"; the text as it is where it is no date."""
    try:
        found = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{found.day} {found:%b %Y}"


def size(n: int) -> str:
    """Bytes as people say them."""
    if n < 1000:
        return f"{n} B"
    return f"{n / 1000:.0f} KB" if n < 1_000_000 else f"{n / 1_000_000:.1f} MB"
