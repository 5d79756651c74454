"""JSON and JSON lines: records as rows, each with its path; runs in the child process."""

from __future__ import annotations

import json
import re
from typing import Any

from rag.ingest.read.decode import Decoded, decode
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import sentence

_ROW = 400
"""Characters: a record that is no longer as a row stands in one, with all that is nested in it."""
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")


def extract(data: bytes) -> Extracted:
    """A section a record, place `$.orders[3]`. What is no JSON is tried as JSON lines, then kept as plain text."""
    decoded = decode(data)
    try:
        value = _loads(decoded.text)
    except ValueError as error:
        first = decoded.text.lstrip().partition("\n")[0]
        if _is_json(first) and first.lstrip().startswith(("{", "[")):
            return _lines(decoded)
        note = f"not valid JSON ({error}), so it was read as plain text"
        return Extracted(decoded.text, notes=(*decoded.notes, note))
    pieces = Pieces()
    _Writer(pieces).write(value, "$", ())
    return Extracted(pieces.text, sections=pieces.sections, notes=decoded.notes)


def extract_lines(data: bytes) -> Extracted:
    """A record a line, place "line 12"; a line that is no JSON is kept as it is, and counted in a note."""
    return _lines(decode(data))


def _lines(decoded: Decoded) -> Extracted:
    pieces = Pieces()
    faulty = []
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            _Writer(pieces, place).write(_loads(line), "$", ())
        except (ValueError, RecursionError):
            faulty.append(number)
            pieces.section(place)
            pieces.add(line.strip())
    notes = list(decoded.notes)
    if faulty:
        notes.append(f"lines that are not valid JSON and are kept as they are: {len(faulty)}, the first is {faulty[0]}")
    return Extracted(pieces.text, sections=pieces.sections, notes=tuple(notes))


def _loads(text: str) -> Any:
    """The value with its numbers as they are written; raises `ValueError`."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, strict=False)


def _is_json(text: str) -> bool:
    try:
        _loads(text)
    except ValueError:
        return False
    return True


class _Writer:
    """Writes a value, part by part, where it is too long for one row."""

    def __init__(self, pieces: Pieces, place: str = "") -> None:
        self._pieces = pieces
        self._place = place
        """One for all that is written; empty: the path of each part."""

    def write(self, value: Any, path: str, heading: tuple[str, ...]) -> None:
        """Raises `RecursionError` where it is nested too deeply."""
        row = _row(value)
        if row is not None:
            self._add(row, path, heading)
        elif isinstance(value, dict):
            self._members(value, path, heading)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                self.write(item, f"{path}[{at}]", heading)
        else:
            self._add(_scalar(value), path, heading)

    def _members(self, record: dict[str, Any], path: str, heading: tuple[str, ...]) -> None:
        """The record's short values as one row, then each long or nested one by itself."""
        short = {key: value for key, value in record.items() if not isinstance(value, dict | list)}
        short = {key: value for key, value in short.items() if len(_scalar(value)) <= _ROW}
        if short:
            self._add(sentence((_name(key), _scalar(value)) for key, value in short.items()), path, heading)
        for key, value in record.items():
            if key not in short:
                self.write(value, path + _step(key), (*heading, key) if key.strip() else heading)

    def _add(self, text: str, path: str, heading: tuple[str, ...]) -> None:
        self._pieces.section(self._place or path, heading)
        self._pieces.add(text)


def _row(value: Any) -> str | None:
    """The value in one row; None where it is longer, or holds records."""
    parts: list[tuple[str, str]] = []
    if not _flatten(value, "", parts, [_ROW]):
        return None
    return sentence(parts) if isinstance(value, dict) and parts else "; ".join(text for _, text in parts)


def _flatten(value: Any, name: str, parts: list[tuple[str, str]], left: list[int]) -> bool:
    """Adds name and value for all that is in `value`; False as soon as more than `left` characters are taken."""
    if isinstance(value, dict):
        return all(_flatten(inner, f"{name}.{key}" if name else key, parts, left) for key, inner in value.items())
    if isinstance(value, list):
        if any(isinstance(item, dict | list) for item in value) or len(value) > _ROW:
            return False
        text = ", ".join(map(_scalar, value))
    else:
        text = _scalar(value)
    parts.append((_name(name), text))
    left[0] -= len(name) + len(text) + 4
    return left[0] >= 0


def _name(key: str) -> str:
    return " ".join(key.split())


def _scalar(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _step(key: str) -> str:
    return f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"
