"""The rooms of the house: who may import whom, and what `import rag` may cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS = (
    ("rag.cli", "rag.cli_care", "rag.cli_options", "rag.__main__"),
    ("ui", "eval", "rag.terminal"),
    ("rag",),
    ("rag.llamaindex", "rag.testing"),
    ("rag.assistant",),
    ("rag.ingest", "rag.retrieve", "rag.answer", "rag.library"),
    ("rag.models",),
    ("rag.types", "rag.errors", "rag.settings", "rag.arguments"),
)
"""From top to bottom; a module imports from its own layer or from below."""

ROOMS = ("rag", "ui", "eval", "training", "benchmarks", "tests")

MAY_LOOK_UP = {
    # The assistant hands out the components that are built on it, at call time.
    ("rag.assistant", "rag.llamaindex"),
}

HEAVY = ("llama_index", "chromadb", "openai", "onnxruntime", "streamlit", "sqlalchemy", "trafilatura", "numpy", "torch")


def _modules() -> list[Path]:
    return [path for room in ("rag", "ui", "eval") for path in sorted((ROOT / room).rglob("*.py"))]


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _layer(module: str) -> int:
    matches = [
        (len(prefix), index)
        for index, layer in enumerate(LAYERS)
        for prefix in layer
        if module == prefix or module.startswith(prefix + ".")
    ]
    return max(matches)[1]


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name for name in names if name.split(".")[0] in ROOMS}


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_imports_point_down(path: Path) -> None:
    module = _name(path)
    upward = {
        other
        for other in _imported(path)
        if other.split(".")[0] in ("rag", "ui", "eval")
        and _layer(other) < _layer(module)
        and (module, other) not in MAY_LOOK_UP
    }
    assert upward == set(), f"{module} imports from above itself"


def test_what_ships_imports_nothing_that_does_not_ship() -> None:
    for path in _modules():
        assert not {name for name in _imported(path) if name.split(".")[0] in ("training", "benchmarks", "tests")}, path


def test_importing_rag_loads_no_heavy_library() -> None:
    code = f"import sys, rag; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_no_file_of_ui_bears_the_name_of_a_standard_module() -> None:
    # Streamlit puts ui/ first on sys.path.
    assert {path.stem for path in (ROOT / "ui").rglob("*.py")} & sys.stdlib_module_names == set()
