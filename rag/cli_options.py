"""What the commands share: their exit codes, their options, and how they print."""

from __future__ import annotations

import json
import os
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.settings import AnswererName, FusionName


class Exit(IntEnum):
    """What the process ends with."""

    OK = 0
    ERROR = 1
    USAGE = 2
    SKIPPED = 3
    DOCUMENTS_DO_NOT_SAY = 4
    INTERRUPTED = 130


def _day(given: str) -> str:
    """The option's value, where it is an ISO date or empty."""
    try:
        valid = not given or date.fromisoformat(given).isoformat() == given
    except ValueError:
        valid = False
    if not valid:
        raise typer.BadParameter(f"a date like 2023-11-14 was expected, not {given!r}")
    return given


def _more_than_nothing(given: float | None) -> float | None:
    """A budget, where it allows a call at all."""
    if given is not None and not given > 0:
        raise typer.BadParameter(f"an amount over 0 was expected, not {given:g}; --answerer reader costs nothing")
    return given


def _with_a_word(given: str) -> str:
    """A question or query, where there is anything in it to look for."""
    if not any(character.isalnum() for character in given):
        found = f"{given!r} holds none" if given.strip() else "it was empty"
        raise typer.BadParameter(f"at least one word or number was expected, but {found}; ask in words")
    return given


def _path(given: str) -> Path:
    """The value as a path; an empty one, of a variable that is not set, would be the working folder."""
    if not given:
        raise typer.BadParameter("a path was expected, but it was empty; name a file or a folder (. is this one)")
    return Path(given)


def _as_listed(given: str) -> str:
    """A document's name as the library has it: bytes that are no text as \\xe9."""
    return os.fsencode(given).decode("utf-8", "backslashreplace")


Paths = Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False, parser=_path)]
Question = Annotated[str, typer.Argument(help="What you want to know.", show_default=False, callback=_with_a_word)]
Query = Annotated[str, typer.Argument(help="What to look for.", show_default=False, callback=_with_a_word)]
Library = Annotated[
    Path | None,
    typer.Option(
        "--library", help="The library's folder.", show_default=".rag, or RAG_HOME", parser=_path, metavar="<path>"
    ),
]
Source = Annotated[
    str,
    typer.Argument(
        help="The document's name, as `rag status` shows it.", show_default=False, parser=_as_listed, metavar="SOURCE"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="Only documents whose name matches, e.g. 'reports/*'; may repeat.")
]
From = Annotated[
    str, typer.Option("--from", help="Only documents published on this day or later: 2024-03-31.", callback=_day)
]
To = Annotated[str, typer.Option("--to", help="Only documents published on this day or earlier.", callback=_day)]
AnswererOption = Annotated[
    AnswererName | None,
    typer.Option(
        "--answerer",
        help="auto: the language model where a key or a server is set, else the reader. sentences: the likeliest "
        "sentences, without the reader.",
        show_default="auto",
    ),
]
Model = Annotated[str | None, typer.Option("--model", help="The language model's name.", show_default="the provider's")]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", help="An OpenAI-compatible server: http://localhost:11434/v1.", show_default="OpenAI"),
]
Budget = Annotated[
    float | None,
    typer.Option("--budget", help="USD that the language model may cost, at most.", callback=_more_than_nothing),
]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Leave out statements without support.", show_default="mark")
]
K = Annotated[
    int | None, typer.Option("-k", min=1, help="How many passages.", show_default="8; 24 where the reader answers")
]
Shown = Annotated[int | None, typer.Option("-k", min=1, help="How many passages.", show_default="8")]
Fusion = Annotated[FusionName | None, typer.Option("--fusion", help="What is searched.", show_default="both")]
Rerank = Annotated[
    bool | None, typer.Option("--rerank/--no-rerank", help="Let the reader order the passages.", show_default="no")
]
ChunkTokens = Annotated[
    int | None,
    typer.Option(
        "--chunk-tokens", min=20, max=256, help="About so many tokens a chunk, in a new library.", show_default="200"
    ),
]


def screen() -> Any:
    """What prints for a person."""
    from rag.terminal import Screen

    return Screen()


def print_json(value: object) -> None:
    """Prints for a program."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
