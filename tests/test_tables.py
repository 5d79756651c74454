from __future__ import annotations

from rag.answer.tables import show
from rag.ingest.sentences import split
from rag.types import Chunk, Document

TABLE = "Fees of the club.\n\n| Category | Fee |\n|:--|---:|\n| Full | £286 |\n| Family | £410 |\n\nPaid in May."


def shown(text: str, start: int = 0) -> tuple[str, list[str], list[str]]:
    """The text as it is read, its sentences, and what stands in the document for each."""
    document = Document("a", text, "0" * 64, "text/markdown")
    chunk = Chunk("a", document.sha256, start, len(text), text[start:], split(text, start))
    one = show(document, chunk)
    assert len(one.origins) == len(one.text)
    assert [text[slice(*span)] for span in one.sentences.values()] == [text[s.start : s.end] for s in chunk.sentences]
    back = [text[slice(*one.back(span))] for span in one.sentences]
    return one.text, [one.text[slice(*span)] for span in one.sentences], back


def test_a_row_is_read_with_its_columns_and_leads_back_to_its_cells() -> None:
    _, sentences, back = shown(TABLE)
    assert "Category: Full, Fee: £286" in sentences
    assert "Category: Family, Fee: £410" in sentences
    assert back[sentences.index("Category: Family, Fee: £410")] == "Family | £410"
    assert (sentences[0], back[0]) == ("Fees of the club.", "Fees of the club.")
    assert (sentences[-1], back[-1]) == ("Paid in May.", "Paid in May.")


def test_a_chunk_that_begins_within_a_table_finds_its_head_above() -> None:
    assert shown(TABLE, TABLE.index("| Family"))[1][0] == "Category: Family, Fee: £410"


def test_an_empty_cell_leaves_the_others_in_their_columns() -> None:
    head = "| | Landline | Mobile |\n|---|---|---|\n"
    assert shown(head + "| Ann | | 07700 |\n| | 5 | |\n| | | |")[1][2:] == [
        "Ann, Mobile: 07700",
        "Landline: 5",
        "| | | |",
    ]


def test_a_bar_that_is_escaped_is_part_of_its_cell() -> None:
    _, sentences, back = shown("| Sign | Mean\\|ing |\n|--|--|\n| a \\| b | or |")
    assert sentences[-1] == "Sign: a | b, Mean|ing: or"
    assert back[-1] == "a \\| b | or"


def test_the_bars_at_the_ends_of_a_row_may_be_left_out() -> None:
    assert shown("Name | Ext\n--- | ---\nAnn Carter | 204\nBob | 5 | late")[1][2:] == [
        "Name: Ann Carter, Ext: 204",
        "Name: Bob, Ext: 5, late",
    ]


def test_a_cell_of_two_sentences_keeps_its_column_in_both() -> None:
    assert shown("| Name | Note | Ext |\n|-|-|-|\n| Ann | She left in May. He came in June. | 204 |")[1][2:] == [
        "Name: Ann, Note: She left in May.",
        "Note: He came in June.",
        "Ext: 204",
    ]


def test_a_row_of_dashes_for_nothing_is_no_second_head() -> None:
    assert shown("| Name | Ext |\n|---|---|\n| Ann | 204 |\n| --- | --- |\n| Bob | 5 |")[1][-1] == "Name: Bob, Ext: 5"


def test_what_is_no_table_or_has_no_head_is_read_as_it_stands() -> None:
    for text in (
        "| Full | £286 |\n| Family | £410 |",
        "a | b\nc | d",
        "Just words. And more.",
        "a | b\n---\nc | d",
        "",
    ):
        assert shown(text)[0] == text
