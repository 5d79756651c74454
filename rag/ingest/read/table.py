"""Tables as text: each row a sentence that carries the names of its columns, so that it can be found and cited alone.

The full stop is for the reader, which sees no line breaks: without it, it takes the end of one row and the beginning
of the next for one thing, and gives the date of one person to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"[\s$€£¥]*[-+(]?[\s$€£¥]*\d[\d.,:/\s-]*\)?\s*(?:%|€|[A-Za-z]{1,3})?$")
_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_LONGEST_NAME = 80
_STOPS = (".", "!", "?", "…", "。")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and its number as the program that made the table counts."""

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        return sum(bool(cell) for cell in self.cells)


def row(number: int, cells: Iterable[str]) -> Row:
    """A row with the white space of its cells made plain."""
    return Row(number, tuple(" ".join(cell.split()) for cell in cells))


def lines(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Number and text of each row that says something: "item: lamp, price: 12."

    The names come from the first row with two cells or more, where these read as names. A later table
    on the same sheet, after an empty row, has names of its own where its values differ from them in kind.
    Without names the cells stand side by side. A row of names is a line too.
    """
    names: tuple[str, ...] = ()
    begun = False
    for block in _blocks(rows):
        at = next((index for index, row in enumerate(block) if row.filled > 1), None)
        header = None
        if at is not None and _names_columns(block[at], block[at + 1 :], sure=begun):
            header, names = block[at], block[at].cells
        begun = begun or at is not None
        for row in block:
            alone = row is header or row.filled < 2 or not any(names)
            yield row.number, _side_by_side(row) if alone else _with_names(row, names)


def sentence(named: Iterable[tuple[str, str]]) -> str:
    """Names and values as "item: lamp, price: 12."; what has no name stands by itself."""
    text = ", ".join(f"{name}: {value}" if name else value for name, value in named)
    return text if text.endswith(_STOPS) else f"{text}."


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows without an empty one between them."""
    block: list[Row] = []
    for row in rows:
        if row.filled:
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _names_columns(header: Row, below: Sequence[Row], sure: bool) -> bool:
    """Whether the row's cells read as the names of what is `below`; `sure`: only where those are numbers too."""
    if _are_years_of_numbers(header, below[:50]):
        return True
    cells = [cell for cell in header.cells if cell]
    reads = all(len(cell) <= _LONGEST_NAME and not _NUMBER.match(cell) for cell in cells) and len(set(cells)) == len(
        cells
    )
    if not reads or not below:
        return False
    if max(row.filled for row in below[:50]) > 2 * len(cells) or _is_like_those_below(header, below[:50]):
        return False
    return not sure or any(_NUMBER.match(cell) for row in below[:50] for cell in row.cells)


def _is_like_those_below(header: Row, below: Sequence[Row]) -> bool:
    """Whether half of the cells differ from one below in their digits alone: "2019 to 2026" over "2014 to 2019"."""
    alike = {
        column
        for row in below
        for column, (name, cell) in enumerate(zip(header.cells, row.cells, strict=False))
        if name and name != cell and _DIGITS.sub("0", name) == _DIGITS.sub("0", cell)
    }
    return 2 * len(alike) >= header.filled


def _are_years_of_numbers(header: Row, below: Sequence[Row]) -> bool:
    """Whether years in their order, after the first cell, stand over numbers that are not all years themselves."""
    first, *years = header.cells
    values = [cell for row in below for cell in row.cells[1:] if any(map(str.isalnum, cell))]
    return (
        len(years) > 1
        and len(set(years)) == len(years)
        and years in (sorted(years), sorted(years, reverse=True))
        and not _NUMBER.match(first)
        and all(map(_YEAR.match, years))
        and all(map(_NUMBER.match, values))
        and not all(map(_YEAR.match, values))
    )


def _with_names(row: Row, names: tuple[str, ...]) -> str:
    named = zip((*names, *[""] * len(row.cells)), row.cells, strict=False)
    return sentence((name, cell) for name, cell in named if cell)


def _side_by_side(row: Row) -> str:
    return " | ".join(cell for cell in row.cells if cell)
