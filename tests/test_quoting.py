from __future__ import annotations

from rag.answer.reader import ReaderAnswerer
from rag.types import Passage
from tests.scripted_reader import PLAIN, FakeReader, ask, library

SAID = '"The hospital was hit by 12 rockets. It was dark. Nobody was warned," said Abu Karim.'


def test_who_says_a_quotation_of_several_sentences_is_shown_and_cited_with_it() -> None:
    answer, documents = ask({"12 rockets": 4.0}, "How many rockets hit the hospital?", a=SAID)
    assert answer.text == '"The hospital was hit by 12 rockets. … Nobody was warned," said Abu Karim.'
    assert [c.quote for c in answer.citations] == [
        '"The hospital was hit by 12 rockets.',
        'Nobody was warned," said Abu Karim.',
    ]
    first = answer.statements[0].citations[0]
    assert answer.statements[0].highlight is not None
    assert first.start <= answer.statements[0].highlight[0] < answer.statements[0].highlight[1] <= first.end
    answer, _ = ask({"dark": 4.0}, "When was it hit?", a=SAID)
    assert [c.quote for c in answer.citations] == ['It was dark. Nobody was warned," said Abu Karim.']
    assert documents["a"].text == SAID


def test_who_claims_the_items_of_a_list_is_said_once() -> None:
    text = "The ministry claims three things:\n\n- The dam is full.\n\n- The bridge is shut."
    answer, _ = ask({"dam": 6.0, "bridge": 5.0}, "List the findings.", a=text)
    assert [statement.text for statement in answer.statements] == [
        "The ministry claims three things: - The dam is full.",
        "- The bridge is shut.",
    ]


def test_what_stands_in_a_statement_already_is_no_statement_of_its_own() -> None:
    answer, _ = ask({"12 rockets": 6.0, "warned": 5.9}, "List what happened.", a=SAID.replace(" It was dark.", ""))
    assert [len(statement.citations) for statement in answer.statements] == [1]


def test_every_source_of_one_answer_is_cited() -> None:
    texts = {name: f"In {name} they said that Maria Keller won" for name in "abcdef"}
    answer, _ = ask({"Maria Keller": 4.0}, **texts)
    assert [len(statement.citations) for statement in answer.statements] == [6]


def test_the_numbers_of_citations_have_no_gaps() -> None:
    texts = {"a": "The bridge cost £40 million.", "b": "The bridge cost 3 years of work.", "c": "The bridge cost £55."}
    passages, documents = library(**texts)
    reader = FakeReader({"£40 million": 5.0, "3 years": -0.8, "£55": -0.9})
    answerer = ReaderAnswerer(reader, risk=0.7, calibration=PLAIN)
    answer = answerer.answer("How much did the bridge cost?", passages, documents)
    assert [citation.source for citation in answer.citations] == ["a", "c"]
    assert [citation.number for citation in answer.citations] == [1, 2]


def test_no_sentence_is_stated_twice() -> None:
    answer, _ = ask({"Anna Berg": 3.0, "Bert": 2.9}, "List the presidents.", a="Anna Berg spoke.", b="Bert spoke.")
    texts = [statement.text for statement in answer.statements]
    assert len(texts) == len(set(texts))


def test_a_copy_that_retrieval_folded_is_cited_too() -> None:
    passages, documents = library(a="It rained. Maria Keller won.", b="It rained. Maria Keller won.")
    folded = Passage(passages[0].chunk, 1.0, 1, duplicates=(passages[1].chunk,))
    answer = ReaderAnswerer(FakeReader({"Maria Keller": 4.0}), calibration=PLAIN).answer(
        "Who won?", [folded], documents
    )
    assert [citation.source for citation in answer.citations] == ["a", "b"]


def test_a_copy_is_cited_whatever_its_white_space() -> None:
    passages, documents = library(a="It rained. Maria Keller won.", b="It rained.\nMARIA  KELLER won.")
    folded = Passage(passages[0].chunk, 1.0, 1, duplicates=(passages[1].chunk,))
    answer = ReaderAnswerer(FakeReader({"Maria Keller": 4.0}), calibration=PLAIN).answer(
        "Who won?", [folded], documents
    )
    assert [" ".join(citation.quote.split()) for citation in answer.citations] == [
        "Maria Keller won.",
        "MARIA KELLER won.",
    ]


def test_a_speaker_is_named_again_where_another_document_spoke_between() -> None:
    texts = {
        "a": "According to the insurer Helvia:\n\n- The first risk is erosion.\n- The second risk is fire.",
        "b": "The third risk is flood.",
    }
    answer, _ = ask({"erosion": 4.0, "flood": 3.5, "fire": 3.2}, "List the risks of the dam.", **texts)
    said = ["Helvia" in statement.text for statement in answer.statements]
    assert said == [True, False, True]
    answer, _ = ask({"erosion": 4.0, "fire": 3.5}, "List the risks of the dam.", a=texts["a"])
    assert ["Helvia" in statement.text for statement in answer.statements] == [True, False]
