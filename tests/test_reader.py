from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rag.answer.reader import MAX_PASSAGES, ReaderAnswerer
from rag.types import Answer, Delta, Document, Sentence
from tests.scripted_reader import PLAIN, FakeReader, ask, library


def test_the_answer_is_the_sentence_with_its_span_marked() -> None:
    answer, documents = ask(
        {"Maria Keller": 4.0}, a="It rained. The board elected Maria Keller. All left.", b="Nothing here."
    )
    assert answer.text == "The board elected Maria Keller."
    (statement,) = answer.statements
    assert statement.highlight is not None
    assert documents["a"].text[slice(*statement.highlight)] == "Maria Keller."
    assert answer.confidence is not None
    assert answer.confidence > 0.9


def test_every_citation_resolves_to_its_characters() -> None:
    answer, documents = ask({"Maria Keller": 4.0, "Keller": 3.0}, a="They chose Maria Keller.", b="So Keller it was.")
    assert answer.citations
    for citation in answer.citations:
        assert documents[citation.source].text[citation.start : citation.end] == citation.quote


def test_an_attribution_stays_with_its_claim() -> None:
    answer, _ = ask({"34,000": 4.0}, "How many died?", a="According to the ministry, 34,000 people died.")
    assert answer.text == "According to the ministry, 34,000 people died."


def test_below_the_threshold_it_abstains_with_its_confidence_and_a_reason() -> None:
    answer, _ = ask({"Maria": -1.0}, a="Maria was there.")
    assert answer.abstained
    assert answer.statements == ()
    assert "0.50 is asked for" in answer.reason
    assert answer.confidence is not None
    assert answer.confidence < 0.5


def test_a_greater_risk_answers_what_a_smaller_one_does_not() -> None:
    passages, documents = library(a="Maria was there.")
    careful, bold = (ReaderAnswerer(FakeReader({"Maria": -1.0}), risk=risk, calibration=PLAIN) for risk in (0.05, 0.9))
    assert careful.answer("Who came?", passages, documents).abstained
    assert not bold.answer("Who came?", passages, documents).abstained


def test_without_passages_no_model_is_asked() -> None:
    reader = FakeReader({})
    answer = ReaderAnswerer(reader).answer("Who won?", [], {})
    assert answer.abstained
    assert reader.asked == []


@pytest.mark.parametrize("question", ["Why?", "And when was that?", "???"])
def test_a_question_that_names_nothing_is_not_answered_from_whatever_is_near(question: str) -> None:
    passages, documents = library(a="Maria won in May because it rained.")
    reader = FakeReader({"because it rained": 5.0})
    answer = ReaderAnswerer(reader, calibration=PLAIN).answer(question, passages, documents)
    assert answer.abstained
    assert "say what it is about" in answer.reason
    assert reader.asked == []


def test_equal_answers_are_one_statement_with_several_citations() -> None:
    answer, _ = ask({"Maria Keller": 4.0}, a="The board elected Maria Keller", b="It was won by Maria Keller", c="No.")
    assert len(answer.statements) == 1
    assert {citation.source for citation in answer.statements[0].citations} == {"a", "b"}
    assert answer.conflicts == ()


def test_sources_that_disagree_are_both_shown() -> None:
    answer, _ = ask(
        {"34,000": 4.0, "29,000": 3.5}, "How many fled?", a="In May 34,000 fled.", b="Only 29,000 fled in May."
    )
    (conflict,) = answer.conflicts
    assert [side.value for side in conflict.sides] == ["34,000", "29,000"]
    assert {citation.source for citation in answer.citations} == {"a", "b"}
    assert "34,000" in answer.text
    assert "29,000" in answer.text


def test_a_disagreement_too_weak_to_be_an_answer_is_none() -> None:
    answer, _ = ask({"34,000": 4.0, "29,000": -3.0}, "How many fled?", a="In May 34,000 fled.", b="Only 29,000 fled.")
    assert answer.conflicts == ()
    assert len(answer.statements) == 1


@pytest.mark.parametrize(
    "question", ["Which documents name a president?", "List all presidents.", "What are the names?"]
)
def test_a_question_for_all_gathers_every_passage_that_clears_the_threshold(question: str) -> None:
    names = {"Anna Berg": 3.0, "Bert Cohn": 2.5, "Cleo Dahl": 2.0, "Dora Ek": -4.0}
    texts = {name.split()[0].lower(): f"President {name} spoke." for name in names}
    answer, _ = ask(names, question, **texts)
    assert [statement.text.split()[1] for statement in answer.statements] == ["Anna", "Bert", "Cleo"]
    assert answer.conflicts == ()


