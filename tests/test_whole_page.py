from __future__ import annotations

from lxml import html

from rag.ingest.read.whole_page import whole_page


def lines(body: str) -> list[str]:
    return whole_page(html.document_fromstring(f"<html><body>{body}</body></html>")).text.splitlines()


def test_a_line_is_a_block_and_words_in_it_stay_together() -> None:
    assert lines("<h1>Hours</h1><div>Open <b>ev</b>ery day<br>but Sunday</div>Ask Ann.") == [
        "Hours",
        "Open every day",
        "but Sunday",
        "Ask Ann.",
    ]


def test_a_row_has_its_cells_under_the_names_of_their_columns() -> None:
    table = "<table><tr><th>Name<th>Landline<th>Mobile<tr><td>Ann<td><td><p>07700</p><p>after six</p></table>"
    assert lines(f"Before{table}after") == [
        "Before",
        "Name | Landline | Mobile",
        "Name: Ann, Mobile: 07700 after six.",
        "after",
    ]


def test_a_table_that_lays_out_the_page_is_read_as_blocks_and_the_one_in_it_as_rows() -> None:
    inner = "<table><tr><th>Item<th>Fee<tr><td>Key<td>5</table>"
    assert lines(f"<table><tr><td>Home<td><p>The club.</p>{inner}<tr><td>A<td>B</table>") == [
        "Home |",
        "The club.",
        "Item | Fee",
        "Item: Key, Fee: 5.",
        "A | B",
    ]
    assert lines(f"<table><tr><td>A<td>{'word ' * 50}<tr><td>B<td>C</table>")[-1] == "B | C"


def test_a_table_with_text_outside_of_its_cells_loses_none_of_it() -> None:
    rows = "<tr><th>Name<th>Voice<tr><td>Cid<td>tenor"
    assert "All ferries carry bicycles." in lines(f"<table>{rows}<p>note</p></table>All ferries carry bicycles.")
    for table in (f"<table>{rows}</tr>Sung on Mondays.</table>", f"<table><p>Sung on Mondays.</p>{rows}</table>"):
        assert any("Sung on Mondays." in line for line in lines(table))
