from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag.answer.calibration import Calibration
from rag.answer.reader import MAX_PASSAGES, ReaderAnswerer
from rag.ingest.sentences import split
from rag.models.reader import Pair, Reading
from rag.types import Answer, Chunk, Delta, Document, Passage, Sentence

PLAIN = Calibration(0.0, 1.0, 1.0, -1.0, thresholds=((0.1, 0.5),))


class FakeReader:
    """Knows which words of a passage answer, and how surely: {answer: logit}; other passages score -6."""

    def __init__(self, answers: dict[str, float], long_question: bool = False) -> None:
        self.answers, self.long_question = answers, long_question
        self.asked: list[Sequence[Pair]] = []

    def truncates(self, question: str) -> bool:
        return self.long_question

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]:
        self.asked.append(pairs)
        return [self._read(pair.passage) for pair in pairs]

    def _read(self, text: str) -> Reading | None:
        if not text.strip():
            return None
        spans, at = [], 0
        for word in text.split():
            start = text.index(word, at)
            at = start + len(word)
            spans.append((start, at))
        held = [(answer, score) for answer, score in self.answers.items() if answer in text]
        answer, score = max(held, key=lambda pair: pair[1], default=("", -6.0))
        begin = text.find(answer)
        finish = begin + len(answer)
        starts = np.array([1.0 if s <= begin < e else 0.01 for s, e in spans], np.float32)
        ends = np.array([1.0 if s < finish <= e else 0.01 for s, e in spans], np.float32)
        return Reading(score, tuple(spans), starts / starts.sum(), ends / ends.sum())


def library(**texts: str) -> tuple[list[Passage], dict[str, Document]]:
    """A document and one passage of it for each text, in this order."""
    documents = {name: Document(name, text, name.ljust(64, "0"), "text/plain") for name, text in texts.items()}
    passages = [
        Passage(
            Chunk(name, document.sha256, 0, len(document.text), document.text, tuple(split(document.text))), 1.0, rank
        )
        for rank, (name, document) in enumerate(documents.items(), start=1)
        if document.text
    ]
    return passages, documents


def ask(
    answers: dict[str, float], question: str = "Who was elected?", **texts: str
) -> tuple[Answer, dict[str, Document]]:
    passages, documents = library(**texts)
    return ReaderAnswerer(FakeReader(answers), calibration=PLAIN).answer(question, passages, documents), documents


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
