from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import Unreadable
from rag.ingest.read import read
from rag.types import Document

WESTERN = "Le café de Señor Núñez était fermé – “hello”, it cost £5.\nThe naïve façade stayed.\n"


def written(folder: Path, name: str, content: bytes | str) -> Document:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, name)


def refusal(folder: Path, name: str, content: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        written(folder, name, content)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_names_the_encoding_and_is_no_part_of_the_text(tmp_path, encoding):
    document = written(tmp_path, "a.txt", WESTERN.encode(encoding))
    assert (document.text, document.notes) == (WESTERN, ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_recognised_without_a_mark_and_said_to_be_guessed(tmp_path, encoding):
    document = written(tmp_path, "a.txt", WESTERN.encode(encoding))
    assert document.text == WESTERN
    assert document.notes == (f"encoding guessed: {encoding.upper()}, without a byte order mark",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WESTERN, "cp1252"),
        ("caf\xe9", "latin-1"),
        ("The price is £5 – no more. It’s cheap.", "cp1252"),
        ("El niño comió piñas en el jardín.", "latin-1"),
    ],
)
def test_western_one_byte_text_is_read_right_and_said_to_be_guessed(tmp_path, text, encoding):
    document = written(tmp_path, "a.txt", text.encode(encoding))
    assert document.text == text
    assert document.notes == ("encoding guessed: Windows-1252 (Western European)",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, как дела? Это текст на русском языке, довольно длинный.", "cp1251"),
        ("Zażółć gęślą jaźń. Polska jest piękna i wszystko jest w porządku", "cp1250"),
        ("日本語の文章です。これはテストです。", "shift_jis"),
    ],
)
def test_other_scripts_are_recognised(tmp_path, text, encoding):
    assert written(tmp_path, "a.txt", text.encode(encoding)).text == text


def test_a_few_faulty_bytes_in_utf8_are_shown_and_counted(tmp_path):
    document = written(tmp_path, "a.log", "“quoted” – ünïcödé\nsecond ".encode() + b"\xff line\n")
    assert document.text == "“quoted” – ünïcödé\nsecond \ufffd line\n"
    assert document.notes == ("not valid UTF-8 in 1 place, shown as \ufffd; the first is in line 2",)


def test_a_file_cut_off_within_a_character_keeps_the_rest(tmp_path):
    document = written(tmp_path, "a.txt", ("word " * 30 + "é").encode()[:-1])
    assert document.text == "word " * 30 + "\ufffd"
    assert "not valid UTF-8 in 1 place" in document.notes[0]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_stay_and_line_numbers_agree_with_the_file(tmp_path, line_end):
    lines = ["First line.", "", "Third line.", "Fourth."]
    document = written(tmp_path, "a.txt", line_end.join(lines))
    assert document.text == line_end.join(lines)
    start = document.text.index("Third")
    assert document.lines(start, start + len("Third line.")) == (3, 3)
    assert document.lines(start, len(document.text)) == (3, 4)


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t"), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_utf8_text_comes_back_as_it_is(tmp_path, text):
    if not text.removeprefix("\ufeff").strip():
        return
    assert written(tmp_path, "a.xyz", text).text == text.removeprefix("\ufeff")


@pytest.mark.parametrize("name", ["main.py", "server.log", "Makefile", "data.ini", "page.tex"])
def test_anything_that_decodes_is_plain_text(tmp_path, name):
    document = written(tmp_path, name, "alpha = 1\n\nbeta = 2\n")
    assert (document.media_type, document.text) == ("text/plain", "alpha = 1\n\nbeta = 2\n")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "the file is empty"),
        ("a.txt", b" \n\t\n", "there is no text in it"),
        ("a.txt", bytes(range(256)) * 20, "it holds binary data, not text"),
        ("a.txt", b"\0" * 500, "it holds binary data, not text"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 40, "it is a damaged zip archive, or half of one"),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40,
            "old Office file (doc, xls, ppt, msg) is not read yet",
        ),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "png image is not read yet"),
        ("a.rtf", b"{\\rtf1 hello}", "rtf is not read yet"),
        ("a.txt", b"\xff\xfe" + b"a" * 99, "it begins with the mark of UTF-16-LE"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(tmp_path, name, content, reason):
    if reason.startswith("it begins"):
        document_or_reason = written(tmp_path, name, content)
        assert "not valid UTF-16-LE" in document_or_reason.notes[0]
    else:
        assert refusal(tmp_path, name, content) == reason


@pytest.mark.parametrize("entry", ["word/document.xml", "xl/workbook.xml", "a"])
def test_an_archive_that_is_no_document_is_refused_by_name(tmp_path, entry):
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.txt", "w") as archive:
        archive.writestr(entry, "x")
    assert refusal(tmp_path, "a.txt", (tmp_path / "a.txt").read_bytes()) == "zip archive is not read yet; unpack it"


def test_a_text_that_begins_like_a_short_mark_is_still_text(tmp_path):
    assert written(tmp_path, "a.txt", "BM25 ranks documents.").text == "BM25 ranks documents."
    assert written(tmp_path, "b.txt", "MZ is a prefix.").text == "MZ is a prefix."


def test_a_text_over_the_limit_is_refused(tmp_path):
    assert refusal(tmp_path, "a.txt", b"word " * 1_000_001) == (
        "its text is longer than 5,000,000 characters; split the file"
    )


def test_a_missing_file_a_folder_and_a_pipe_have_reasons(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in [
        ("gone.txt", "it is not there any more"),
        ("", "it is not a regular file"),
        ("pipe.txt", "it is not a regular file"),
    ]:
        with pytest.raises(Unreadable, match=reason):
            read(tmp_path / name, name)


def test_a_title_is_a_first_line_that_stands_alone(tmp_path):
    body = "The committee met on Monday and it agreed to everything that had been asked of it.\n"
    assert written(tmp_path, "a.txt", f"The Budget of the Town\n\n{body}").title == "The Budget of the Town"
    assert written(tmp_path, "b.txt", f"{body}\n{body}").title == ""
    assert written(tmp_path, "Annual Report.txt", body).title == ""
    assert written(tmp_path, "c.py", "import os\n\nprint(os.name)\n").title == ""


def test_the_seeds_have_the_titles_and_the_date_that_they_show(seeds):
    found = {path.name[:3]: read(path, path.name) for path in sorted(seeds.iterdir())}
    assert found["000"].title.startswith("AMERICAN AND ISRAELI GOVERNMENT")
    assert found["001"].title == "The U.S. and Israel are at odds over ending the Gaza War"
    assert found["002"].title.startswith("Israel’s Conflict with Hamas")
    assert found["003"].title == ""
    assert found["004"].title.startswith("Dissent within the US State Department")
    assert [found[name].published for name in sorted(found)] == ["", "", "", "", "2023-11-14"]
    assert all(
        document.text.encode() == path.read_bytes()
        for document, path in zip(found.values(), sorted(seeds.iterdir()), strict=True)
    )
