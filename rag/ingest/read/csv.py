"""Tables in plain text, with commas, semicolons, tabs or bars between the cells; runs in the child process."""

from __future__ import annotations

import csv
import io
from collections import Counter

from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted, check_length
from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import Row, lines, row

_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 100


def extract(data: bytes) -> Extracted:
    """A section a row, "row 12" as a spreadsheet counts; a cell may hold line breaks.

    Text with no column to be found in it is kept as it is.
    """
    decoded = decode(data)
    delimiter = delimiter_of(decoded.text)
    if not delimiter:
        return Extracted(decoded.text, notes=decoded.notes)
    pieces = Pieces()
    for number, line in lines(_rows(decoded.text, delimiter)):
        pieces.section(f"row {number}")
        pieces.add(line)
    return Extracted(pieces.text, sections=pieces.sections, notes=decoded.notes)


def delimiter_of(text: str) -> str:
    """The character between cells: the one that cuts most rows into the same number of cells, two or more.

    Empty where none does.
    """
    first, _, rest = text[:40].partition("\n")
    if first.lower().startswith("sep=") and rest:
        return first[4:5]
    scores = {delimiter: _consistency(text, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best][0] > 0 else ""


def _consistency(text: str, delimiter: str) -> tuple[float, int]:
    """Share of rows with the usual number of cells (0 where that is one), and that number."""
    reader = _reader(text[:100_000], delimiter)
    widths = Counter(len(cells) for cells, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if any(cells))
    if not widths:
        return 0.0, 0
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (rows / widths.total() if width > 1 else 0.0), width


def _rows(text: str, delimiter: str) -> list[Row]:
    rows = []
    cells_seen = 0
    for number, cells in enumerate(_reader(text, delimiter), start=1):
        cells_seen += len(cells)
        check_length(cells_seen // 2)
        if number == 1 and len(cells) == 2 and cells[0].lower() == "sep=":
            continue
        rows.append(row(number, cells))
    return rows


def _reader(text: str, delimiter: str):  # type: ignore[no-untyped-def]  # the type has no public name
    csv.field_size_limit(max(len(text) + 1, 131_072))
    return csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter, skipinitialspace=True)
