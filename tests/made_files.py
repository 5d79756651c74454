"""Small files of each format, made from their parts, for tests to bend."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def zipped(entries: Mapping[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return made.getvalue()


def replaced(data: bytes, entries: Mapping[str, bytes | str]) -> bytes:
    """The archive with some of its entries swapped, or added."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return zipped({name: archive.read(name) for name in archive.namelist()} | dict(entries))


# ---------------------------------------------------------------- Word


def paragraph(text: str, style: str = "", hidden: bool = False) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    vanish = "<w:rPr><w:vanish/></w:rPr>" if hidden else ""
    return f'<w:p>{properties}<w:r>{vanish}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def docx(*blocks: str, title: str = "", changed: str = "") -> bytes:
    """`blocks` are paragraphs and tables of WordprocessingML."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2, 3)
    )
    title_style = '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    return zipped(
        {
            "[Content_Types].xml": _content_types(
                {"/word/document.xml": "wordprocessingml.document.main", "/word/styles.xml": "wordprocessingml.styles"}
            ),
            "_rels/.rels": _relationships({"officeDocument": "word/document.xml"}),
            "word/_rels/document.xml.rels": _relationships({"styles": "styles.xml"}),
            "word/styles.xml": f'{_XML}<w:styles xmlns:w="{_W}">{styles}{title_style}</w:styles>',
            "word/document.xml": (f'{_XML}<w:document xmlns:w="{_W}"><w:body>{"".join(blocks)}</w:body></w:document>'),
            "docProps/core.xml": _core(title, changed),
        }
    )


# ---------------------------------------------------------------- Excel


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | float | None]]], hidden: str = "", merged: str = "") -> bytes:
    """Sheets of rows; `merged` is a range of the first sheet, `hidden` the name of a sheet that is not shown."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}" '
        f'state="{"hidden" if name == hidden else "visible"}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    parts = {f"/xl/worksheets/sheet{n}.xml": "spreadsheetml.worksheet" for n in numbers}
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    entries = {
        "[Content_Types].xml": _content_types({"/xl/workbook.xml": "spreadsheetml.sheet.main", **parts}),
        "_rels/.rels": _relationships({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        "docProps/core.xml": _core("", ""),
    }
    for n, rows in zip(numbers, sheets.values(), strict=True):
        merges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged and n == 1 else ""
        entries[f"xl/worksheets/sheet{n}.xml"] = (
            f'{_XML}<worksheet xmlns="{_S}"><sheetData>{_sheet_rows(rows)}</sheetData>{merges}</worksheet>'
        )
    return zipped(entries)


def _sheet_rows(rows: Sequence[Sequence[str | float | None]]) -> str:
    written = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(row))
        written.append(f'<row r="{number}">{cells}</row>')
    return "".join(written)


def _cell(reference: str, value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f'<c r="{reference}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


# ---------------------------------------------------------------- PowerPoint


def pptx(slides: Sequence[tuple[str, str]], notes: str = "", table: Sequence[Sequence[str]] = ()) -> bytes:
    """Slides of title and text; `notes` and `table` go to the last of them."""
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    for title, text in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    if table:
        size = (Inches(1), Inches(1), Inches(5), Inches(2))
        cells = slide.shapes.add_table(len(table), len(table[0]), *size).table
        for at, row in enumerate(table):
            for column, value in enumerate(row):
                cells.cell(at, column).text = value
    made = io.BytesIO()
    presentation.save(made)
    return made.getvalue()


# ---------------------------------------------------------------- EPUB


def epub(chapters: Mapping[str, str], contents: Mapping[str, str] | None = None) -> bytes:
    """`chapters`: file name to the HTML of its body; `contents`: file name to the chapter's name."""
    manifest = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    nav = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>' if contents else ""
    entries = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            f'{_XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
            '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
        ),
        "OEBPS/book.opf": (
            f'{_XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
            '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Voyage</dc:title>'
            f"<dc:date>1901-05-06</dc:date></metadata><manifest>{manifest}{nav}</manifest><spine>{spine}</spine></package>"
        ),
    }
    if contents:
        links = "".join(f'<li><a href="{name}">{escape(shown)}</a></li>' for name, shown in contents.items())
        entries["OEBPS/nav.xhtml"] = (
            '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
            f'<nav epub:type="toc"><ol>{links}</ol></nav></body></html>'
        )
    for name, body in chapters.items():
        entries[f"OEBPS/{name}"] = f'{_XML}<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
    return zipped(entries)


# ---------------------------------------------------------------- parts of Office files


def _content_types(parts: Mapping[str, str]) -> str:
    office = "application/vnd.openxmlformats-officedocument"
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{office}.{kind}+xml"/>' for name, kind in parts.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{_XML}<Types xmlns="{_TYPES}">{rels}{xml}{overrides}</Types>'


def _relationships(targets: Mapping[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'{_XML}<Relationships xmlns="{_RELATIONS}">{listed}</Relationships>'


def _core(title: str, changed: str) -> str:
    dates = f"<dcterms:modified>{changed}</dcterms:modified>" if changed else ""
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{escape(title)}</dc:title>{dates}</cp:coreProperties>"
    )
