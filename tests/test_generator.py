"""The generator: what a model writes is held to the sentences that it names."""

from __future__ import annotations

import pytest

from rag.answer.cost import Meter
from rag.answer.generator import Generator
from rag.errors import ContextTooLong, ProviderError, ReplyRejected
from rag.ingest.sentences import split
from rag.settings import Settings
from rag.testing import ScriptedLLM
from rag.testing.llm import Line
from rag.types import Answer, Chunk, Delta, Document, Event, Passage, Sentence, Statement

TEXT = (
    "A team lead approves it. The form is due on 3 May 2021. It costs 34,000 dollars. "
    "See https://a.example.com/form now."
)
STARTS = (0, 25, 56, 81)
ENDS = (24, 55, 80, len(TEXT))
DOCUMENT = Document("rules.txt", TEXT, "a" * 64, "text/plain", "Rules", "2021-05-01")
DOCUMENTS = {"rules.txt": DOCUMENT}
CHUNK = Chunk("rules.txt", "a" * 64, 0, len(TEXT), TEXT, tuple(map(Sentence, STARTS, ENDS)))
PASSAGES = (Passage(CHUNK, 1.0, 1),)


class Fallback:
    """Answers with the first sentence."""

    name = "fallback"

    def stream(self, question, passages, documents):
        yield Answer(question, (Statement("From the fallback."),), answerer=self.name)


def events(*lines: Line, passages=PASSAGES, **settings) -> tuple[list[Event], ScriptedLLM]:
    llm = ScriptedLLM(*lines)
    known = Settings(**settings)
    generator = Generator(Meter(llm, known), Fallback(), known.strict)
    return list(generator.stream("Who approves it?", passages, DOCUMENTS)), llm


def answer(*lines: Line, **settings) -> Answer:
    last = events(*lines, **settings)[0][-1]
    assert isinstance(last, Answer)
    return last


def test_a_number_becomes_the_exact_characters() -> None:
    found = answer("A team lead approves it [1].")
    assert [(c.number, c.quote, c.start) for c in found.citations] == [(1, "A team lead approves it.", 0)]
    assert found.statements[0].text == "A team lead approves it."
    assert found.statements[0].supported


def test_a_citation_the_model_invented_is_dropped_and_counted() -> None:
    found = answer("A team lead approves it [1][9].")
    assert [c.number for c in found.citations] == [1]
    assert found.usage.dropped_citations == 1


def test_a_citation_that_was_invented_for_a_conflict_is_counted_too() -> None:
    assert answer("It costs 34,000 dollars [3].\nCONFLICT: 34,000 [3] | 50,000 [77]").usage.dropped_citations == 1
    assert answer("The documents do not say.\nCONFLICT: 34,000 [3] | 50,000 [77]").usage.dropped_citations == 1


def test_citations_are_numbered_from_one_in_order_of_first_use() -> None:
    found = answer("It costs 34,000 dollars [3]. A team lead approves it [1,3].")
    assert [[c.start for c in s.citations] for s in found.statements] == [[56], [0, 56]]
    assert str(found) == "It costs 34,000 dollars. [1] A team lead approves it. [2][1]"


def test_marks_may_stand_behind_the_full_stop_and_name_a_range() -> None:
    found = answer("It is due on 3 May 2021. [2] A team lead approves it. [1-3]")
    assert [len(s.citations) for s in found.statements] == [1, 3]


def test_a_statement_that_cites_nothing_is_marked() -> None:
    found = answer("A team lead approves it [1]. Bread is baked at night.")
    assert [s.supported for s in found.statements] == [True, False]
    assert "no sentence is cited" in str(found)


def test_a_number_that_the_cited_sentence_does_not_hold_is_named() -> None:
    found = answer("It costs 35,000 dollars [3].")
    assert "35,000" in found.statements[0].support
    assert not found.statements[0].supported


