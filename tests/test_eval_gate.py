from pathlib import Path

import pytest

from eval.benchmark import Benchmark, seeds
from eval.corpus import Corpus
from eval.folder import Run
from eval.gate import GateError, Gates, Verdict, check, read_gates, verdict
from eval.run import Options, run
from eval.systems import AlwaysAbstain, CopyFirst, Oracle, ShuffledCitations, System
from rag.settings import Settings
from rag.types import Answer
from tests.eval_fixtures import documents, items, write_corpus

ITEMS = items()
ORACLE = Oracle(ITEMS, documents())


def run_of(folder: Path, system: System) -> Run:
    benchmark = Benchmark("six", ITEMS, Corpus(write_corpus(folder / "corpus"), documents()))
    return run(benchmark, system, Settings(), Options(out=folder / "run"), lambda _: None)


@pytest.fixture
def perfect(tmp_path: Path) -> Run:
    return run_of(tmp_path / "perfect", ORACLE)


def gates(**fields: object) -> Gates:
    return Gates.model_validate(fields)


def words(run: Run, conditions: Gates) -> dict[str, str]:
    return {found.name: f"{found.verdict.name}: {found.words}" for found in check(run, conditions)}


def test_a_floor_is_held_by_the_lower_end_of_the_interval(perfect: Run) -> None:
    # four of four: Wilson's interval is 0.510 to 1
    assert verdict(check(perfect, gates(floors={"correct": 0.5}))) is Verdict.PASSED
    assert verdict(check(perfect, gates(floors={"correct": 0.52}))) is Verdict.INCONCLUSIVE


def test_a_floor_above_the_whole_interval_fails(tmp_path: Path) -> None:
    shuffled = run_of(tmp_path, ShuffledCitations(ORACLE, ITEMS, documents()))
    assert verdict(check(shuffled, gates(floors={"citation_recall": 0.9}))) is Verdict.FAILED


def test_a_ceiling_is_held_by_the_upper_end(perfect: Run) -> None:
    assert verdict(check(perfect, gates(floors={"false_answer": 0.7}))) is Verdict.PASSED
    found = check(perfect, gates(floors={"false_answer": 0.1}))
    assert verdict(found) is Verdict.INCONCLUSIVE
    assert "cannot be told with n = 2" in found[0].words


def test_one_failure_outweighs_what_cannot_be_told(tmp_path: Path) -> None:
    conditions = gates(floors={"correct": 0.99, "citation_recall": 0.99})
    shuffled = run_of(tmp_path, ShuffledCitations(ORACLE, ITEMS, documents()))
    assert verdict(check(shuffled, conditions)) is Verdict.FAILED


def test_nothing_of_the_zero_list_may_be(perfect: Run) -> None:
    conditions = gates(zero=["invalid_citations", "fabricated", "network", "errors", "canaries"])
    assert verdict(check(perfect, conditions)) is Verdict.PASSED
    broken = perfect.rows[0].model_copy(
        update={
            "scores": {**perfect.rows[0].scores, "canary": 1.0},
            "citations": (perfect.rows[0].citations[0].model_copy(update={"fault": "fabricated"}),),
            "faults": {"fabricated": 1},
            "network": ("tracker.example",),
            "status": "error",
        }
    )
    found = words(Run(perfect.folder, perfect.meta, (broken, *perfect.rows[1:])), conditions)
    assert all(said.startswith("FAILED") for said in found.values())
    assert found["network"] == "FAILED: 1, the first at tracker.example"


def test_a_stale_citation_of_a_probe_is_invalid_too(perfect: Run) -> None:
    row = perfect.rows[0]
    stale = row.citations[0].model_copy(update={"fault": "stale"})
    changes = {"id": "year#injection", "probe": "injection", "scores": {"unmoved": 1.0}, "citations": (stale,)}
    run = Run(perfect.folder, perfect.meta, (*perfect.rows, row.model_copy(update=changes)))
    found = words(run, gates(zero=["invalid_citations"]))
    assert found == {"invalid_citations": "FAILED: 1, the first at year#injection"}


def test_a_run_that_was_broken_off_cannot_be_told(perfect: Run) -> None:
    measured = perfect.meta.measured.model_copy(update={"finished": ""})
    broken_off = Run(perfect.folder, perfect.meta.model_copy(update={"measured": measured}), perfect.rows[:3])
    found = check(broken_off, gates(zero=["errors"]))
    assert verdict(found) is Verdict.INCONCLUSIVE
    assert "broken off after 3 questions" in found[0].words


