"""Takes out of an HTML tree what a browser would not show to a person."""

from __future__ import annotations

import re
from typing import Any

_NEVER_SHOWN = ("script", "style", "template", "noscript", "noembed", "noframes", "iframe", "object", "svg", "math-ml")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|font-size\s*:\s*0(?:\.0+)?(?:px|em|rem|pt|%)?\s*(?:;|!|$)"
    r"|(?:left|top|right|text-indent)\s*:\s*-\d{4,}(?:\.\d+)?(?:px|em|rem|pt)"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%|(?:^|;)\s*clip\s*:\s*rect\(\s*[01](?:px)?[ ,]",
    re.I,
)
_COLOUR = re.compile(r"(?:^|;)\s*(background(?:-color)?|color)\s*:\s*([^;!]+)", re.I)
_WHITE = {"#ffffff": "white", "#fff": "white", "rgb(255,255,255)": "white"}
_BLACK = {"#000000": "black", "#000": "black", "rgb(0,0,0)": "black"}
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"([.#])([\w-]+)$")


def remove_hidden(tree: Any) -> None:
    """Scripts, comments, and elements hidden by an attribute, by their style, or by a rule of the page's own sheet.

    Sheets of other files are not loaded, so what they hide stays.
    """
    names = _hidden_names(tree)
    doomed = [element for element in tree.iter() if _is_hidden(element, names)]
    for element in doomed:
        parent = element.getparent()
        if parent is not None:
            _remove_but_keep_tail(parent, element)


def _remove_but_keep_tail(parent: Any, element: Any) -> None:
    tail, before = element.tail, element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _is_hidden(element: Any, names: frozenset[str]) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag in {"html", "body"}:
        return False  # pages hide themselves until their script has run
    if element.tag in _NEVER_SHOWN:
        return not (element.tag == "script" and (element.get("type") or "").endswith("ld+json"))
    if element.get("hidden") is not None or (element.tag == "input" and element.get("type") == "hidden"):
        return True
    style = element.get("style")
    if style and (_HIDING.search(style) or _invisible_ink(style)):
        return True
    return bool(names) and not names.isdisjoint(
        [f".{name}" for name in (element.get("class") or "").split()] + [f"#{element.get('id')}"]
    )


def _invisible_ink(style: str) -> bool:
    """Text in the colour of its own background, or in none."""
    colours = {
        "background" if key.lower().startswith("background") else "ink": _WHITE.get(value, _BLACK.get(value, value))
        for key, raw in _COLOUR.findall(style)
        for value in ["".join(raw.lower().split())]
    }
    ink = colours.get("ink")
    return ink == "transparent" or (ink is not None and ink == colours.get("background", "white"))


def _hidden_names(tree: Any) -> frozenset[str]:
    """Classes and ids that a plain rule (`.name {display: none}`) of the page's own sheets hides."""
    names: set[str] = set()
    for sheet in tree.iter("style"):
        rules = _without_conditional_rules(re.sub(r"/\*.*?\*/", "", sheet.text or "", flags=re.S))
        for selectors, style in _RULE.findall(rules):
            if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", style, re.I):
                found = (_SIMPLE.fullmatch(selector.strip()) for selector in selectors.split(","))
                names.update(match[0] for match in found if match)
    return frozenset(names)


def _without_conditional_rules(sheet: str) -> str:
    """Leaves out `@media` and its like with all they hold: what a narrow screen hides is not hidden."""
    kept: list[str] = []
    depth = 0
    conditional_at = 0
    for part in re.split(r"(@[\w-]+[^{};]*\{|[{}])", sheet):
        if part.startswith("@") and part.endswith("{"):
            depth += 1
            conditional_at = conditional_at or depth
        elif part == "{":
            depth += 1
        elif part == "}":
            depth = max(0, depth - 1)
        if not conditional_at:
            kept.append(part)
        elif depth < conditional_at:
            conditional_at = 0
    return "".join(kept)
