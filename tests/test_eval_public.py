from dataclasses import replace
from pathlib import Path

from eval.benchmark import Benchmark
from eval.corpus import Corpus
from eval.public import page
from eval.run import Options, run
from eval.systems import Oracle
from rag.settings import Settings
from tests.eval_fixtures import documents, items, write_corpus

ITEMS = items()


def test_the_page_says_who_was_called(tmp_path: Path) -> None:
    benchmark = Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()))
    finished = run(benchmark, Oracle(ITEMS, documents()), Settings(), Options(out=tmp_path / "run"), lambda _: None)
    assert "no GPU, no network." in page([(None, finished)])
    built = finished.meta.model_copy(update={"network": ("hub.example",)})
    asked = finished.rows[0].model_copy(update={"network": ("api.example",)})
    calling = replace(finished, meta=built, rows=(asked, *finished.rows[1:]))
    assert "no GPU, calling api.example, hub.example." in page([(None, calling)])