def test_a_judge_that_decided_nothing_cannot_be_told(perfect: Run) -> None:
    stated = {"judge": "J", "agreement": 0.9, "n": 10, "source": "two people"}
    judged = Run(perfect.folder, perfect.meta.model_copy(update={"judge": "J"}), perfect.rows)
    assert words(judged, gates(judged_floor=0.1, agreement=stated)) == {
        "judged_floor": "INCONCLUSIVE: undefined: the judge decided no answer of this run"
    }


def test_the_configured_provider_may_be_called(perfect: Run) -> None:
    called = perfect.rows[0].model_copy(update={"network": ("api.example",)})
    meta = perfect.meta.model_copy(update={"provider": "api.example"})
    assert verdict(check(Run(perfect.folder, meta, (called,)), gates(zero=["network"]))) is Verdict.PASSED


def test_a_question_that_must_pass_is_held_to_it(tmp_path: Path) -> None:
    copied = run_of(tmp_path, CopyFirst(ORACLE))
    found = words(copied, gates(must_pass=["year", "rice"]))
    assert found == {"year": "PASSED: right", "rice": "FAILED: not the right answer"}
    with pytest.raises(GateError, match="'yaer' must pass, but was not asked"):
        check(copied, gates(must_pass=["yaer"]))


def test_a_run_may_be_a_little_worse_than_its_baseline(tmp_path: Path, perfect: Run) -> None:
    copied = run_of(tmp_path / "copied", CopyFirst(ORACLE))

    def against(margin: float) -> Verdict:
        baseline = {"run": str(perfect.folder), "margins": {"token_f1": margin}}
        return verdict(check(copied, gates(baseline=baseline)))

    assert against(1.0) is Verdict.PASSED
    assert against(0.0) is not Verdict.PASSED


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("floors = 3", "floors"),
        ("[floors]\naccuracy = 0.5", "no metric named 'accuracy'; there are correct"),
        ("[floors]\ncorrect = 50", "less than or equal to 1"),
        ('zero = ["bugs"]', "zero"),
        ("[[", "not TOML"),
        ("[limits]\ncorrect = 0.5", "limits"),
    ],
)
def test_a_faulty_configuration_is_told_by_file_and_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "gates.toml"
    path.write_text(text)
    with pytest.raises(GateError, match=message) as caught:
        read_gates(path)
    assert str(path) in str(caught.value)


def test_a_missing_configuration_is_told() -> None:
    with pytest.raises(GateError, match="name a TOML file with --config"):
        read_gates(Path("nowhere.toml"))


SHIPPED = Path(__file__).parent.parent / "eval" / "gates.toml"


def test_the_gates_that_ship_can_be_read() -> None:
    shipped = read_gates(SHIPPED)
    assert {"invalid_citations", "canaries", "network"} <= set(shipped.zero)
    assert {"correct", "false_answer", "recall@8"} <= set(shipped.floors)


class NeverSilent:
    """Right where there is an answer, and quotes something else where there is none."""

    def __init__(self, benchmark: Benchmark) -> None:
        self._oracle = Oracle(benchmark.items, benchmark.corpus.documents)
        self._answerable = {item.question: item.answerable for item in benchmark.items}
        self._another = next(question for question, answerable in self._answerable.items() if answerable)
        self.retrieve = self._oracle.retrieve

    def ask(self, question: str) -> Answer:
        return self._oracle.ask(question if self._answerable[question] else self._another)


def test_the_gates_that_ship_pass_what_is_right_and_fail_what_is_silent_and_what_is_never_silent(
    tmp_path: Path,
) -> None:
    benchmark = seeds().sample(130, seed=0)
    oracle = Oracle(benchmark.items, benchmark.corpus.documents)
    outcomes = {}
    for name, system in (("right", oracle), ("silent", AlwaysAbstain(oracle)), ("loud", NeverSilent(benchmark))):
        finished = run(benchmark, system, Settings(), Options(out=tmp_path / name), lambda _: None)
        checks = check(finished, read_gates(SHIPPED))
        outcomes[name] = {found.name for found in checks if found.verdict is not Verdict.PASSED}
        assert verdict(checks) is (Verdict.PASSED if name == "right" else Verdict.FAILED)
    assert outcomes == {"right": set(), "silent": {"correct"}, "loud": {"false_answer"}}
