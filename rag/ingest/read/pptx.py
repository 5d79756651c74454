"""PowerPoint: slide by slide, with tables, charts and the speaker's notes; runs in the child process."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.exc import PythonPptxError

from rag.errors import Unreadable
from rag.ingest.read import dates, zipped
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.pieces import Pieces
from rag.ingest.read.table import Row, lines, row

_DEEPEST = 50


def extract(data: bytes) -> Extracted:
    """A section a slide, under its title; hidden slides too, since the program that made them lists them."""
    archive = zipped.opened(data, "pptx")
    try:
        presentation = Presentation(io.BytesIO(data))
    except (PythonPptxError, KeyError, zipfile.BadZipFile, ValueError) as error:
        raise Unreadable(f"the pptx is damaged ({error})") from error
    pieces = Pieces()
    empty = []
    for number, slide in enumerate(presentation.slides, start=1):
        before = pieces.length
        _write(slide, number, pieces)
        if pieces.length == before:
            empty.append(str(number))
    title = zipped.title(archive)
    named = ", ".join(empty[:5]) + (", …" if len(empty) > 5 else "")
    notes = (f"slides without text: {named} ({len(empty)} in all)",) if empty else ()
    named_by_someone = "" if title == "PowerPoint Presentation" else title
    return Extracted(pieces.text, named_by_someone, dates.published(pieces.text), pieces.sections, (), notes)


def _write(slide: Any, number: int, pieces: Pieces) -> None:
    title = slide.shapes.title
    name = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
    heading = (name,) if name else ()
    place = f"slide {number}"
    pieces.section(place, heading)
    pieces.add(name)
    tables = 0
    for shape in _shapes(slide.shapes):
        if name and shape.shape_id == title.shape_id:
            continue
        if rows := _rows(shape):
            tables += 1
            for at, line in lines(rows):
                pieces.section(f"{place}, table {tables}, row {at}", heading)
                pieces.add(line)
            pieces.section(place, heading)
        elif shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                pieces.add(paragraph.text.replace("\v", "\n"))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        pieces.section(f"{place}, notes", heading)
        pieces.add(slide.notes_slide.notes_text_frame.text.replace("\v", "\n"))


def _shapes(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """Every shape, those in groups too, as they were laid on the slide."""
    for shape in shapes:
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _shapes(shape.shapes, depth + 1)
        else:
            yield shape


def _rows(shape: Any) -> list[Row]:
    """The rows of a table or of a chart's figures; none for other shapes."""
    if getattr(shape, "has_table", False):
        table = enumerate(shape.table.rows, start=1)
        return [row(number, (cell.text_frame.text for cell in cells.cells)) for number, cells in table]
    return _chart(shape.chart) if getattr(shape, "has_chart", False) else []


def _chart(chart: Any) -> list[Row]:
    """A row a category, a column a series; none for charts of points, which have no categories."""
    plots = list(chart.plots)
    if not plots or not len(plots[0].categories):
        return []
    series = [(one.name or f"series {at}", list(one.values)) for at, one in enumerate(plots[0].series, start=1)]
    rows = [row(1, ["category", *(name for name, _ in series)])]
    for at, category in enumerate(plots[0].categories):
        values = [figures[at] if at < len(figures) else None for _, figures in series]
        rows.append(row(at + 2, [str(category), *("" if value is None else f"{value:.15g}" for value in values)]))
    return rows
