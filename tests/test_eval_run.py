import json
import random
import re
from pathlib import Path

import pytest

from eval import evaluate
from eval.benchmark import Benchmark, choose, own
from eval.corpus import Corpus
from eval.folder import Measured, Run, load, save
from eval.gold import GoldError, Item
from eval.rows import RunError
from eval.run import Options, run
from eval.systems import Oracle
from rag.settings import Settings
from rag.types import Answer, Statement
from tests.eval_fixtures import documents, items, write_corpus

ITEMS = items()


class Counting(Oracle):
    """An oracle that knows what it was asked, and may be killed at a question."""

    def __init__(self, killed_at: int | None = None) -> None:
        super().__init__(ITEMS, documents())
        self.asked: list[str] = []
        self._killed_at = killed_at

    def ask(self, question: str) -> Answer:
        if len(self.asked) == self._killed_at:
            raise KeyboardInterrupt
        self.asked.append(question)
        return super().ask(question)


@pytest.fixture
def six(tmp_path: Path) -> Benchmark:
    return Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()))


def run_into(folder: Path, benchmark: Benchmark, system: Oracle, **options: object) -> Run:
    return run(benchmark, system, Settings(), Options(out=folder, **options), lambda _: None)  # type: ignore[arg-type]


def lines(folder: Path) -> list[dict[str, object]]:
    return [
        {key: value for key, value in json.loads(line).items() if key != "timings"}
        for line in (folder / "run.jsonl").read_text().splitlines()
    ]


def test_two_runs_of_the_same_thing_are_identical_but_for_timings(tmp_path: Path, six: Benchmark) -> None:
    one, other = (run_into(tmp_path / name, six, Counting()) for name in ("one", "other"))
    assert lines(one.folder) == lines(other.folder)
    assert one.meta.identity() == other.meta.identity()
    assert one.results.measures == other.results.measures


@pytest.mark.parametrize("seed", range(5))
def test_a_run_killed_at_a_random_question_and_resumed_equals_the_unbroken_one(
    tmp_path: Path, six: Benchmark, seed: int
) -> None:
    draw = random.Random(seed)
    whole = run_into(tmp_path / "whole", six, Counting())
    killed = Counting(killed_at=draw.randrange(len(ITEMS)))
    with pytest.raises(KeyboardInterrupt):
        run_into(tmp_path / "broken", six, killed)
    written = tmp_path / "broken" / "run.jsonl"
    if written.exists():  # the kill may also tear the line that was being written
        with written.open("a") as file:
            file.write('{"answerable": true, "basel'[: draw.randrange(27)])
    resumed = Counting()
    assert run_into(tmp_path / "broken", six, resumed).rows == tuple(
        row.model_copy(update={"timings": again.timings})
        for row, again in zip(whole.rows, load(tmp_path / "broken").rows, strict=True)
    )
    assert lines(tmp_path / "broken") == lines(tmp_path / "whole")
    assert killed.asked + resumed.asked == [item.question for item in ITEMS]


class Saying(Oracle):
    """An oracle that says one thing to the first question."""

    def __init__(self, text: str = "1998", confidence: float = 1.0) -> None:
        super().__init__(ITEMS, documents())
        self._said = {ITEMS[0].question: Answer(ITEMS[0].question, (Statement(text),), confidence=confidence)}

    def ask(self, question: str) -> Answer:
        return self._said.get(question) or super().ask(question)


@pytest.mark.parametrize(
    ("system", "error"),
    [
        (Saying("bad \ud800"), "UnicodeEncodeError"),
        (Saying(confidence=float("nan")), r"a confidence in \[0, 1\] or none was wanted, found nan"),
        (Saying(confidence=float("-inf")), "found -inf"),
    ],
)
def test_an_answer_that_cannot_be_written_down_costs_its_question_and_no_other(
    tmp_path: Path, six: Benchmark, system: Oracle, error: str
) -> None:
    made = run_into(tmp_path / "run", six, system)
    assert [row.status for row in made.rows] == ["error", *["ok"] * 5]
    assert re.search(error, made.rows[0].error)
    assert load(tmp_path / "run") == made


