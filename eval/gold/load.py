"""From a gold file to items: everything that is wrong with the file is told at once, by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eval.gold.corpus import against_corpus
from eval.gold.items import GoldError, Item, Paraphrase, Problem, StaleGold

SHOWN = 10
"""Problems that an error spells out; the rest are counted."""

Model = TypeVar("Model", bound=BaseModel)
Lines = tuple[tuple[int, Model], ...]
"""(line number from 1, what it holds), in the order of the file."""


def load(path: Path | str, corpus: Path | str | None = None) -> tuple[Item, ...]:
    """The items of a gold file, in its order.

    With a corpus, evidence is held against its files too. Raises `GoldError`, or `StaleGold` where
    nothing is wrong but that source files have changed.
    """
    path = Path(path)
    lines, problems = parse(path, Item)
    if corpus is not None:
        problems += against_corpus(path, lines, Path(corpus))
    _raise(problems)
    return tuple(item for _, item in lines)


def load_paraphrases(path: Path | str, items: Iterable[Item]) -> tuple[Paraphrase, ...]:
    """The other wordings of these items, in the order of the file; raises `GoldError`."""
    path = Path(path)
    known = {item.id for item in items}
    lines, problems = parse(path, Paraphrase)
    problems += tuple(
        Problem(path, line, f"`of` is {paraphrase.of!r}, which no item bears; write an id of the gold file")
        for line, paraphrase in lines
        if paraphrase.of not in known
    )
    _raise(problems)
    return tuple(paraphrase for _, paraphrase in lines)


def parse(path: Path, model: type[Model]) -> tuple[Lines[Model], tuple[Problem, ...]]:
    """What the lines of a file hold, and what is wrong with the others.

    Raises `GoldError` where there is no such file, no text, or nothing in it.
    """
    parsed: list[tuple[int, Model]] = []
    problems: list[Problem] = []
    first_line_of: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            value = model.model_validate(_object(line))
        except ValidationError as error:
            problems += (Problem(path, number, _in_words(e["loc"], e["type"], e["msg"])) for e in error.errors())
            continue
        except ValueError as error:
            problems.append(Problem(path, number, str(error)))
            continue
        identity: str = getattr(value, "id")  # noqa: B009 - both models have one
        if identity in first_line_of:
            message = f"the id {identity!r} is on line {first_line_of[identity]} already; give each line its own"
            problems.append(Problem(path, number, message))
        first_line_of.setdefault(identity, number)
        parsed.append((number, value))
    return tuple(parsed), tuple(problems)


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GoldError(
            f"gold questions were to be read from {path} ({error.strerror or error}); name a JSON Lines file"
        ) from error
    except UnicodeDecodeError as error:
        raise GoldError(
            f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8, one JSON object a line"
        ) from error
    # not splitlines(): it also breaks at U+2028, which is legal inside a JSON string
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise GoldError(f"{path} holds no gold questions; write one JSON object a line")
    return lines


def _object(line: str) -> object:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(
            f"not JSON ({error.msg} at column {error.colno}); write one JSON object a line, without line breaks in it"
        ) from error
    except RecursionError as error:
        raise ValueError("nested too deeply to be a gold item; write one flat JSON object a line") from error
    if not isinstance(value, dict):
        raise ValueError(f'a JSON object was wanted, found {type(value).__name__}; write {{"id": …}}')
    return value


def _in_words(where: Sequence[int | str], kind: str, message: str) -> str:
    field = ".".join(str(part) for part in where)
    if kind == "missing":
        return f"the field `{field}` is missing; add it"
    if kind == "extra_forbidden":
        return f"the field `{field}` is not one of a gold file; correct its name or leave it out"
    wanted = message.removeprefix("Value error, ")
    return f"`{field}`: {wanted}; correct it" if field else f"{wanted}; correct it"


def _raise(problems: Sequence[Problem]) -> None:
    if not problems:
        return
    shown = [str(problem) for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        shown.append(f"and {len(problems) - SHOWN} more; `rag eval lint` lists all")
    kind = StaleGold if all(problem.stale for problem in problems) else GoldError
    raise kind("\n".join(shown))