@pytest.mark.parametrize(("between", "supported"), [(" ", True), (" The stalls were full. " * 9, False)])
def test_whom_a_sentence_means_is_looked_for_right_before_it(between: str, supported: bool) -> None:
    opened, resigned = "Peter Marsh opened the fair in Leeds.", "He resigned in May."
    text = opened + between + resigned
    start = len(text) - len(resigned)
    sentences = (Sentence(0, len(opened)), Sentence(start, len(text)))
    chunks = [Chunk("a", "b" * 64, s.start, s.end, text[s.start : s.end], (s,)) for s in sentences]
    llm = ScriptedLLM("Peter Marsh resigned in May [2].")
    generator = Generator(Meter(llm, Settings()), Fallback())
    passages = tuple(Passage(chunk, 1.0, 1) for chunk in chunks)
    *_, found = generator.stream("Who resigned?", passages, {"a": Document("a", text, "b" * 64, "text/plain")})
    assert isinstance(found, Answer)
    assert found.statements[0].supported is supported


def test_a_claim_of_a_list_is_no_fact_where_the_line_above_says_whose_it_is() -> None:
    text = "The ministry makes two claims:\n\n- The bridge cost 40 million euros.\n- The dam is full."
    sentences = split(text)
    document = Document("a", text, "b" * 64, "text/plain")
    passages = (Passage(Chunk("a", "b" * 64, 0, len(text), text, sentences), 1.0, 1),)
    llm = ScriptedLLM("The bridge cost 40 million euros [2]. The ministry says that the dam is full [3].")
    *_, found = Generator(Meter(llm, Settings()), Fallback()).stream("What is claimed?", passages, {"a": document})
    assert isinstance(found, Answer)
    assert [statement.supported for statement in found.statements] == [False, True]
    assert "The ministry makes two claims" in found.statements[0].support


def test_strict_leaves_out_what_is_not_supported_and_says_so() -> None:
    found = answer("A team lead approves it [1]. It costs 35,000 dollars [3].", strict=True)
    assert [s.text for s in found.statements] == ["A team lead approves it."]
    assert any("left out" in note for note in found.notes)


def test_strict_with_nothing_left_abstains() -> None:
    assert answer("It costs 35,000 dollars [3].", strict=True).abstained


def test_the_abstain_token_is_an_abstention() -> None:
    found, _ = events("NOT_IN_DOCUMENTS")
    assert len(found) == 1
    assert isinstance(found[0], Answer)
    assert found[0].abstained
    assert found[0].reason


def test_without_evidence_no_model_is_called() -> None:
    found, llm = events("Anything.", passages=())
    assert isinstance(found[-1], Answer)
    assert found[-1].abstained
    assert llm.prompts == []


def test_a_part_without_an_answer_is_named_while_the_rest_is_answered() -> None:
    found = answer("A team lead approves it [1].\nMISSING: who signs it.")
    assert not found.abstained
    assert found.notes == ("The documents do not say: who signs it.",)
    assert len(found.statements) == 1


def test_sources_that_disagree_are_both_there() -> None:
    found = answer("One says 34,000 [3], another 3 May [2].\nCONFLICT: 34,000 [3] | 3 May 2021 [2]")
    (conflict,) = found.conflicts
    assert [side.value for side in conflict.sides] == ["34,000", "3 May 2021"]
    assert [side.citations[0].start for side in conflict.sides] == [56, 25]


def test_a_conflict_with_a_side_that_was_never_given_is_none() -> None:
    assert answer("It costs 34,000 dollars [3].\nCONFLICT: 34,000 [3] | 50,000 [77]").conflicts == ()


def test_a_conflict_over_a_number_that_its_sentence_does_not_hold_is_none() -> None:
    assert answer("It costs 34,000 dollars [3].\nCONFLICT: 34,000 [3] | 50,000 [1]").conflicts == ()


@pytest.mark.parametrize("said", ["The documents do not say.", "“The documents do not say.” [1]"])
def test_our_own_words_for_not_knowing_are_no_statement(said: str) -> None:
    found, _ = events(said)
    assert [type(event) for event in found] == [Answer]
    assert found[0].abstained
    assert not answer(f"A team lead approves it [1]. {said}").abstained


@pytest.mark.parametrize("mark", ["［１］", "【1†source】", "[^1]", "[١]"])
def test_marks_of_other_models_are_understood(mark: str) -> None:
    assert [c.start for c in answer(f"A team lead approves it {mark}.").citations] == [0]


