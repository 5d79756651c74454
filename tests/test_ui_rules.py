"""The rules of ui/, held over its syntax."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UI = Path(__file__).parent.parent / "ui"
FILES = sorted(UI.rglob("*.py"))
TEXT = {
    *("write", "markdown", "caption", "text", "title", "header", "subheader", "html", "code", "latex", "badge"),
    *("error", "warning", "info", "success", "exception", "write_stream", "chat_message", "image", "json", "iframe"),
}
LABELLED = {
    *("button", "checkbox", "expander", "popover", "selectbox", "multiselect", "text_input", "text_area", "toast"),
    *("chat_input", "download_button", "file_uploader", "form_submit_button", "page_link", "radio", "toggle", "status"),
}
SAFE = {"text.plain", "text.count", "text.day", "text.size"}


def _name(path: Path) -> str:
    return path.relative_to(UI).as_posix()


def _calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]


def _is_ours(node: ast.expr) -> bool:
    """A label of our own words: a literal, or a piece that went through the door."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in SAFE
    if isinstance(node, ast.IfExp):
        return _is_ours(node.body) and _is_ours(node.orelse)
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return all(_is_ours(part) or _is_number(part) for part in parts)
    return isinstance(node, ast.Name) and node.id.isupper()


def _is_number(node: ast.expr) -> bool:
    return ast.unparse(node).rsplit(".")[-1] in ("done", "total", "QUICK")


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_only_one_module_calls_streamlits_text_functions(path: Path) -> None:
    if _name(path) == "text.py":
        return
    called = {ast.unparse(call.func) for call in _calls(path) if isinstance(call.func, ast.Attribute)}
    assert not {name for name in called if name.split(".")[0] not in ("text", "log") and name.split(".")[-1] in TEXT}


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_labels_are_our_own_words_or_go_through_the_door(path: Path) -> None:
    for call in _calls(path):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in LABELLED):
            continue
        first = call.args[: call.func.attr != "page_link"]  # that one begins with a page
        labels = [
            *first,
            *(k.value for k in call.keywords if k.arg in ("label", "help", "placeholder", "text")),
        ]
        assert all(map(_is_ours, labels)), f"{_name(path)}:{call.lineno}: {ast.unparse(call)[:120]}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_no_html_is_allowed_anywhere(path: Path) -> None:
    assert not any(keyword.arg == "unsafe_allow_html" for call in _calls(path) for keyword in call.keywords)


@pytest.mark.parametrize("path", sorted(UI.rglob("*.js")), ids=_name)
def test_components_set_text_and_never_html(path: Path) -> None:
    script = path.read_text(encoding="utf-8")
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", ".src", ".href")
    assert not [word for word in forbidden if word in script]


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_nothing_of_one_visitor_is_in_a_shared_cache(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        if any("cache_" in ast.unparse(decorator) for decorator in function.decorator_list):
            body = ast.unparse(function)
            assert not any(
                word in body for word in ("session_state", "session()", "st.user", "owner()", "query_params")
            )
