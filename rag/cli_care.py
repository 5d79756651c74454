"""The commands that keep a library: look for damage, write it to a file, make it anew of one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rag.assistant import Assistant
from rag.cli_options import AsJson, Exit, Library, print_json, screen


def doctor(
    library: Library = None,
    check: Annotated[bool, typer.Option("--check", help="Only look: repair nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look for damage in the library and repair what can be; ends with 1 where something stays broken."""
    health = Assistant.open(library).doctor(repair=not check)
    if as_json:
        print_json({"sound": health.sound, **asdict(health)})
    else:
        screen().health(health)
    raise typer.Exit(Exit.OK if health.sound else Exit.ERROR)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there.", show_default=False)],
    library: Library = None,
    as_json: AsJson = False,
) -> None:
    """Write the library to one file, with a checksum over all of it."""
    held = Assistant.open(library).backup(file)
    if as_json:
        print_json(asdict(held))
    else:
        screen().backup(held, f"written to {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="What `rag backup` wrote.", show_default=False)],
    library: Library = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let it take the place of the library there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a library of a backup; nothing is embedded, and a library that is there stays unless --replace."""
    held = Assistant.open(library).restore(file, replace)
    if as_json:
        print_json(asdict(held))
    else:
        screen().backup(held, f"restored from {file}")
