"""What callers hand in, checked: a value of the wrong kind gets a sentence in place of a trace from deep within."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError, UserError
from rag.settings import Settings
from rag.types import Answer, Filter


def settings(given: Any) -> Settings:
    """The settings; those of the environment where none are given."""
    if given is None or isinstance(given, Settings):
        return given or Settings()
    raise ConfigurationError(f"settings= takes Settings(…), as in Settings(k=4), and {_shown(given)} is none")


def embedding(given: Any) -> Any:
    """An embedding of LlamaIndex."""
    if hasattr(given, "get_text_embedding"):
        return given
    raise ConfigurationError(
        f"embedder= takes a name, an Embedder or a LlamaIndex BaseEmbedding, and {_shown(given)} is none of them"
    )


def path(given: Any, of: str) -> Path:
    """A path, of what `of` names; an empty one would be the working folder, which nobody means by it."""
    if isinstance(given, str | os.PathLike) and os.fspath(given) and "\0" not in str(given):
        return Path(given)
    several = "; give each by itself: ingest(*paths)" if isinstance(given, list | tuple | set) else ""
    raise UserError(f"the path of {of} is text or a pathlib.Path, and {_shown(given)} is none{several}")


def text(given: Any, what: str) -> str:
    """Text, which `what` names: "a question"."""
    if isinstance(given, str):
        return given
    raise UserError(f"{what} is text, and {_shown(given)} is none")


def passages(given: Any) -> int | None:
    """How many passages, or None; whether there can be so many is told elsewhere."""
    if given is None or (isinstance(given, int) and not isinstance(given, bool)):
        return given
    raise UserError(f"the number of passages (k) is a whole number, and {_shown(given)} is none")


def where(given: Any) -> Filter:
    """A filter whose sources and dates are text."""
    if not isinstance(given, Filter):
        raise UserError(f"where= takes a Filter, as in Filter(sources=('reports/*',)), and {_shown(given)} is none")
    if not (isinstance(given.sources, Collection) and all(isinstance(source, str) for source in given.sources)):
        raise UserError(f"sources= takes globs, as in Filter(sources=('reports/*',)), not {_shown(given.sources)}")
    text(given.published_from, "published_from, a date like 2023-11-14,")
    text(given.published_to, "published_to, a date like 2023-11-14,")
    return given


def history(given: Any) -> Sequence[Answer]:
    """The answers so far, oldest first."""
    if isinstance(given, Sequence) and all(isinstance(one, Answer) for one in given):
        return given
    raise UserError(f"history= takes the answers so far, as in history=[answer], and {_shown(given)} is no such list")


def _shown(given: object) -> str:
    shown = repr(given)
    return f"{shown if len(shown) <= 40 else shown[:40] + ' …'} ({type(given).__name__})"
