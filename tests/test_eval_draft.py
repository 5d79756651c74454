import json
from pathlib import Path

import pytest

from eval.add import append, unanswerable
from eval.corpus import check, read_corpus
from eval.draft import Draft, accept, draft, read_drafts, write_drafts
from eval.draft_model import ask
from eval.gold import GoldError, load
from rag.testing import ScriptedLLM
from rag.types import Document
from tests.eval_fixtures import documents


@pytest.fixture(scope="module")
def seeds_documents() -> dict[str, Document]:
    return dict(read_corpus(Path(__file__).parent.parent / "seeds").documents)


def test_drafts_are_look_ups_near_misses_and_absent_topics(seeds_documents: dict[str, Document]) -> None:
    drafts = draft(seeds_documents, 40)
    assert {d.item.kind for d in drafts} >= {"number", "fact", "near_miss", "off_topic"}
    assert len(drafts) <= 40
    check(tuple(d.item for d in drafts), seeds_documents)


def test_the_answer_of_a_look_up_stands_in_its_sentence(seeds_documents: dict[str, Document]) -> None:
    looked_up = [d.item for d in draft(seeds_documents, 60) if d.item.answerable]
    for item in looked_up:
        assert item.answers[0] in " ".join(item.evidence[0][0].quote.split())
        assert item.answers[0] not in item.question


def test_a_topic_is_absent_only_where_no_document_holds_its_words() -> None:
    corpus = {"a.txt": Document("a.txt", "Penguins and volcanoes.", "0" * 64, "text/plain")}
    asked = " ".join(d.item.question for d in draft(corpus, 60))
    assert "penguins" not in asked
    assert "opera" in asked


def test_nothing_is_gold_until_a_person_accepts_it(tmp_path: Path, seeds_documents: dict[str, Document]) -> None:
    review, gold = tmp_path / "review.jsonl", tmp_path / "gold.jsonl"
    count = write_drafts(review, draft(seeds_documents, 20))
    with pytest.raises(GoldError):
        load(review)
    assert accept(review, gold) == ()
    lines = [json.loads(line) for line in review.read_text().splitlines()]
    lines[0]["accept"] = True
    lines[0]["item"]["question"] = "A better wording?"
    review.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert [item.question for item in accept(review, gold)] == ["A better wording?"]
    assert [item.question for item in load(gold)] == ["A better wording?"]
    assert len(read_drafts(review)) == count - 1


@pytest.mark.parametrize(
    ("second", "told"),
    [("Asked before?", "asks this already"), ("new one", "are one question; leave one of them out")],
)
def test_what_cannot_all_be_accepted_is_left_as_it_is(tmp_path: Path, second: str, told: str) -> None:
    review, gold = tmp_path / "review.jsonl", tmp_path / "gold.jsonl"
    append(gold, unanswerable("Asked before?", ["red"], "not told"))
    accepted = [
        Draft(accept=True, why="why", item=unanswerable(question, ["red"], "not told"))
        for question in ("New one?", second)
    ]
    write_drafts(review, accepted)
    before = review.read_text(), gold.read_text()
    with pytest.raises(GoldError, match=told):
        accept(review, gold)
    assert (review.read_text(), gold.read_text()) == before
    review.write_text(accepted[0].model_dump_json())
    assert len(accept(review, gold)) == 1
    assert len(load(gold)) == 2


def test_a_review_file_with_decisions_is_not_overwritten(tmp_path: Path, seeds_documents: dict[str, Document]) -> None:
    write_drafts(tmp_path / "review.jsonl", draft(seeds_documents, 8))
    with pytest.raises(GoldError, match="may hold decisions"):
        write_drafts(tmp_path / "review.jsonl", [])


def test_a_broken_review_line_is_told_by_place(tmp_path: Path) -> None:
    (tmp_path / "review.jsonl").write_text('{"accept": true}\n')
    with pytest.raises(GoldError, match=r"review\.jsonl:1: no draft"):
        read_drafts(tmp_path / "review.jsonl")


def test_of_a_models_proposals_only_those_with_a_real_quote_are_kept() -> None:
    pump = {"pump.txt": documents()["pump.txt"]}
    quote = "It moves 34,000 litres an hour."
    proposals = [
        {"question": "How much does it move?", "answer": "34,000 litres", "quote": quote},
        {"question": "How much is invented?", "answer": "9", "quote": "It moves 9 litres."},
        {"question": "What is beside it?", "answer": "Ada", "quote": quote},
    ]
    reply = f"```json\n{json.dumps({'questions': proposals})}\n```"
    (kept,) = ask(ScriptedLLM(reply), pump, limit=5)
    assert kept.item.answers == ("34,000 litres",)
    assert not kept.accept


def test_a_model_that_writes_no_json_proposes_nothing() -> None:
    assert ask(ScriptedLLM("Sure! Here you go."), {"pump.txt": documents()["pump.txt"]}, limit=5) == []
