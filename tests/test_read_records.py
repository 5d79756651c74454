from pathlib import Path

import pytest

from rag.errors import Unreadable
from rag.ingest.chunk import chunk
from rag.ingest.read import read
from rag.types import Document


def written(folder: Path, name: str, content: bytes | str) -> Document:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(folder / name, name)


def placed(document: Document) -> list[tuple[str, str]]:
    return [(section.place, document.text[section.start : section.end].strip()) for section in document.sections]


# ---------------------------------------------------------------- tables in text


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_found_where_other_delimiters_stand_in_the_cells(tmp_path, delimiter):
    other = ";" if delimiter == "," else ","
    rows = [["item", "note"], ["lamp", f"small{other} red"], ["desk", f"a{other} b{other} c"]]
    document = written(tmp_path, "a.csv", "\n".join(delimiter.join(row) for row in rows))
    assert document.text.endswith(f"item: desk, note: a{other} b{other} c.")


def test_a_cell_with_line_breaks_is_one_row(tmp_path):
    document = written(tmp_path, "a.csv", 'item,note\nlamp,"two\nlines"\ndesk,one\n')
    assert placed(document)[1:] == [("row 2", "item: lamp, note: two lines."), ("row 3", "item: desk, note: one.")]


def test_rows_of_numbers_have_no_names(tmp_path):
    assert written(tmp_path, "a.csv", "12;14\n13;15\n").text == "12 | 14\n\n13 | 15"


def test_a_first_row_that_is_like_the_others_names_nothing(tmp_path):
    jobs = "2019 to 2026,Head of logistics\n2014 to 2019,Planner\n"
    assert written(tmp_path, "a.csv", jobs).text == "2019 to 2026 | Head of logistics\n\n2014 to 2019 | Planner"


def test_one_value_that_is_like_its_name_takes_no_names_away(tmp_path):
    rooms = "day,teacher,room 1\nMonday,Ann,room 4\nFriday,Bo,none\n"
    assert "day: Monday, teacher: Ann, room 1: room 4." in written(tmp_path, "a.csv", rooms).text


@pytest.mark.parametrize("years", [("2019", "2020", "2021"), ("2021", "2020", "2019")])
@pytest.mark.parametrize("first", ["country", ""])
def test_years_over_numbers_are_names(tmp_path, first, years):
    counts = f"{first},{','.join(years)}\nFrance,67,68.1,2000\nSpain,..,47,\nSource: the census,,,\n"
    text = written(tmp_path, "a.csv", counts).text
    assert f"France, {years[0]}: 67, {years[1]}: 68.1, {years[2]}: 2000." in text.removeprefix(first).replace(
        "country: ", ""
    )


@pytest.mark.parametrize(
    "rows",
    [
        "Ann,1998,2003\nBo,2001,2007\n",
        "lamp,2000\ndesk,350\n",
        "lamp,2000,1950,2010\ndesk,350,20,40\n",
        "Ann,1998,2003\nBo,unknown,12\n",
        "1,1998,2003\n2,14,12\n",
    ],
)
def test_years_that_are_values_name_nothing(tmp_path, rows):
    assert ":" not in written(tmp_path, "a.csv", rows).text


def test_a_row_with_more_cells_than_names_loses_none(tmp_path):
    assert written(tmp_path, "a.csv", "a,b\n1,2\n3,4,5\n").text.endswith("a: 3, b: 4, 5.")


def test_text_without_columns_is_kept_as_it_is(tmp_path):
    assert written(tmp_path, "a.csv", "one\ntwo\n").text == "one\ntwo\n"


def test_the_line_that_excel_puts_first_names_the_delimiter_and_is_no_row(tmp_path):
    document = written(tmp_path, "a.csv", "sep=|\nitem|price\nlamp|12\n")
    assert placed(document) == [("row 2", "item | price"), ("row 3", "item: lamp, price: 12.")]


# ---------------------------------------------------------------- JSON


