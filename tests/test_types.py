"""The promises of the values that travel."""

from __future__ import annotations

import json

from rag.types import Answer, Chunk, Citation, Conflict, Document, Sentence, Side, Statement, Usage


def _document(text: str) -> Document:
    return Document(source="a.txt", text=text, sha256="0" * 64, media_type="text/plain")


def _citation(number: int) -> Citation:
    return Citation(number, "a.txt", "0" * 64, 0, 3, "One", (1, 1))


def test_lines_count_from_one_and_end_with_the_last_character() -> None:
    document = _document("One.\nTwo.\nThree.")
    assert document.lines(0, 4) == (1, 1)
    assert document.lines(5, 9) == (2, 2)
    assert document.lines(0, len(document.text)) == (1, 3)


def test_the_newline_that_ends_a_span_belongs_to_its_line() -> None:
    assert _document("One.\nTwo.").lines(0, 5) == (1, 1)


def test_a_chunk_keeps_its_id_when_its_file_is_renamed() -> None:
    def chunk(source: str, text: str) -> Chunk:
        return Chunk(source, "0" * 64, 0, 3, text, (Sentence(0, 3),))

    assert chunk("a.txt", "One").id == chunk("b.txt", "One").id
    assert chunk("a.txt", "One").id != chunk("a.txt", "Two").id


def test_an_answer_numbers_each_citation_once() -> None:
    answer = Answer("?", (Statement("One.", (_citation(1),)), Statement("Again.", (_citation(1),))))
    assert [c.number for c in answer.citations] == [1]
    assert str(answer) == "One. [1] Again. [1]"


def test_the_citations_of_a_conflict_are_citations_of_the_answer() -> None:
    conflict = Conflict((Side("1", (_citation(1),)), Side("2", (_citation(2),))))
    assert [c.number for c in Answer("?", conflicts=(conflict,)).citations] == [1, 2]


def test_a_statement_that_lacks_support_says_what_is_missing() -> None:
    statement = Statement("34,000 died.", (_citation(1),), missing=("34,000 is not in the cited sentences",))
    assert not statement.supported
    assert "34,000 is not in the cited sentences" in str(Answer("?", (statement,)))


def test_a_statement_without_a_citation_is_not_supported() -> None:
    assert not Statement("So it is.").supported


def test_an_answer_becomes_json_with_its_citations_as_objects() -> None:
    answer = Answer("?", (Statement("One.", (_citation(1),)),), timings={"total": 0.5})
    plain = json.loads(json.dumps(answer.to_dict()))
    assert plain["statements"][0]["citations"][0]["quote"] == "One"
    assert plain["statements"][0]["support"] == "supported"
    assert plain["citations"][0]["source"] == "a.txt"
    assert plain["timings"] == {"total": 0.5}


def test_not_knowing_reads_as_a_sentence() -> None:
    assert str(Answer("?", abstained=True)) == "The documents do not say."


def test_costs_add_up_and_no_call_adds_only_what_it_dropped() -> None:
    kept, asked = Usage(cost_usd=0.0, dropped_citations=2), Usage(1, 10, 5, 0.1, 1)
    assert kept + asked == asked + kept == Usage(1, 10, 5, 0.1, 3)
    assert asked + asked == Usage(2, 20, 10, 0.2, 2)
    assert (asked + Usage(1, 1, 1)).cost_usd is None
    assert kept + Usage() == kept
