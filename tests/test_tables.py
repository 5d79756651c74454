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


def test_what_is_no_table_or_has_no_head_is_read_as_it_stands() -> None:
    for text in ("| Full | £286 |\n| Family | £410 |", "a | b\nc | d", "Just words. And more.", ""):
        assert shown(text)[0] == text
