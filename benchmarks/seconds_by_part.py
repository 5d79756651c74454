"""Runs a `rag` command and says on stderr, as its last line, where the processors' seconds went.

    python -m benchmarks.seconds_by_part ask QUESTION --library PATH

A module's import counts for its package, without what it imports in turn; a call into a library that is named in
`CALLS` counts for that, whatever calls it. Everything else is our own code: what calls the libraries does between the
calls, and also what they do outside of the calls named here, in threads of their own. So that part is an upper bound.
"""

from __future__ import annotations

import atexit
import functools
import importlib.machinery
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

OURS = "our own code: at work"
CALLS = {
    "onnxruntime.capi.onnxruntime_inference_collection": {
        "InferenceSession.__init__": "the models: opened",
        "InferenceSession.run": "the models: run",
    },
    "rag.models.session": {"open_tokenizer": "the models: opened"},
    "rag.models.reader": {"Reader._encode": "the models: tokenized for"},
    "rag.models.minilm": {"MiniLM._tokens": "the models: tokenized for"},
    "rag.library.vectors": {"_open": "libraries, at work: Chroma", "Generation.nearest": "libraries, at work: Chroma"},
    "sqlalchemy.engine.base": {
        "Connection.execute": "libraries, at work: SQLAlchemy",
        "Connection.scalar": "libraries, at work: SQLAlchemy",
    },
    "sqlalchemy.engine.create": {"create_engine": "libraries, at work: SQLAlchemy"},
    "typer.main": {"get_command": "libraries, at work: typer"},
    "rich.console": {"Console.print": "libraries, at work: rich"},
}
"""By module: functions and methods, and the part that their seconds count for. Those of ours only call a library."""

seconds: Counter[str] = Counter()
_adding = threading.Lock()


class _Running(threading.local):
    """The parts that a thread is in, innermost last, and its clock when the innermost began or went on."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.since = 0.0


_running = _Running()


@contextmanager
def part(name: str) -> Iterator[None]:
    """Count the thread's seconds for `name`, and not for what is outside of it."""
    _count()
    _running.parts.append(name)
    try:
        yield
    finally:
        _count()
        _running.parts.pop()


def _count() -> None:
    now = time.thread_time()
    if _running.parts:
        with _adding:
            seconds[_running.parts[-1]] += now - _running.since
    _running.since = now


def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its seconds counted for `name`."""

    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        with part(name):
            return function(*arguments, **named)

    return call


def count_imports() -> None:
    """From now on the imports count, and so do the calls into each module that is imported."""
    for loader in (importlib.machinery.SourceFileLoader, importlib.machinery.ExtensionFileLoader):
        for step in ("create_module", "exec_module"):
            setattr(loader, step, _counting(getattr(loader, step)))


def _counting(step: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A loader's step, whose seconds are the package's; the module's calls count once it has run."""

    @functools.wraps(step)
    def counting(loader: Any, target: Any) -> Any:
        name = loader.name
        with part(_package(name)):
            made = step(loader, target)
        if step.__name__ == "exec_module":
            for path, of in CALLS.get(name, {}).items():
                _replace(sys.modules[name], path.split("."), of)
        return made

    return counting


def _package(module: str) -> str:
    package = module.partition(".")[0]
    if package == "rag":
        return "our own code: imported"
    return "imports: the standard library" if package in sys.stdlib_module_names else f"imports: {package}"


def _replace(owner: Any, path: list[str], name: str) -> None:
    *outer, last = path
    for attribute in outer:
        owner = getattr(owner, attribute)
    setattr(owner, last, counted(name, getattr(owner, last)))


def _report(started: float) -> None:
    rest = time.process_time() - started - sum(seconds.values())
    print("\n" + json.dumps({**seconds, OURS: rest}), file=sys.stderr)


def main() -> None:
    atexit.register(_report, time.process_time())  # first, so that it runs last but for the interpreter's own end
    count_imports()
    sys.argv[0] = "rag"
    from rag.cli import main as rag

    rag()


if __name__ == "__main__":
    main()
