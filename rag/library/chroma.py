"""Importing Chroma, without what its release has checked already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def import_chroma() -> Any:
    """The module `chromadb`, with what opens an index; for one thread at a time.

    Chroma marks methods with `overrides`, which at each start compares their signatures with those that they override,
    found in the classes' bytecode: a quarter of the import.
    """
    with _unchecked():
        import chromadb
        import chromadb.api.rust
    return chromadb


@contextmanager
def _unchecked() -> Iterator[None]:
    """Within it `overrides` marks a method and looks at nothing."""
    try:
        import overrides
    except ImportError:  # a Chroma that does without
        yield
        return
    names = ("override", "overrides")
    real = {name: getattr(overrides, name) for name in names}
    try:
        for name in names:
            setattr(overrides, name, _marked)
        yield
    finally:
        for name, function in real.items():
            setattr(overrides, name, function)


def _marked(method: Callable[..., Any] | None = None, **_: bool) -> Callable[..., Any]:
    if method is None:
        return _marked
    method.__override__ = True  # type: ignore[attr-defined]
    return method
