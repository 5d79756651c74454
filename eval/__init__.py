"""The evaluation suite: how good are the answers, and is a difference more than chance.

from eval import evaluate

run = evaluate()                                  # the repository's questions over its seeds
run = evaluate("gold.jsonl", "documents/")        # your own
print(run.results["correct"].estimate)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.folder import Run, load
    from eval.run import Options, evaluate

__all__ = ["Options", "Run", "evaluate", "load"]

_HOMES = {"Options": "eval.run", "evaluate": "eval.run", "Run": "eval.folder", "load": "eval.folder"}


def __getattr__(name: str) -> Any:
    """The public names, loaded on first use: the command line must not wait for scipy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'eval' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