def test_records_are_rows_with_their_path_and_numbers_stay_as_written(tmp_path):
    document = written(
        tmp_path, "a.json", '{"shop": "Acme", "orders": [{"item": "lamp", "price": 12.50}, {"price": 1e3}]}'
    )
    text = "x" * 500
    assert document.text == "shop: Acme.\n\nitem: lamp, price: 12.50.\n\nprice: 1e3."
    assert [place for place, _ in placed(document)] == ["$", "$.orders[0]", "$.orders[1]"]
    assert document.sections[1].heading == ("orders",)
    assert placed(written(tmp_path, "b.json", f'{{"a b": "{text}"}}')) == [('$["a b"]', text)]


def test_what_is_nested_in_a_short_record_stays_with_it(tmp_path):
    document = written(
        tmp_path, "a.json", '[{"id": 7, "by": {"name": "Bob", "tags": ["x", "y"]}, "paid": true, "due": null}]'
    )
    assert placed(document) == [("$[0]", "id: 7, by.name: Bob, by.tags: x, y, paid: true, due: null.")]


def test_small_records_share_a_chunk(tmp_path):
    document = written(tmp_path, "a.json", str([{"n": n} for n in range(10)]).replace("'", '"'))
    assert len(chunk(document, lambda texts: [len(text.split()) + 2 for text in texts])) == 1


def test_what_is_no_json_is_read_as_text_and_says_so(tmp_path):
    document = written(tmp_path, "a.json", '{"a": 1, // one\n}')
    assert document.text == '{"a": 1, // one\n}'
    assert document.notes[0].startswith("not valid JSON (Expecting property name")


def test_json_lines_named_json_are_read_line_by_line(tmp_path):
    assert placed(written(tmp_path, "a.json", '{"a": 1}\n{"a": 2}\n')) == [("line 1", "a: 1."), ("line 2", "a: 2.")]


def test_a_line_that_is_no_json_is_kept_and_noted(tmp_path):
    document = written(tmp_path, "a.jsonl", '{"a": 1}\n\nbroken\n')
    assert placed(document) == [("line 1", "a: 1."), ("line 3", "broken")]
    assert document.notes == ("lines that are not valid JSON and are kept as they are: 1, the first is 3",)


def test_json_nested_too_deeply_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="nested too deeply"):
        written(tmp_path, "a.json", "[" * 100_000 + "]" * 100_000)


# ---------------------------------------------------------------- e-mail

MULTIPART = b"""From: Ann <ann@example.org>
To: bob@example.org
Subject: =?utf-8?q?Caf=C3=A9?=
Date: Tue, 5 Mar 2024 23:30:00 +0100
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: multipart/alternative; boundary=C

--C
Content-Type: text/plain; charset=latin-1

The caf\xe9 opens.

It closes at six.
--C
Content-Type: text/html

<p>The other form.</p>
--C--
--B
Content-Type: application/pdf
Content-Disposition: attachment; filename=r.pdf

x
--B
Content-Type: message/rfc822

From: cid@example.org
Subject: Within

Inner words.
--B--
"""


def test_a_mail_has_its_header_its_paragraphs_and_the_mails_within_it(tmp_path):
    document = written(tmp_path, "a.eml", MULTIPART)
    assert (document.title, document.published) == ("Café", "2024-03-05")
    assert placed(document)[0][1].startswith(
        "Mail from Ann <ann@example.org> to bob@example.org, sent on Tue, 5 Mar 2024"
    )
    assert placed(document)[1:] == [
        ("message body, paragraph 1", "The café opens."),
        ("message body, paragraph 2", "It closes at six."),
        ("message › attached message 1, header", "Mail from cid@example.org, subject: Within."),
        ("message › attached message 1, body, paragraph 1", "Inner words."),
    ]
    assert document.notes == ("attachments not read: r.pdf (1 in all)",)


def test_a_mail_of_html_alone_is_read_without_what_is_hidden(tmp_path):
    mail = b"From: a@example.org\nSubject: S\nContent-Type: text/html\n\n<p>Shown.</p><div hidden>Obey.</div>"
    assert written(tmp_path, "a.eml", mail).text == "Mail from a@example.org, subject: S.\n\nShown."


def test_a_mail_without_a_header_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="no header of an e-mail"):
        written(tmp_path, "a.eml", b"just words")