@pytest.mark.parametrize("mark", ["[³]", "⁽²⁾", "[-1]", "[1.5]", "〔2〕"])
def test_what_only_looks_like_a_citation_is_not_shown(mark: str) -> None:
    assert answer(f"A team lead approves it {mark} [1].").statements[0].text == "A team lead approves it."


def test_thoughts_that_were_closed_and_never_opened_are_no_part_of_the_answer() -> None:
    found = answer("So who approves it [2]? Let me see.\n</think>\n\nA team lead approves it [1].")
    assert str(found) == "A team lead approves it. [1]"
    assert len(found.citations) == 1


def test_what_was_streamed_is_the_answer() -> None:
    found, _ = events(
        "A team lead approves it (see [1]). It is **due** on 3 May 2021 [2].\n\n- It costs 34,000 dollars [3]."
    )
    streamed = "".join(event.text for event in found if isinstance(event, Delta))
    assert streamed == str(found[-1])


def test_text_is_streamed_before_the_answer_is_whole() -> None:
    found, _ = events("A team lead approves it [1].")
    assert sum(isinstance(event, Delta) for event in found) > 3


def test_links_pictures_and_tags_are_gone_from_the_stream_and_the_answer() -> None:
    said = (
        "A team lead ![x](https://evil.example/p.png?q=1) approves it [1]. <img src=https://evil.example> See "
        "[the form](https://evil.example/form) or https://evil.example/x or www.evil.com [2]."
    )
    found, _ = events(said)
    streamed = "".join(event.text for event in found if isinstance(event, Delta))
    for text in (streamed, str(found[-1])):
        assert "evil" not in text
        assert "![" not in text
        assert "<img" not in text


def test_an_address_that_the_cited_sentence_holds_stays_as_text() -> None:
    found = answer("See [the form](https://a.example.com/form) now [4]. See https://a.example.com/form [1].")
    assert "https://a.example.com/form" in found.statements[0].text
    assert "](" not in found.statements[0].text
    assert "example" not in found.statements[1].text


def test_where_the_model_fails_the_fallback_answers_and_says_why() -> None:
    found = answer(ProviderError("the model did not answer within 120 s"))
    assert (found.answerer, found.reason) == ("fallback", "the model did not answer within 120 s")


def test_a_reply_that_breaks_off_is_not_an_answer() -> None:
    found = answer(ReplyRejected("the reply broke off before its end"))
    assert found.answerer == "fallback"


def test_a_prompt_that_is_too_long_is_sent_again_with_fewer_passages() -> None:
    two = (*PASSAGES, Passage(CHUNK, 0.5, 2))
    found, llm = events(ContextTooLong("too long"), "A team lead approves it [1].", passages=two)
    assert len(llm.prompts) == 2
    assert isinstance(found[-1], Answer)
    assert any("left out" in note for note in found[-1].notes)


def test_passages_are_counted_before_they_are_sent() -> None:
    text = "Word " * 2000 + "end."
    document = Document("long.txt", text, "b" * 64, "text/plain")
    long = Chunk("long.txt", "b" * 64, 0, len(text), text, (Sentence(0, len(text)),))
    llm = ScriptedLLM("A team lead approves it [1].")
    generator = Generator(Meter(llm, Settings(context_tokens=2500)), Fallback())
    *_, found = generator.stream("Who?", (*PASSAGES, Passage(long, 0.5, 2)), {**DOCUMENTS, "long.txt": document})
    assert isinstance(found, Answer)
    assert found.notes == ("1 of 2 passages were left out: the model's context is full.",)
    assert llm.prompts[0].tokens < 1500


def test_the_budget_stops_the_call_before_it_is_made() -> None:
    found, llm = events("A team lead approves it [1].", budget_usd=0.001, price_in=1.0, price_out=2.0)
    assert llm.prompts == []
    assert isinstance(found[-1], Answer)
    assert found[-1].answerer == "fallback"
    assert "budget" in found[-1].reason


def test_the_answer_says_what_it_cost() -> None:
    usage = answer("A team lead approves it [1].", price_in=1.0, price_out=2.0).usage
    assert usage.calls == 1
    assert usage.cost_usd == (usage.prompt_tokens + 2 * usage.completion_tokens) / 1e6
    assert answer("A team lead approves it [1].").usage.cost_usd is None
