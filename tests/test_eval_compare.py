from pathlib import Path

import pytest

from eval.benchmark import Benchmark
from eval.benchmark import seeds as seeds_benchmark
from eval.compare import Comparison, came_to, compare
from eval.folder import Run
from eval.paired import Change
from eval.rows import RunError
from eval.run import Options, run
from eval.systems import AlwaysAbstain, CopyFirst, Oracle, System
from eval.verdicts import show_comparison
from rag.settings import Settings


@pytest.fixture(scope="module")
def seeds() -> Benchmark:
    return seeds_benchmark()


@pytest.fixture(scope="module")
def oracle(seeds: Benchmark) -> Oracle:
    return Oracle(seeds.items, seeds.corpus.documents)


def run_of(folder: Path, benchmark: Benchmark, system: System, **options: object) -> Run:
    return run(benchmark, system, Settings(), Options(out=folder, **options), lambda _: None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, seeds: Benchmark, oracle: Oracle) -> Comparison:
    folder = tmp_path_factory.mktemp("runs")
    before = run_of(folder / "copy", seeds, CopyFirst(oracle), limit=60)
    return compare(before, run_of(folder / "oracle", seeds, oracle, limit=60))


def change(found: Comparison, name: str) -> Change:
    return next(change for change in found.changes if change.metric.name == name)


def test_a_run_compared_with_itself_is_the_same_throughout(found: Comparison) -> None:
    again = compare(found.before, found.before)
    assert {c.verdict for c in again.changes} == {"the same"}
    assert {c.p for c in again.changes} == {1.0}
    assert again.flips == ()


def test_what_is_better_is_said_in_points_with_its_interval(found: Comparison) -> None:
    f1 = change(found, "token_f1")
    assert f1.verdict == "better"
    assert f1.words.startswith("better by ")
    assert f1.words.endswith("]")
    assert f1.difference.low > 0
    assert f1.adjusted_p >= f1.p


def test_turning_the_runs_around_turns_the_words_around(found: Comparison) -> None:
    back = compare(found.after, found.before)
    there, here = change(found, "token_f1"), change(back, "token_f1")
    assert here.verdict == "worse"
    assert here.words == there.words.replace("better", "worse")
    assert {flip.gained for flip in back.flips} == {not flip.gained for flip in found.flips}


def test_less_is_better_where_lower_is_better(tmp_path: Path, seeds: Benchmark, oracle: Oracle) -> None:
    class Chatty(CopyFirst):
        """Answers what has no answer with the first evidence of the corpus."""

        def __init__(self) -> None:
            super().__init__(oracle)
            first = seeds.items[0].question
            self.retrieve = lambda query, *, k=None: oracle.retrieve(query, k=k) or oracle.retrieve(first, k=k)

    chatty = run_of(tmp_path / "chatty", seeds, Chatty(), limit=60)
    silent = run_of(tmp_path / "silent", seeds, AlwaysAbstain(oracle), limit=60)
    less = change(compare(chatty, silent), "false_answer")
    assert (less.verdict, less.after) == ("better", 0.0)
    assert change(compare(silent, chatty), "false_answer").verdict == "worse"


def test_every_question_that_flipped_is_told_with_what_it_was_and_is(found: Comparison) -> None:
    assert found.flips
    for flip in found.flips:
        assert flip.gained
        assert flip.after.question in flip.words
        assert "was: wrong: " in flip.words
        assert "now: right: " in flip.words


def test_few_questions_say_that_they_cannot_tell_and_what_they_could_have(
    tmp_path: Path, seeds: Benchmark, oracle: Oracle
) -> None:
    few = seeds.only(lambda item: item.kind in ("several_sentences", "date"))
    before, after = (run_of(tmp_path / name, few, system) for name, system in
                     (("copy", CopyFirst(oracle)), ("oracle", oracle)))  # fmt: skip
    recall = change(compare(before, after, everything=True), "correct")
    assert recall.smallest is not None
    assert recall.verdict in ("better", "not distinguishable")


def test_what_else_differs_between_the_runs_is_noted(found: Comparison) -> None:
    assert "answerer: copy-first before, oracle after" in found.notes


def test_runs_over_different_questions_refuse_to_compare(
    tmp_path: Path, found: Comparison, seeds: Benchmark, oracle: Oracle
) -> None:
    other = run_of(tmp_path / "other", seeds, oracle, limit=20)
    with pytest.raises(RunError, match="asked different questions; run both over the same gold"):
        compare(found.before, other)


def test_the_note_on_answerers_names_who_answered_and_not_the_setting(found: Comparison) -> None:
    chosen = {**found.after.meta.settings, "answerer": "reader"}
    other = Run(found.after.folder, found.after.meta.model_copy(update={"settings": chosen}), found.after.rows)
    assert not [note for note in compare(found.after, other).notes if note.startswith("answerer")]


def test_runs_with_different_judges_refuse_to_compare(found: Comparison) -> None:
    judged = Run(found.after.folder, found.after.meta.model_copy(update={"judge": "model-x"}), found.after.rows)
    with pytest.raises(RunError, match="judge both by the same"):
        compare(found.before, judged)


def test_the_comparison_prints_as_plain_text(found: Comparison) -> None:
    from io import StringIO

    from rich.console import Console

    screen = StringIO()
    show_comparison(found, Console(file=screen, width=140))
    assert "token F1" in screen.getvalue()
    assert f"Now right: {len(found.flips)}" in screen.getvalue()


def test_a_long_answer_is_cut_at_a_word(found: Comparison) -> None:
    row = found.before.rows[0].model_copy(update={"outcome": "answered", "text": "word " * 100})
    assert len(came_to(row)) < 180
    assert came_to(row).endswith("word …")