@pytest.mark.parametrize("question", ["Which  documents mention Berg?", "Which letters mention Berg?"])
def test_all_documents_that_mention_something_are_stated_whatever_the_risk(question: str) -> None:
    passages, documents = library(**{f"d{i}": f"Anna Berg spoke in {i}." for i in range(15)})
    answer = ReaderAnswerer(FakeReader({}), risk=0.0, calibration=PLAIN).answer(question, passages, documents)
    assert len(answer.statements) == 15
    assert answer.confidence == 1
    assert answer.notes == ("15 passages were looked through, the nearest to the question.",)


def test_documents_that_mention_something_in_the_same_words_are_all_cited() -> None:
    passages, documents = library(**dict.fromkeys("abcdef", "Anna Berg spoke."))
    answerer = ReaderAnswerer(FakeReader({}), calibration=PLAIN)
    answer = answerer.answer("Which documents mention Berg?", passages, documents)
    assert len(answer.statements) == 1
    assert [citation.source for citation in answer.citations] == list("abcdef")


def test_a_question_for_all_lists_every_sure_sentence_of_a_passage_likeliest_first() -> None:
    answers = {"Anna Berg": 6.0, "Bert Cohn": 5.0}
    answer, _ = ask(answers, "List the winners.", a="Bert Cohn won in May.\n\nAnna Berg won in June.", b="It rained.")
    assert [statement.text for statement in answer.statements] == ["Anna Berg won in June.", "Bert Cohn won in May."]


def test_sources_that_disagree_on_one_thing_of_a_list_are_named() -> None:
    texts = {"a": "The costs of the bridge were £40 million.", "b": "The costs of the bridge were £55 million."}
    answer, _ = ask({"£40 million": 4.0, "£55 million": 3.0}, "What were the costs of the bridge?", **texts)
    (conflict,) = answer.conflicts
    assert [side.value.rstrip(".") for side in conflict.sides] == ["£40 million", "£55 million"]
    assert len(answer.statements) == 2


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({"Keller": 3.0, "Maria Keller": 4.0}, ["The board elected Maria Keller."]),
        ({"Keller wins": 4.0}, ["# Keller wins"]),
        ({"Keller": 3.9, "Maria Keller": 4.0}, ["The board elected Maria Keller."]),
        ({"Keller": 3.9, "Keller takes": 4.0}, ["The board elected Maria Keller."]),
    ],
)
def test_a_heading_is_stated_only_where_nothing_else_is_as_likely(answers: dict[str, float], shown: list[str]) -> None:
    passages, documents = library(a="# Keller wins\n\nKeller takes over\n\nThe board elected Maria Keller.")
    titled = {"a": replace(documents["a"], title="Keller wins")}
    answer = ReaderAnswerer(FakeReader(answers), calibration=PLAIN).answer("Who won?", passages, titled)
    assert [statement.text for statement in answer.statements] == shown


def test_a_record_of_something_else_is_not_stated_beside_the_right_one() -> None:
    rows = "| B7 | Ravi Menon |\n| B6 | Freya Lund |\n| B5 | Otto Lind |"
    answers = {"| B7 | Ravi": 4.2, "| B6 | Freya": 4.0, "| B5 | Otto": 3.9}
    passages, documents = library(berths=rows)
    sentences = tuple(Sentence(m.start(), m.end()) for m in re.finditer(r"[^\n]+", rows))
    passages = [replace(passages[0], chunk=replace(passages[0].chunk, sentences=sentences))]
    answerer = ReaderAnswerer(FakeReader(answers), calibration=PLAIN)
    answer = answerer.answer("Which berth is Freya Lund's?", passages, documents)
    assert [statement.text for statement in answer.statements] == ["| B6 | Freya Lund |"]


def test_what_is_said_of_somebody_else_is_no_conflict() -> None:
    texts = {"a": "The sailing secretary is Dev Bhatt.", "b": "The secretary of the board is Ruth Ackerley."}
    answer, _ = ask({"Dev Bhatt": 4.0, "Ruth Ackerley": 3.5}, "Who is the sailing secretary?", **texts)
    assert answer.conflicts == ()
    assert len(answer.statements) == 2


