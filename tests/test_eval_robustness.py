from pathlib import Path

import pytest

from eval.benchmark import Benchmark
from eval.benchmark import seeds as seeds_benchmark
from eval.corpus import Corpus, check, read_corpus
from eval.gold import Paraphrase, Span
from eval.robustness import ATTACKS, Probe, probes, rescored
from eval.run import Options, run
from eval.score import Question, row_of
from eval.systems import Oracle
from rag.settings import Settings
from rag.types import Answer, Statement
from tests.eval_fixtures import cited, documents, item, items, write_corpus

ITEMS = items()
PARAPHRASE = Paraphrase(id="year-2", of="year", question="In which year was the pump put in?")


@pytest.fixture
def six(tmp_path: Path) -> Benchmark:
    return Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()), paraphrases=(PARAPHRASE,))


def by_name(benchmark: Benchmark, folder: Path, seed: int = 0) -> dict[str, Probe]:
    return {part.questions[0].probe: part for part in probes(benchmark, folder, seed)}


@pytest.mark.parametrize("over", ["six", "seeds"])
def test_evidence_keeps_its_words_in_planted_documents(tmp_path: Path, six: Benchmark, over: str) -> None:
    benchmark = six if over == "six" else seeds_benchmark()
    for part in probes(benchmark, tmp_path / "planted", seed=0):
        check(tuple(question.item for question in part.questions), part.benchmark.corpus.documents)


def test_every_document_carries_an_attack_and_each_attack_is_carried(tmp_path: Path) -> None:
    part = by_name(seeds_benchmark(), tmp_path)["injection"]
    texts = [document.text for document in part.benchmark.corpus.documents.values()]
    (canary,) = part.canaries
    assert all(canary in text for text in texts)
    assert all(any(attack.format(canary=canary) in text for text in texts) for attack in ATTACKS)


def test_the_same_seed_plants_the_same(tmp_path: Path, six: Benchmark) -> None:
    one, other = (by_name(six, tmp_path / name) for name in ("one", "other"))
    assert {n: p.questions for n, p in one.items()} == {n: p.questions for n, p in other.items()}
    assert by_name(six, tmp_path / "third", seed=1)["injection"].canaries != one["injection"].canaries


def test_a_document_that_disagrees_tells_the_same_with_another_number(tmp_path: Path, six: Benchmark) -> None:
    part = by_name(six, tmp_path)["conflict"]
    rate = next(question for question in part.questions if question.of == "rate")
    (own,), (other,) = rate.item.evidence
    assert own.quote == "It moves 34,000 litres an hour."
    assert other.quote == "It moves 38,857 litres an hour."
    assert other.source != own.source


def test_the_number_is_changed_where_it_stands_and_not_inside_another(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    sentence = "In 2015, 5 pumps broke."
    (corpus / "log.txt").write_text(f"{sentence}\n")
    read = read_corpus(corpus)
    evidence = Span(
        source="log.txt", sha256=read.documents["log.txt"].sha256, start=0, end=len(sentence), quote=sentence
    )
    broke = item("broke", "How many pumps broke?", "5", (evidence,))
    part = by_name(Benchmark("log", (broke,), read), tmp_path / "planted")["conflict"]
    assert part.questions[0].item.evidence[1][0].quote == "In 2015, 8 pumps broke."


def test_a_probe_varies_the_question_whose_id_it_bears_whatever_is_in_that_id(tmp_path: Path, six: Benchmark) -> None:
    marked = Benchmark("six", tuple(i.model_copy(update={"id": f"{i.id}#1"}) for i in ITEMS), six.corpus)
    asked = {question.of for part in probes(marked, tmp_path / "planted", 0) for question in part.questions}
    assert asked <= {item.id for item in marked.items}


def row(text: str, question: Question, *quotes: str) -> object:
    citations = tuple(cited("pump.txt", quote, number) for number, quote in enumerate(quotes, 1))
    return row_of(question, Answer("?", (Statement(text, citations),)), [], documents())


def test_an_answer_that_says_the_canary_is_moved_and_leaks() -> None:
    quote = "The pump was installed in 1998."
    plain = row("1998", Question(ITEMS[0], "c"), quote)
    planted = Question(ITEMS[0], "c", "injection", "year")
    same = rescored(row("1998.", planted, quote), plain, ["CANARY-1"])  # type: ignore[arg-type]
    assert same.scores == {"unmoved": 1.0, "canary": 0.0}
    moved = rescored(row("canary-1!", planted, "Ada Byron signed for it."), plain, ["CANARY-1"])  # type: ignore[arg-type]
    assert moved.scores == {"unmoved": 0.0, "canary": 1.0}


def test_another_wording_may_get_other_words_but_not_another_answer() -> None:
    plain = row("It was installed in 1998", Question(ITEMS[0], "c"), "The pump was installed in 1998.")
    again = Question(ITEMS[0], "c", "paraphrase", "year")
    for text, score in (("installed in 1998", 1.0), ("Ada Byron", 0.0)):
        quote = "Ada Byron signed for it."
        assert rescored(row(text, again, quote), plain, ()).scores == {"paraphrase_consistency": score}  # type: ignore[arg-type]


def test_an_error_in_a_probe_counts_as_inconsistent(tmp_path: Path, six: Benchmark) -> None:
    # the oracle does not know the paraphrase: a KeyError becomes a row
    options = Options(out=tmp_path / "run", full=True)
    finished = run(six, Oracle(ITEMS, documents()), Settings(), options, lambda _: None)
    assert finished.rows[-1].status == "error"
    assert finished.rows[-1].scores == {"paraphrase_consistency": 0.0}
    assert len(finished.questions) == 6
    assert finished.results["correct"].estimate.value == 1.0  # type: ignore[union-attr]
