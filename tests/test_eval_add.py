from pathlib import Path

import pytest

from eval.add import answerable, append, mark, unanswerable
from eval.gold import GoldError, lint, load
from rag.types import Document
from tests.eval_fixtures import documents, write_corpus

PUMP = documents()["pump.txt"]


def test_a_marked_span_becomes_gold_that_lints(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    append(gold, answerable("When was it installed?", mark(PUMP, "The pump was installed in 1998."), ["1998"]))
    append(gold, unanswerable("What colour is it?", ["red"], "the text tells its year and its rate"))
    assert lint(gold, write_corpus(tmp_path / "corpus")) == ()
    assert [item.answerable for item in load(gold)] == [True, False]


def test_without_an_answer_the_quote_is_it() -> None:
    assert answerable("When?", mark(PUMP, "in 1998")).answers == ("in 1998",)


def test_the_same_question_twice_is_refused_by_name(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    append(gold, answerable("When was it?", mark(PUMP, "1998")))
    with pytest.raises(GoldError, match="asks this already, as 'when-was-it-"):
        append(gold, answerable("when was it", mark(PUMP, "in 1998")))


def test_signs_tell_questions_apart(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    for name in ("C++", "C#"):
        append(gold, answerable(f"What is {name}?", mark(PUMP, "The pump was installed")))
    assert len({item.id for item in load(gold)}) == 2
    assert lint(gold, write_corpus(tmp_path / "corpus")) == ()


def test_a_file_without_a_last_line_break_stays_whole(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    append(gold, answerable("When was it?", mark(PUMP, "1998")))
    gold.write_text(gold.read_text().rstrip("\n"))
    append(gold, answerable("How much?", mark(PUMP, "34,000 litres")))
    assert len(load(gold)) == 2


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no folder")
    with pytest.raises(GoldError, match="was to be written, but that failed"):
        append(tmp_path / "notes.txt" / "gold.jsonl", answerable("When was it?", mark(PUMP, "1998")))


@pytest.mark.parametrize(
    ("quote", "start", "message"),
    [
        ("in 1898", None, "does not stand in pump.txt"),
        ("s", None, "times in pump.txt, at"),
        ("in 1998", 3, "reads ' pump w' at 3"),
        (" ", None, "no words were marked"),
    ],
)
def test_words_that_cannot_be_marked_are_told(quote: str, start: int | None, message: str) -> None:
    with pytest.raises(GoldError, match=message):
        mark(PUMP, quote, start)


def test_the_place_of_repeated_words_can_be_named() -> None:
    place = PUMP.text.rindex("s")
    assert mark(PUMP, "s", place).start == place


def test_repeated_words_may_overlap() -> None:
    document = Document("a.txt", "ababa", "0" * 64, "text/plain")
    assert mark(document, "aba", 2).start == 2
    with pytest.raises(GoldError, match="stands 2 times"):
        mark(document, "aba")


def test_an_unanswerable_question_says_where_the_nearest_text_stops() -> None:
    with pytest.raises(GoldError, match=r"--wrong.*--note"):
        unanswerable("What colour?", [], "")
