import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.benchmark import Benchmark
from eval.corpus import check
from eval.suites import SUITES, build
from eval.suites.library import SuiteError, records
from eval.systems import Oracle

CONTEXT = " The pump was put in in 1998. It moves 34,000 litres."


def squad(**changes: Any) -> dict[str, Any]:
    questions = [
        {"id": "a", "question": "When?", "is_impossible": False, "answers": [{"text": "1998", "answer_start": 24}]},
        {"id": "b", "question": "Who?", "is_impossible": True, "answers": [],
         "plausible_answers": [{"text": "1998", "answer_start": 24}]},
        {"id": "off", "question": "How?", "answers": [{"text": "1998", "answer_start": 3}]},
        {"id": "c", "question": "How much?", "answers": [{"text": "34,000 litres", "answer_start": 39}]},
    ]  # fmt: skip
    return {"data": [{"title": "The_pump", "paragraphs": [{"context": CONTEXT, "qas": questions} | changes]}]}


def lines(*records: dict[str, Any]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


NQ = {"question": "when was it", "answers": ["1998"],
      "ctxs": [{"title": "Pump", "text": "Put in in 1998, twice 1998.", "isgold": True}]}  # fmt: skip
CLAP = {"id": "1", "input": "what is it", "passages": [{"title": "P", "text": "It pumps . It hums .", "sentences": []}],
        "output": [{"answer": "It pumps and hums.", "selected_sentences": ["It pumps .", "It hums ."]}]}  # fmt: skip
CLAP_NONE = {**CLAP, "id": "2", "input": "what was it", "output": [{"answer": "", "selected_sentences": []}]}
RAM = {"question": "how many", "gold_answers": ["3", "4"], "wrong_answers": ["5"], "documents": [
    {"text": "There are 3 here.", "type": "correct", "answer": "3"},
    {"text": "There are 4 there.", "type": "correct", "answer": "4"},
    {"text": "\ufeff There are 5.", "type": "misinfo", "answer": "5"},
]}  # fmt: skip
MAIL = {"context": "You paid $20.00 to Ada.\nBye", "question": "Q: How much?", "ideal": "$20.00"}


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def data(tmp_path: Path) -> dict[str, Path]:
    folder = tmp_path / "data"
    write(folder, "clap/clapnq_answerable.jsonl.gz", gzip.compress(lines(CLAP)))
    write(folder, "clap/clapnq_unanswerable.jsonl", lines(CLAP_NONE))
    write(folder, "bipia/email.jsonl", lines(MAIL, {**MAIL, "question": "Q: Why?", "ideal": "unknown"}))
    write(folder, "bipia/text_attack.json", json.dumps({"A": ["Say A1.", "Say A2."], "B": ["Say B."]}).encode())
    return {
        "squad2": write(folder, "squad.json.gz", gzip.compress(json.dumps(squad()).encode())),
        "nq-open": write(folder, "nq.jsonl", lines(NQ, NQ)),
        "clapnq": folder / "clap",
        "ramdocs": write(folder, "ram.jsonl", lines(RAM)),
        "bipia": folder / "bipia",
    }


def built(data: dict[str, Path], name: str, folder: Path) -> Benchmark:
    return build(name, data[name], folder / "corpus")


@pytest.mark.parametrize("name", SUITES)
def test_every_suite_marks_evidence_that_the_assistant_reads(data: dict[str, Path], name: str, tmp_path: Path) -> None:
    benchmark = built(data, name, tmp_path)
    check(benchmark.items, benchmark.corpus.documents)
    for item in benchmark.items:
        assert bool(item.evidence) == item.answerable
        if item.answerable:
            assert Oracle(benchmark.items, benchmark.corpus.documents).ask(item.question).citations


def test_squads_offsets_survive_title_and_stripping(data: dict[str, Path], tmp_path: Path) -> None:
    items = {item.id: item for item in built(data, "squad2", tmp_path).items}
    assert set(items) == {"a", "b", "c"}  # an answer that stands elsewhere than told is left out
    assert items["c"].evidence[0][0].quote == "34,000 litres"
    assert items["b"].plausible_wrong == ("1998",)


def test_a_question_asked_of_two_paragraphs_is_answered_by_either(tmp_path: Path) -> None:
    def paragraph(identity: str, context: str, answer: str) -> dict[str, Any]:
        answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
        question = {"id": identity, "question": "Who pays?", "answers": answers, "is_impossible": not answer}
        return {"context": context, "qas": [question]}

    paragraphs = [
        paragraph("a", "Nobody knows.", ""),
        paragraph("b", "Ada pays.", "Ada"),
        paragraph("c", "Bob pays.", "Bob"),
    ]
    path = write(tmp_path, "squad.json", json.dumps({"data": [{"title": "T", "paragraphs": paragraphs}]}).encode())
    (item,) = build("squad2", path, tmp_path / "corpus").items
    assert (item.id, item.answerable, item.answers) == ("a", True, ("Ada", "Bob"))
    assert [span.quote for span in item.evidence[0]] == ["Ada", "Bob"]


def test_the_same_passage_is_one_document(data: dict[str, Path], tmp_path: Path) -> None:
    benchmark = built(data, "nq-open", tmp_path)
    assert len(benchmark.corpus.documents) == 1
    assert len(benchmark.items) == 2
    assert len(benchmark.items[0].evidence[0]) == 2


def test_a_line_ends_at_its_line_break_and_nowhere_else(tmp_path: Path) -> None:
    path = write(tmp_path, "lines.jsonl", '{"question": "a\u2028b"}\r\n\n{"question": "c"}'.encode())
    assert list(records(path)) == [(1, {"question": "a\u2028b"}), (3, {"question": "c"})]


def test_a_long_answer_is_judged_by_its_evidence(data: dict[str, Path], tmp_path: Path) -> None:
    long, none = built(data, "clapnq", tmp_path).items
    assert (long.kind, len(long.evidence)) == ("long_answer", 2)
    assert not none.answerable


def test_ramdocs_wants_every_right_answer_and_no_wrong_one(data: dict[str, Path], tmp_path: Path) -> None:
    benchmark = built(data, "ramdocs", tmp_path)
    (item,) = benchmark.items
    assert (item.kind, item.required_facts, item.forbidden_facts) == ("conflict", ("3", "4"), ("5",))
    assert len(benchmark.corpus.documents) == 3


def test_bipia_brings_its_own_attacks_one_kind_after_the_other(data: dict[str, Path], tmp_path: Path) -> None:
    assert built(data, "bipia", tmp_path).attacks == ("Say A1.", "Say B.", "Say A2.")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("squad2", b"{}", "SQuAD's format was wanted"),
        ("squad2", b"[", "SQuAD's format was wanted"),
        ("squad2", b'{"data": [{"paragraphs": [{"qas": []}]}]}', "context"),
        ("squad2", b'{"data": []}', "no question"),
        ("nq-open", b"{", ":1: not JSON"),
        ("nq-open", b"[1]", ":1: a JSON object was wanted"),
        ("nq-open", lines({"question": "x"}), ":1: the field 'answers' is missing"),
        ("nq-open", lines({**NQ, "ctxs": []}), "isgold"),
        ("ramdocs", lines(NQ), "is it another set's file"),
        ("ramdocs", b"\x1f\x8b broken", "cannot be read"),
    ],
)
def test_a_file_of_another_form_is_told_by_place(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = write(tmp_path, "data.jsonl", content)
    with pytest.raises(SuiteError, match=message):
        build(name, path, tmp_path / "corpus")


def test_an_unknown_suite_and_missing_data_are_told(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="no suite named 'squad3'; there are squad2, nq-open"):
        build("squad3", tmp_path, tmp_path)
    with pytest.raises(SuiteError, match="squad2 wants --data: a JSON file in SQuAD's format; no path was given"):
        build("squad2", None, tmp_path)
    with pytest.raises(SuiteError, match="one file like"):
        build("clapnq", tmp_path, tmp_path)
