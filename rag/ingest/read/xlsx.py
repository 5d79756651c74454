"""Excel: sheet by sheet, each row with the names of its columns; runs in the child process."""

from __future__ import annotations

import datetime
import io
from typing import Any

from python_calamine import CalamineError, CalamineSheet, SheetVisibleEnum, load_workbook

from rag.errors import Unreadable
from rag.ingest.read import zipped
from rag.ingest.read.extracted import Extracted, check_length
from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import Row, lines, row


def extract(data: bytes) -> Extracted:
    """A section a row, "Sheet1, row 12" as Excel counts. Formulas are read as the values saved with them.

    Hidden sheets are left out, and named in a note.
    """
    archive = zipped.opened(data, "xlsx")
    pieces = Pieces()
    hidden = []
    try:
        workbook = load_workbook(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible:
                hidden.append(f"“{sheet.name}”")
                continue
            for number, line in lines(_rows(workbook.get_sheet_by_name(sheet.name))):
                pieces.section(f"{sheet.name}, row {number}", (sheet.name,))
                pieces.add(line)
    except CalamineError as error:
        raise Unreadable(f"the xlsx is damaged ({error})") from error
    notes = (f"hidden sheets left out: {', '.join(hidden[:5])} ({len(hidden)} in all)",) if hidden else ()
    return Extracted(pieces.text, zipped.title(archive), "", pieces.sections, (), notes)


def _rows(sheet: CalamineSheet) -> list[Row]:
    """Rows from the first that is filled on, with what was merged downwards repeated in each."""
    if sheet.start is None:
        return []
    top, left = sheet.start
    cells = [[_shown(value) for value in values] for values in sheet.to_python(skip_empty_area=True)]
    check_length(sum(map(len, cells)) // 10)  # empty cells cost too
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        at = column - left
        for below in range(max(first - top, 0) + 1, min(last - top + 1, len(cells))):
            if 0 <= at < len(cells[below]) and first >= top:
                cells[below][at] = cells[below][at] or cells[first - top][at]
    return [row(top + 1 + at, values) for at, values in enumerate(cells)]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes" if not value.second else "seconds") if value.time() else str(value)
    return str(value)