def test_like_names_and_numbers_are_answers_of_their_own() -> None:
    answer, _ = ask(
        {"Christopher Nolan": 4.0, "Christian Nolan": 4.0}, a="Christopher Nolan won.", b="Christian Nolan won."
    )
    assert [len(statement.citations) for statement in answer.statements] == [1, 1]


def test_a_question_that_was_cut_is_noted() -> None:
    passages, documents = library(a="Maria Keller won.")
    for reader, count in ((FakeReader({"Maria": 4.0}, long_question=True), 1), (FakeReader({"Maria": 4.0}), 0)):
        answer = ReaderAnswerer(reader, calibration=PLAIN).answer("why now " * 1000, passages, documents)
        assert len(answer.notes) == count


def test_the_title_and_heading_are_read_before_the_passage() -> None:
    passages, documents = library(a="She won.")
    titled = {"a": Document("a", "She won.", documents["a"].sha256, "text/plain", title="Maria Keller")}
    reader = FakeReader({})
    ReaderAnswerer(reader, calibration=PLAIN).answer("Who won?", passages, titled)
    assert reader.asked[0][0].context == "Maria Keller"


def test_at_most_so_many_passages_are_read() -> None:
    passages, documents = library(**{f"d{i}": f"Text number {i}." for i in range(MAX_PASSAGES + 6)})
    reader = FakeReader({})
    ReaderAnswerer(reader, calibration=PLAIN).answer("Who came?", passages, documents)
    assert len(reader.asked[0]) == MAX_PASSAGES


def test_reranking_puts_the_answering_passage_first_and_loses_none() -> None:
    passages, documents = library(a="It rained.", b="Maria Keller won.", c="All left.")
    ranked = ReaderAnswerer(FakeReader({"Maria Keller": 4.0}), calibration=PLAIN).rerank(
        "Who won?", passages, documents
    )
    assert ranked[0].chunk.source == "b"
    assert [passage.rank for passage in ranked] == [1, 2, 3]
    assert {passage.chunk.source for passage in ranked} == {"a", "b", "c"}
    assert ranked[0].score > ranked[1].score


def test_a_stream_ends_with_the_answer_and_an_abstention_is_alone() -> None:
    passages, documents = library(a="Maria Keller won.")
    *deltas, answer = ReaderAnswerer(FakeReader({"Maria Keller": 4.0}), calibration=PLAIN).stream(
        "Who won?", passages, documents
    )
    assert deltas == [Delta("Maria Keller won. [1]")]
    assert isinstance(answer, Answer)
    (abstention,) = ReaderAnswerer(FakeReader({}), calibration=PLAIN).stream("Who won?", passages, documents)
    assert isinstance(abstention, Answer)
    assert abstention.abstained


def test_rows_about_other_things_are_no_conflict() -> None:
    passages, documents = library(
        plan="Phase deck: duration is 22 weeks. Phase foundations: duration is 14 weeks. Nothing else is planned."
    )
    answerer = ReaderAnswerer(FakeReader({"22 weeks": 4.0, "14 weeks": 4.0}), calibration=PLAIN)
    answer = answerer.answer("How long is the duration of the deck phase?", passages, documents)
    assert answer.conflicts == ()


@pytest.mark.parametrize(
    "question", ["Summarize the documents.", "Please write a poem about Oslo", "Translate it", "Summarise"]
)
def test_what_asks_for_a_text_of_its_own_is_refused_with_the_way_out(question: str) -> None:
    passages, documents = library(a="She lives in Oslo.")
    answer = ReaderAnswerer(FakeReader({"Oslo": 5.0}), calibration=PLAIN).answer(question, passages, documents)
    assert answer.abstained
    assert "a language model can" in answer.reason


@pytest.mark.parametrize("question", ["Rewrite rules: what do they say?", "Write-offs in Oslo?", "Who wrote it?"])
def test_what_only_begins_like_such_a_wish_is_answered(question: str) -> None:
    passages, documents = library(a="She lives in Oslo.")
    assert (
        not ReaderAnswerer(FakeReader({"Oslo": 5.0}), calibration=PLAIN).answer(question, passages, documents).abstained
    )
