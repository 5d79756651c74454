"""What the commands share: the terminal, the bar, settings as arguments."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import ConfigurationError
from rag.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from eval.run import Show
    from rag.answer.language_model import LanguageModel


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


def language_model(assignments: Sequence[str]) -> LanguageModel:
    """The language model that the settings name, announced on stderr; `ConfigurationError` where they name none."""
    from rag.answer.provider import OpenAIModel

    settings = settings_from(assignments)
    if not (settings.base_url or settings.api_key.get_secret_value()):
        raise ConfigurationError(
            "a language model was wanted, and there is neither OPENAI_API_KEY nor OPENAI_BASE_URL; set one of them"
        )
    model = OpenAIModel(settings)
    print(f"{model.name} at {model.provider} sees questions, answers and quotes", file=sys.stderr)
    return model


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
