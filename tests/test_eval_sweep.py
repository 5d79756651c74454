"""A sweep: every combination on the tune split, with libraries that fit, taken up where it was broken off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.benchmark import Benchmark
from eval.cli import app
from eval.corpus import Corpus
from eval.gold import Item, split
from eval.rows import RunError
from eval.run import Options
from eval.screen import settings_from
from eval.sweep import Trial, sweep
from eval.verdicts import trials_page
from rag.settings import Settings
from rag.types import Document
from tests.eval_fixtures import documents, items, write_corpus

GRID = ("fusion=both,lexical", "chunk_tokens=200,20")


def tuned(item: Item) -> Item:
    """The same question under an id that falls into the tune split."""
    names = (f"{item.id}-{n}" for n in range(100))
    return next(renamed for name in names if split(renamed := item.model_copy(update={"id": name})) == "tune")


ITEMS = (*(tuned(item) for item in items()), items()[0])
"""Six to tune on and one that is for testing."""


LONG = " ".join(f"Pump number {n} was looked at on the {n}th day and found in order." for n in range(4, 12))


@pytest.fixture
def benchmark(tmp_path: Path) -> Benchmark:
    corpus = write_corpus(tmp_path / "corpus")
    (corpus / "long.txt").write_text(LONG, encoding="utf-8")
    long = Document("long.txt", LONG, hashlib.sha256(LONG.encode()).hexdigest(), "text/plain")
    return Benchmark("six", ITEMS, Corpus(corpus, {**documents(), "long.txt": long}))


def swept(benchmark: Benchmark, out: Path, asked: Callable[[str], None] = lambda _: None) -> tuple[Trial, ...]:
    def settings_of(assignments: object) -> Settings:
        return settings_from(["answerer=sentences", *assignments])  # type: ignore[misc]

    return sweep(benchmark, GRID, "recall@1", settings_of, Options(out=out), lambda at: asked(at.current))


def test_a_whole_sweep_asks_the_tune_split_alone_and_ranks_what_it_found(benchmark: Benchmark, tmp_path: Path) -> None:
    asked: list[str] = []
    trials = swept(benchmark, tmp_path / "sweep", asked.append)

    assert {trial.assignments for trial in trials} == {
        (f"fusion={fusion}", f"chunk_tokens={size}") for fusion in ("both", "lexical") for size in (200, 20)
    }
    values = [trial.estimate.value for trial in trials if trial.estimate]
    assert len(values) == 4
    assert values == sorted(values, reverse=True)
    assert all(trial.estimate and trial.estimate.low <= trial.estimate.value <= trial.estimate.high for trial in trials)
    assert {row.id for trial in trials for row in trial.run.rows} == {
        item.id for item in ITEMS if split(item) == "tune"
    }
    settings = {trial.assignments: trial.run.meta.settings for trial in trials}
    assert all(f"fusion={told['fusion']}" in said for said, told in settings.items())
    assert sum(trial.against_first is None for trial in trials) == 1

    sizes = {trial.assignments: {p.id for row in trial.run.rows for p in row.retrieved} for trial in trials}
    assert len(sizes["fusion=both", "chunk_tokens=20"]) > len(sizes["fusion=both", "chunk_tokens=200"])
    assert sizes["fusion=lexical", "chunk_tokens=200"] <= sizes["fusion=both", "chunk_tokens=200"]

    page = trials_page(trials, "recall@1").splitlines()
    assert page[0] == "| settings | recall@1 | 95% interval | n | against the first |"
    assert len([line for line in page if line.startswith("| fusion=")]) == 4

    torn = tmp_path / "sweep" / "fusion=lexical,chunk_tokens=20" / "run.jsonl"
    whole = torn.read_text(encoding="utf-8").splitlines(keepends=True)
    torn.write_text("".join(whole[:-2]), encoding="utf-8")
    again: list[str] = []
    taken_up = swept(benchmark, tmp_path / "sweep", again.append)
    left = [question for question in again if question]
    assert left == [json.loads(line)["question"] for line in whole[-2:]]
    assert [trial.assignments for trial in taken_up] == [trial.assignments for trial in trials]
    assert [trial.estimate for trial in taken_up] == [trial.estimate for trial in trials]


def test_an_unknown_metric_is_told_before_anything_is_run(benchmark: Benchmark, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no metric named 'speed'; there are correct"):
        sweep(benchmark, GRID, "speed", settings_from, Options(out=tmp_path / "none"), lambda _: None)
    assert not (tmp_path / "none").exists()


def test_the_command_ranks_and_leaves_its_table_beside_the_runs(tmp_path: Path) -> None:
    corpus, gold, out = write_corpus(tmp_path / "corpus"), tmp_path / "gold.jsonl", tmp_path / "sweep"
    gold.write_text("".join(item.model_dump_json() + "\n" for item in ITEMS), encoding="utf-8")
    arguments = ["sweep", "--grid", "k=1,3", "--metric", "utility", "--set", "answerer=sentences"]
    result = CliRunner().invoke(app, [*arguments, "--gold", str(gold), "--corpus", str(corpus), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "against the first" in result.output
    assert "| k=1 |" in (out / "sweep.md").read_text(encoding="utf-8")
    for k in (1, 3):
        meta = json.loads((out / f"k={k}" / "meta.json").read_text(encoding="utf-8"))
        assert (meta["settings"]["k"], meta["settings"]["answerer"]) == (k, "sentences")