def test_an_error_in_words_that_cannot_be_written_down_is_written_down(tmp_path: Path, six: Benchmark) -> None:
    class Failing(Oracle):
        def ask(self, question: str) -> Answer:
            raise ValueError("no answer \ud800")

    made = run_into(tmp_path / "run", six, Failing(ITEMS, documents()))
    assert {row.error for row in made.rows} == {r"ValueError: no answer \ud800"}


def test_a_run_killed_after_its_last_question_is_finished_when_it_is_taken_up(tmp_path: Path, six: Benchmark) -> None:
    made = run_into(tmp_path / "run", six, Counting())
    save(made.folder, made.meta.model_copy(update={"measured": Measured()}))
    assert run_into(tmp_path / "run", six, Counting()).meta.measured.finished


def test_a_finished_run_is_not_asked_again(tmp_path: Path, six: Benchmark) -> None:
    run_into(tmp_path / "run", six, Counting())
    again = Counting()
    run_into(tmp_path / "run", six, again)
    assert again.asked == []


def test_a_run_comes_back_from_its_folder_as_it_was(tmp_path: Path, six: Benchmark) -> None:
    made = run_into(tmp_path / "run", six, Counting())
    assert load(tmp_path / "run") == made


def test_another_run_does_not_go_on_in_a_folder(tmp_path: Path, six: Benchmark) -> None:
    run_into(tmp_path / "run", six, Counting())
    with pytest.raises(RunError, match="other gold_sha256, options; name a new folder"):
        run_into(tmp_path / "run", six, Counting(), limit=3)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path, six: Benchmark) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="holds other files"):
        run_into(tmp_path, six, Counting())


def test_a_run_of_another_schema_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text('{"schema": 99}')
    with pytest.raises(RunError, match=r"schema 99, this version reads schema 1; run the evaluation again"):
        load(tmp_path)


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_folder_that_holds_no_run_is_refused(tmp_path: Path, content: str) -> None:
    if content:
        (tmp_path / "meta.json").write_text(content)
    with pytest.raises(RunError):
        load(tmp_path)


def test_a_row_changed_by_hand_is_named_by_file_and_line(tmp_path: Path, six: Benchmark) -> None:
    run_into(tmp_path / "run", six, Counting())
    path = tmp_path / "run" / "run.jsonl"
    content = path.read_text().splitlines()
    content[2] = content[2].replace('"status": "ok"', '"status": "fine"')
    path.write_text("\n".join(content) + "\n")
    with pytest.raises(RunError, match=r"run\.jsonl:3: .*status"):
        load(tmp_path / "run")


def test_a_sample_is_fixed_and_stays_when_questions_are_added(six: Benchmark) -> None:
    sample = six.sample(3, seed=0).items
    more = Benchmark("seven", (*ITEMS, Item(id="z", question="z?", kind="absent", answerable=False)), six.corpus)
    assert len(sample) == 3
    assert set(sample) <= set(more.sample(4, seed=0).items)


def test_the_splits_part_the_questions(six: Benchmark) -> None:
    assert sorted(item.id for name in ("tune", "test") for item in six.split(name).items) == sorted(i.id for i in ITEMS)
    with pytest.raises(GoldError, match="use all, tune or test"):
        six.split("dev")


def test_gold_over_another_text_than_the_assistant_reads_is_refused(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(item.model_dump_json() + "\n" for item in ITEMS))
    assert own(gold, corpus).items == ITEMS
    (corpus / "pump.txt").write_text("Nothing of the sort.")
    with pytest.raises(GoldError, match="stale"):
        own(gold, corpus)


def test_gold_without_its_corpus_is_asked_for() -> None:
    with pytest.raises(GoldError, match="--corpus DIR"):
        choose("gold.jsonl", None)


def test_outside_the_repository_the_seeds_are_missed_in_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("eval.benchmark.SEEDS", tmp_path / "seeds")
    with pytest.raises(GoldError, match="rag eval --gold FILE --corpus DIR"):
        choose(None, None)


def test_evaluate_takes_paths_and_a_system(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(item.model_dump_json() + "\n" for item in ITEMS))
    finished = evaluate(str(gold), corpus, system=Counting(), options=Options(out=tmp_path / "run"))
    correct = finished.results["correct"].estimate
    assert correct is not None
    assert (correct.value, correct.n) == (1.0, 4)
