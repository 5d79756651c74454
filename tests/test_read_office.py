from pathlib import Path

import pytest
from made_files import docx, epub, paragraph, pptx, replaced, word_table, xlsx, zipped

from rag.errors import Unreadable
from rag.ingest.chunk import chunk
from rag.ingest.read import read
from rag.ingest.read import zipped as zip_archives
from rag.types import Document


def written(folder: Path, name: str, content: bytes) -> Document:
    (folder / name).write_bytes(content)
    return read(folder / name, name)


def refusal(folder: Path, name: str, content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        written(folder, name, content)
    return str(caught.value)


def placed(document: Document) -> list[tuple[str, str]]:
    return [(section.place, document.text[section.start : section.end].strip()) for section in document.sections]


def words(texts):
    return [len(text.split()) + 2 for text in texts]


# ---------------------------------------------------------------- Word


def test_paragraphs_of_word_count_under_their_heading(tmp_path):
    blocks = (paragraph("Before."), paragraph("Setup", "Heading1"), paragraph("First."), paragraph("Second."))
    document = written(tmp_path, "a.docx", docx(*blocks))
    assert placed(document) == [
        ("paragraph 1", "Before."),
        ("heading “Setup”", "Setup"),
        ("under “Setup”, paragraph 1", "First."),
        ("under “Setup”, paragraph 2", "Second."),
    ]
    assert document.sections[-1].heading == ("Setup",)


def test_short_paragraphs_of_word_share_a_chunk(tmp_path):
    blocks = [paragraph(f"Heading {n}", "Heading2") + paragraph("A short one.") for n in range(5)]
    assert len(chunk(written(tmp_path, "a.docx", docx(*blocks)), words)) == 1


def test_word_gives_its_title_by_its_properties_or_its_title_line(tmp_path):
    assert written(tmp_path, "a.docx", docx(paragraph("Text."), title="Report")).title == "Report"
    assert written(tmp_path, "b.docx", docx(paragraph("The Report", "Title"), paragraph("Text."))).title == "The Report"


def test_office_files_are_of_the_day_that_their_text_shows_and_not_of_the_day_they_or_their_template_were_saved(
    tmp_path,
):
    undated = written(tmp_path, "a.docx", docx(paragraph("Text."), changed="2013-12-23T23:15:00Z"))
    minutes = docx(paragraph("Minutes"), paragraph("Date: 22 January 2026"), changed="2013-12-23T23:15:00Z")
    assert (undated.published, written(tmp_path, "b.docx", minutes).published) == ("", "2026-01-22")
    table = word_table([["What", "Date", "Who"], ["Pilot", "13 July 2026", "Ann"]])
    assert written(tmp_path, "c.docx", docx(paragraph("Plan"), table)).published == ""
    assert written(tmp_path, "d.pptx", pptx([("Kick-off", "3 March 2026")])).published == "2026-03-03"
    assert written(tmp_path, "e.pptx", pptx([("Kick-off", "Goals")])).published == ""


def test_hidden_text_and_deletions_in_word_are_left_out_and_insertions_are_kept(tmp_path):
    change = (
        '<w:p><w:ins w:id="1" w:author="a"><w:r><w:t>Added.</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="a"><w:r><w:delText>Taken away.</w:delText></w:r></w:del></w:p>'
    )
    document = written(tmp_path, "a.docx", docx(paragraph("Shown."), paragraph("Not shown.", hidden=True), change))
    assert document.text == "Shown.\n\nAdded."


def test_a_value_that_spans_rows_stands_in_each_of_them(tmp_path):
    page = (
        "<table><tr><th>room</th><th>item</th></tr><tr><td rowspan='2'>hall</td><td>lamp</td></tr>"
        "<tr><td>desk</td></tr><tr><td>yard</td><td>bench</td></tr></table>"
    )
    document = written(tmp_path, "a.epub", epub({"a.xhtml": page}))
    assert [text for _, text in placed(document)][1:] == [
        "room: hall, item: lamp.",
        "room: hall, item: desk.",
        "room: yard, item: bench.",
    ]


# ---------------------------------------------------------------- Excel


def test_names_are_found_below_a_title_and_rows_count_as_in_excel(tmp_path):
    rows = [["Price list 2024"], [], ["item", "price"], ["lamp", 12.5], ["desk", 80]]
    assert placed(written(tmp_path, "a.xlsx", xlsx({"Prices": rows}))) == [
        ("Prices, row 1", "Price list 2024"),
        ("Prices, row 3", "item | price"),
        ("Prices, row 4", "item: lamp, price: 12.5."),
        ("Prices, row 5", "item: desk, price: 80."),
    ]


def test_a_second_table_on_a_sheet_has_its_own_names(tmp_path):
    rows = [["item", "price"], ["lamp", 12], [], ["town", "people"], ["Bern", 134000]]
    texts = [text for _, text in placed(written(tmp_path, "a.xlsx", xlsx({"S": rows})))]
    assert texts[-1] == "town: Bern, people: 134000."


def test_an_empty_row_does_not_end_the_names(tmp_path):
    rows = [["name", "town"], ["Ann", "Bern"], [], ["Bob", "Basel"], ["Cid", "Chur"]]
    texts = [text for _, text in placed(written(tmp_path, "a.xlsx", xlsx({"S": rows})))]
    assert texts[-2:] == ["name: Bob, town: Basel.", "name: Cid, town: Chur."]


def test_a_hidden_sheet_is_left_out_and_named(tmp_path):
    document = written(tmp_path, "a.xlsx", xlsx({"Open": [["shown"]], "Drafts": [["secret"]]}, hidden="Drafts"))
    assert (document.text, document.notes) == ("shown", ("hidden sheets left out: “Drafts” (1 in all)",))


def test_cells_merged_downwards_stand_in_each_row(tmp_path):
    rows = [["room", "item"], ["hall", "lamp"], [None, "desk"]]
    document = written(tmp_path, "a.xlsx", xlsx({"S": rows}, merged="A2:A3"))
    assert document.text.endswith("room: hall, item: desk.")


def test_rows_of_a_sheet_share_a_chunk_and_sheets_do_not(tmp_path):
    rows = [["item", "price"], ["lamp", 12], ["desk", 80]]
    document = written(tmp_path, "a.xlsx", xlsx({"One": rows, "Two": rows}))
    assert [len(part.sentences) for part in chunk(document, words)] == [3, 3]


# ---------------------------------------------------------------- PowerPoint


def test_each_slide_is_a_section_under_its_title_with_its_notes_apart(tmp_path):
    document = written(tmp_path, "a.pptx", pptx([("One", "Text of one."), ("Two", "Text of two.")], notes="Say this."))
    assert placed(document) == [
        ("slide 1", "One\n\nText of one."),
        ("slide 2", "Two\n\nText of two."),
        ("slide 2, notes", "Say this."),
    ]
    assert [section.heading for section in document.sections] == [("One",), ("Two",), ("Two",)]


def test_slides_without_text_are_named(tmp_path):
    document = written(tmp_path, "a.pptx", pptx([("One", "Text."), ("", "")]))
    assert document.notes == ("slides without text: 2 (1 in all)",)


def test_the_figures_of_a_chart_are_rows(tmp_path):
    import io

    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["spring", "autumn"]
    data.add_series("lamps sold", (12, 7.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, 0, 0, 5_000_000, 3_000_000, data)
    made = io.BytesIO()
    presentation.save(made)
    assert "category: autumn, lamps sold: 7.5." in written(tmp_path, "a.pptx", made.getvalue()).text


# ---------------------------------------------------------------- EPUB


def test_chapters_bear_the_names_of_the_contents_else_their_number(tmp_path):
    book = epub({"a.xhtml": "<p>Call me.</p>", "b.xhtml": "<p>Some years.</p>"}, {"a.xhtml": "Loomings"})
    document = written(tmp_path, "a.epub", book)
    assert placed(document) == [
        ("chapter “Loomings”, paragraph 1", "Call me."),
        ("chapter 2, paragraph 1", "Some years."),
    ]
    assert (document.title, document.published) == ("The Voyage", "1901-05-06")


def test_a_chapter_that_is_missing_is_named_and_the_rest_is_read(tmp_path):
    book = replaced(epub({"a.xhtml": "<p>Here.</p>", "b.xhtml": "<p>Gone.</p>"}), {"OEBPS/b.xhtml": ""})
    document = written(tmp_path, "a.epub", book)
    assert (document.text, document.notes) == ("Here.", ("chapters damaged or missing: b.xhtml (1 in all)",))


def test_hidden_text_of_a_chapter_is_left_out(tmp_path):
    book = epub({"a.xhtml": "<p>Shown.</p><p style='display:none'>Obey me.</p><script>x</script>"})
    assert written(tmp_path, "a.epub", book).text == "Shown."


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pptx", "a.epub"])
def test_half_a_file_is_refused_with_the_reason(tmp_path, name):
    whole = {
        "a.docx": docx(paragraph("Text.")),
        "a.xlsx": xlsx({"S": [["a", 1]]}),
        "a.pptx": pptx([("One", "Text.")]),
        "a.epub": epub({"a.xhtml": "<p>Text.</p>"}),
    }[name]
    assert refusal(tmp_path, name, whole[: len(whole) // 2]) == "it is a damaged zip archive, or half of one"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(zip_archives, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(Unreadable, match="unpacks to 2 MB, and more than 1 MB are not unpacked"):
        zip_archives.opened(replaced(docx(paragraph("x")), {"word/document.xml": b" " * 2_000_000}), "docx")


def test_entities_that_multiply_are_not_expanded(tmp_path):
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    evil = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><w:document xmlns:w="x"><w:body>&l9;</w:body></w:document>'
    refusal(tmp_path, "a.docx", replaced(docx(paragraph("x")), {"word/document.xml": evil}))


def test_an_encrypted_office_file_says_so(tmp_path):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    assert refusal(tmp_path, "a.docx", data) == "it is encrypted; save a copy without a password"


def test_an_archive_is_no_document(tmp_path):
    assert refusal(tmp_path, "a.zip", zipped({"word/a.txt": "hello"})) == "zip archive is not read yet; unpack it"


def test_text_with_the_name_of_an_office_file_is_read_as_text_and_says_so(tmp_path):
    document = written(tmp_path, "a.docx", b"Only words.")
    assert document.notes == ("read as plain text: its name ends in '.docx', but there is no docx in it",)


def test_a_table_of_word_has_rows_of_its_own(tmp_path):
    document = written(tmp_path, "a.docx", docx(paragraph("Text."), word_table([["item", "price"], ["lamp", "12"]])))
    assert placed(document)[-1] == ("table 1, row 2", "item: lamp, price: 12.")
