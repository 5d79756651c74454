from dataclasses import replace
from pathlib import Path

import eval.public
from eval.benchmark import Benchmark
from eval.corpus import Corpus
from eval.public import page, read_sets
from eval.run import Options, run
from eval.systems import Oracle
from rag.settings import Settings
from tests.eval_fixtures import documents, items, write_corpus

ITEMS = items()


def test_the_page_says_what_is_averaged(tmp_path: Path) -> None:
    benchmark = Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()))
    finished = run(benchmark, Oracle(ITEMS, documents()), Settings(), Options(out=tmp_path / "run"), lambda _: None)
    made = page([(None, finished)])
    table, meanings = made.split("## What is averaged")
    shown = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines() if line.endswith(" |")][1:]
    plain = {label.removesuffix(" ↓").split(" (")[0].split(": right")[0] for label in shown}
    assert {label for label in plain if not label.startswith("seconds")} == {
        line.removeprefix("- ").split(": ")[0] for line in meanings.splitlines() if line
    }


def test_the_sets_that_are_measured_can_be_read() -> None:
    sets = read_sets(Path(eval.public.__file__).with_name("public.toml"))
    assert {entry.suite for entry in sets} == {"nq-open", "clapnq", "squad2", "ramdocs", "bipia"}


def test_the_page_says_who_was_called(tmp_path: Path) -> None:
    benchmark = Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()))
    finished = run(benchmark, Oracle(ITEMS, documents()), Settings(), Options(out=tmp_path / "run"), lambda _: None)
    assert "no GPU, no network." in page([(None, finished)])
    built = finished.meta.model_copy(update={"network": ("hub.example",)})
    asked = finished.rows[0].model_copy(update={"network": ("api.example",)})
    calling = replace(finished, meta=built, rows=(asked, *finished.rows[1:]))
    assert "no GPU, calling api.example, hub.example." in page([(None, calling)])
