"""The harness against systems whose scores are known beforehand."""

import pytest

from eval.benchmark import Benchmark
from eval.benchmark import seeds as seeds_benchmark
from eval.corpus import Corpus, paragraph
from eval.metrics.catalogue import METRICS
from eval.results import Results, results
from eval.run import ask
from eval.score import Question
from eval.systems import AlwaysAbstain, CopyFirst, Oracle, ShuffledCitations, System
from rag.errors import ProviderError
from rag.types import Answer
from tests.eval_fixtures import documents, items, write_corpus

ITEMS = items()
CORPUS = documents()
ORACLE = Oracle(ITEMS, CORPUS)


@pytest.fixture
def benchmark_of_six(tmp_path):
    return Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), CORPUS))


def measured(system: System, benchmark: Benchmark) -> Results:
    questions = [Question(item, paragraph(item, benchmark.corpus.documents)) for item in benchmark.items]
    return results([ask(system, question, benchmark) for question in questions])


def value(found: Results, name: str) -> float:
    estimate = found[name].estimate
    assert estimate is not None, name
    return estimate.value


def is_perfect(found: Results) -> None:
    for metric in METRICS:
        estimate = found[metric.name].estimate
        if estimate is not None:
            assert estimate.value == (0.0 if metric.lower_is_better else 1.0), metric.name
            assert estimate.low <= estimate.value <= estimate.high
    # gold may ask for a dateline, which the assistant sets apart from the text
    assert {name for name, count in found.faults.items() if count} <= {"boilerplate"}
    assert value(found, "f1_answered") == value(found, "f1_abstained") == 1.0
    assert value(found, "aurc") == value(found, "ece") == 0.0


def test_an_oracle_scores_one_everywhere(benchmark_of_six) -> None:
    is_perfect(measured(ORACLE, benchmark_of_six))


def test_an_oracle_scores_one_everywhere_on_the_repositorys_questions() -> None:
    seeds = seeds_benchmark()
    is_perfect(measured(Oracle(seeds.items, seeds.corpus.documents), seeds))


def test_always_abstaining_is_right_on_the_third_that_has_no_answer(benchmark_of_six) -> None:
    found = measured(AlwaysAbstain(ORACLE), benchmark_of_six)
    assert value(found, "answered") == value(found, "correct") == value(found, "citation_recall") == 0.0
    assert value(found, "over_refusal") == value(found, "rightly_abstained") == 1.0
    assert value(found, "utility") == pytest.approx(2 / 6)
    # it finds both unanswerable questions among six refusals
    assert value(found, "f1_abstained") == pytest.approx(2 * 2 / (6 + 2))
    assert found["citation_precision"].estimate is None
    assert found["citation_precision"].undefined


def test_copying_the_first_passage_answers_what_one_passage_answers(benchmark_of_six) -> None:
    found = measured(CopyFirst(ORACLE), benchmark_of_six)
    # year, rate and tender are in their first passage; rice needs two; colour and price find nothing
    assert value(found, "correct") == pytest.approx(3 / 4)
    assert value(found, "citation_recall") == pytest.approx(3.5 / 4)
    assert value(found, "citation_precision") == value(found, "citation_validity") == 1.0


def test_shuffled_citations_stay_valid_and_support_nothing(benchmark_of_six) -> None:
    found = measured(ShuffledCitations(ORACLE, ITEMS, CORPUS), benchmark_of_six)
    assert value(found, "citation_validity") == value(found, "correct") == 1.0
    assert value(found, "citation_precision") == value(found, "citation_recall") == value(found, "tightness") == 0.0


class Broken:
    """Fails on one question, as a provider that times out does."""

    retrieve = ORACLE.retrieve

    def ask(self, question: str) -> Answer:
        if question == ITEMS[0].question:
            raise ProviderError("the server did not answer within 60 s; try again")
        return ORACLE.ask(question)


def test_an_error_is_a_row_that_scores_zero_and_lowers_the_coverage(benchmark_of_six) -> None:
    found = measured(Broken(), benchmark_of_six)
    assert found.errors == 1
    assert found.coverage.value == pytest.approx(5 / 6)
    for name in ("correct", "token_f1", "citation_recall", "citation_precision", "recall@8", "answered"):
        assert value(found, name) == pytest.approx(3 / 4), name
        assert found[name].estimate.n == 4
    assert value(found, "undetermined") == pytest.approx(1 / 6)


def test_the_baselines_are_measured_beside_every_system(benchmark_of_six) -> None:
    found = measured(ORACLE, benchmark_of_six).baselines
    assert found["always-abstain"]["utility"].value == pytest.approx(2 / 6)
    assert found["copy-first"]["correct"].value == pytest.approx(3 / 4)
    assert "always-answer" in found


def test_a_number_that_is_undefined_says_why(benchmark_of_six) -> None:
    found = measured(ORACLE, benchmark_of_six)
    undefined = [measure for measure in found.measures if measure.estimate is None]
    assert {measure.name for measure in undefined} >= {"auroc", "canary"}
    assert all(measure.undefined for measure in undefined)


def test_results_of_no_rows_are_an_error() -> None:
    with pytest.raises(ValueError, match="no results"):
        results([])
