import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.benchmark import Benchmark
from eval.cli import app, main
from eval.corpus import Corpus
from eval.gold import GoldError
from eval.output import write_all
from eval.rows import RunError
from eval.run import Options, run
from eval.screen import language_model, settings_from
from eval.sweep import combinations
from eval.systems import CopyFirst, Oracle
from rag.errors import ConfigurationError
from rag.settings import Settings
from tests.eval_fixtures import documents, items, write_corpus

ITEMS = items()


@pytest.fixture
def runs(tmp_path: Path) -> tuple[str, str]:
    benchmark = Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()))
    folders = []
    for name, system in (("oracle", Oracle(ITEMS, documents())), ("copy", CopyFirst(Oracle(ITEMS, documents())))):
        finished = run(benchmark, system, Settings(), Options(out=tmp_path / name), lambda _: None)
        write_all(finished, benchmark)
        folders.append(str(finished.folder))
    return folders[0], folders[1]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_compare_tells_the_flips(runs: tuple[str, str]) -> None:
    result = call("compare", *runs)
    assert result.exit_code == 0
    assert "No longer right: 1" in result.output
    assert "rice: Which day has rice, and who likes it?" in result.output


@pytest.mark.parametrize(("floor", "code"), [("0.5", 0), ("0.6", 5)])
def test_the_gates_exit_code_is_its_verdict(runs: tuple[str, str], tmp_path: Path, floor: str, code: int) -> None:
    config = tmp_path / "gates.toml"
    config.write_text(f"[floors]\ncorrect = {floor}\n")
    assert call("gate", runs[0], "--config", str(config)).exit_code == code


def test_lint_says_what_is_wrong_by_line(tmp_path: Path) -> None:
    gold, corpus = tmp_path / "gold.jsonl", write_corpus(tmp_path / "corpus")
    gold.write_text("".join(item.model_dump_json() + "\n" for item in ITEMS[:1]))
    assert call("lint", "--gold", str(gold), "--corpus", str(corpus)).output.endswith("1 questions, all sound\n")
    gold.write_text("{\n")
    result = call("lint", "--gold", str(gold), "--corpus", str(corpus))
    assert result.exit_code == 1
    assert "gold.jsonl:1: not JSON" in result.output


def test_a_marked_span_is_added_and_linted(tmp_path: Path) -> None:
    gold, corpus = tmp_path / "gold.jsonl", write_corpus(tmp_path / "corpus")
    both = ("--gold", str(gold), "--corpus", str(corpus))
    marked = ("--source", "pump.txt", "--quote", "installed in 1998", "--answer", "1998")
    assert call("add", "When was it installed?", *both, *marked).exit_code == 0
    assert call("add", "What colour?", *both, "--wrong", "red", "--note", "only its year is told").exit_code == 0
    assert call("lint", *both).exit_code == 0
    assert isinstance(call("add", "Who?", *both, "--source", "none.txt", "--quote", "x").exception, GoldError)


def test_drafts_go_to_a_review_file_and_from_it_to_gold(tmp_path: Path) -> None:
    review, gold, corpus = tmp_path / "review.jsonl", tmp_path / "gold.jsonl", write_corpus(tmp_path / "corpus")
    assert call("draft", str(review), "--corpus", str(corpus)).exit_code == 0
    lines = [{**json.loads(line), "accept": True} for line in review.read_text().splitlines()]
    review.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert f"{len(lines)} accepted" in call("draft", str(review), "--gold", str(gold)).output


def test_a_grid_is_every_combination_first_values_first() -> None:
    assert combinations(["k=4,8", "candidates=20"]) == (("k=4", "candidates=20"), ("k=8", "candidates=20"))
    for faulty in ([], ["k"], ["k="]):
        with pytest.raises(RunError):
            combinations(faulty)
    with pytest.raises(RunError, match="at most 200"):
        combinations([f"k={','.join(map(str, range(30)))}", f"candidates={','.join(map(str, range(30)))}"])


def test_settings_come_as_assignments_and_faults_are_told() -> None:
    assert settings_from(["k=3"]).k == 3
    with pytest.raises(ConfigurationError, match="NAME=VALUE was wanted, the names are"):
        settings_from(["size=3"])
    with pytest.raises(ConfigurationError):
        settings_from(["k=none"])


def test_a_judge_without_a_model_is_told(runs: tuple[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="neither OPENAI_API_KEY nor OPENAI_BASE_URL"):
        language_model([])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--suite", "squad3"], "there is no suite named 'squad3'"),
        (["--data", "x"], "--data belongs to a suite"),
        (["--gold", "x.jsonl"], "give --corpus DIR too"),
        (["compare", "nowhere", "elsewhere"], "name a run's folder"),
    ],
)
def test_an_error_is_one_sentence_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    monkeypatch.setattr("sys.argv", ["rag eval", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 1
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
