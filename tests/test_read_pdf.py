from pathlib import Path

import pytest

from rag.errors import Unreadable
from rag.ingest.read import read
from rag.ingest.read.wrapped import unwrap


def minimal_pdf(pages: list[str], info: str = "", encrypt: str = "", times: int = 1) -> bytes:
    """A PDF with a line of text for each line of each page; `times` lists each page again and again."""
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< {info} >>",
    ]
    kids = []
    for page in pages:
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in page.split("\n") if line)
        stream = f"BT /F1 11 Tf 50 750 Td {shown}ET"
        number = len(bodies) + 1
        bodies += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
        kids += [f"{number} 0 R"] * times
    bodies[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"<< /Size {len(bodies) + 1} /Root 1 0 R /Info 4 0 R {encrypt} >>"
    head = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n"
    return out + f"{head}{table}trailer\n{trailer}\nstartxref\n{len(out)}\n%%EOF\n".encode()


def written(folder: Path, content: bytes, name: str = "a.pdf"):
    (folder / name).write_bytes(content)
    return read(folder / name, name)


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        written(folder, content)
    return str(caught.value)


def test_each_page_is_a_section_with_its_number(tmp_path):
    document = written(tmp_path, minimal_pdf(["The first page is here.", "The second page follows."]))
    assert document.media_type == "application/pdf"
    assert [(s.place, document.text[s.start : s.end].strip()) for s in document.sections] == [
        ("page 1", "The first page is here."),
        ("page 2", "The second page follows."),
    ]


def test_the_title_comes_from_the_metadata_where_a_person_meant_it(tmp_path):
    assert written(tmp_path, minimal_pdf(["Text."], "/Title (The Annual Report)")).title == "The Annual Report"
    assert written(tmp_path, minimal_pdf(["Text."], "/Title (Microsoft Word - report.doc)")).title == ""


def test_a_pdf_is_of_the_day_that_its_text_shows_and_not_of_the_day_the_file_was_made(tmp_path):
    made = "/CreationDate (D:20130305101500Z)"
    assert written(tmp_path, minimal_pdf(["Text."], made)).published == ""
    assert written(tmp_path, minimal_pdf(["Invoice 77\nDate: 9 March 2026"], made)).published == "2026-03-09"


def test_a_pdf_named_txt_is_a_pdf_and_says_so(tmp_path):
    document = written(tmp_path, minimal_pdf(["Hello there."]), "a.txt")
    assert document.text == "Hello there."
    assert document.notes == ("a pdf by its content, though its name ends in '.txt'",)


def test_a_text_named_pdf_is_text_and_says_so(tmp_path):
    document = written(tmp_path, b"Only words.")
    assert document.notes == ("read as plain text: its name ends in '.pdf', but there is no pdf in it",)


def test_pages_without_text_are_named_in_a_note(tmp_path):
    document = written(tmp_path, minimal_pdf(["One.", "", "Three.", ""]))
    assert document.notes == ("pages without text: 2, 4 (2 in all)",)


def test_a_pdf_without_text_is_refused(tmp_path):
    assert refusal(tmp_path, minimal_pdf(["", ""])) == "no text layer; OCR is not done"


def test_an_encrypted_pdf_is_refused(tmp_path):
    zeros = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{zeros}> /U <{zeros}> /P -44 >> /ID [<{zeros}> <{zeros}>]"
    assert (
        refusal(tmp_path, minimal_pdf(["Secret."], encrypt=encrypt))
        == "it is encrypted; save a copy without a password"
    )


def test_a_truncated_pdf_is_read_as_far_as_it_goes_or_refused(tmp_path):
    whole = minimal_pdf([f"This is page {n} of the report." for n in range(1, 9)])
    reasons = set()
    for share in (0.02, 0.3, 0.6, 0.9):
        try:
            assert "page 1" in written(tmp_path, whole[: int(share * len(whole))]).text
        except Unreadable as reason:
            reasons.add(str(reason))
    assert reasons <= {
        "the pdf is truncated and no page of it can be opened",
        "the pdf has no pages",
        "no text layer; OCR is not done",
    }


def test_a_page_listed_ten_thousand_times_is_no_bomb(tmp_path):
    bomb = minimal_pdf(["x" * 600], times=20_000)
    assert refusal(tmp_path, bomb) == "its text is longer than 5,000,000 characters; split the file"


def test_lines_that_the_page_broke_are_paragraphs_again():
    page = (
        "The committee which had been appoint-\ned in the spring of that year met again in the\n"
        "Hall of the Guild and voted for the new bridge.\nShort end.\nA new paragraph begins here and is as long as\n"
        "the others were.\n\n1. First item\n2. Second item"
    )
    assert unwrap(page) == (
        "The committee which had been appointed in the spring of that year met again in the "
        "Hall of the Guild and voted for the new bridge. Short end.\n\nA new paragraph begins here and is as long as "
        "the others were.\n\n1. First item\n2. Second item"
    )
