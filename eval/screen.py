"""What the commands share: the terminal, the bar, settings as arguments."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from eval.run import Show


def console() -> Console:
    """Prints text as it is: nothing in it is read as markup."""
    from rich.console import Console

    return Console(highlight=False, markup=False)


def settings_from(assignments: Sequence[str]) -> Settings:
    """The settings with these NAME=VALUE on top; raises `ConfigurationError` for a name or value that is none."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or name not in Settings.model_fields:
            known = ", ".join(sorted(Settings.model_fields))
            raise ConfigurationError(f"--set {assignment}: NAME=VALUE was wanted, the names are {known}")
        values[name] = value
    return Settings(**values)


@contextlib.contextmanager
def progress() -> Iterator[Show]:
    """A bar on stderr with the question at hand; nothing where that is no screen."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _: None
        return
    current = TextColumn("{task.fields[current]}", style="dim", markup=False)
    with Bar(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), current, console=screen, transient=True) as bar:
        task = bar.add_task("", total=None, current="reading the documents")
        yield lambda at: bar.update(task, total=at.total, completed=at.done, current=at.current[:60])
