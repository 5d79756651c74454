import json
import re
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from rich.console import Console

from eval.benchmark import Benchmark
from eval.corpus import Corpus
from eval.folder import Run
from eval.junit import write_junit
from eval.output import write_all
from eval.report.excerpts import excerpts
from eval.run import Options, run
from eval.systems import AlwaysAbstain, CopyFirst, Oracle, System
from eval.table import markdown, show
from rag.settings import Settings
from rag.types import Answer, Statement
from tests.eval_fixtures import cited, documents, items, write_corpus

ITEMS = items()
HOSTILE = "</script><script>alert(1)</script>\u2028 <img src=x onerror=alert(2)> \x00 ]]>"


class Hostile(Oracle):
    """Quotes what an attacker put into a document."""

    def ask(self, question: str) -> Answer:
        return Answer(question, (Statement(HOSTILE, (cited("pump.txt", "The pump was installed in 1998."),)),))


@pytest.fixture
def benchmark(tmp_path: Path) -> Benchmark:
    return Benchmark("six", ITEMS, Corpus(write_corpus(tmp_path / "corpus"), documents()))


def run_of(benchmark: Benchmark, folder: Path, system: System) -> Run:
    return run(benchmark, system, Settings(), Options(out=folder), lambda _: None)


def page_of(benchmark: Benchmark, folder: Path, system: System, baseline: Run | None = None) -> str:
    return write_all(run_of(benchmark, folder, system), benchmark, baseline).read_text(encoding="utf-8")


def questions_in(page: str) -> list[dict[str, object]]:
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert data
    return json.loads(data[1])  # type: ignore[no-any-return]


def test_the_report_holds_every_question_and_loads_nothing(tmp_path: Path, benchmark: Benchmark) -> None:
    page = page_of(benchmark, tmp_path / "run", Oracle(ITEMS, documents()))
    assert [q["id"] for q in questions_in(page)] == [item.id for item in ITEMS]
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href)\s*=|url\(|@import|https?://", page.replace("default-src", ""))


def test_text_from_documents_is_never_markup(tmp_path: Path, benchmark: Benchmark) -> None:
    page = page_of(benchmark, tmp_path / "run", Hostile(ITEMS, documents()))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("<script") == page.count("</script>") == 2
    assert questions_in(page)[0]["text"] == HOSTILE


def test_the_verdict_is_told_in_words(tmp_path: Path, benchmark: Benchmark) -> None:
    page = page_of(benchmark, tmp_path / "run", Oracle(ITEMS, documents()))
    assert "Of 4 questions with an answer, <b>4</b> were answered right." in page
    assert "Of 2 without one, <b>0</b> were answered all the same." in page
    assert "Every citation stands where it says." in page


def test_a_baseline_shows_what_changed_since(tmp_path: Path, benchmark: Benchmark) -> None:
    oracle = Oracle(ITEMS, documents())
    before = run_of(benchmark, tmp_path / "before", CopyFirst(oracle))
    page = page_of(benchmark, tmp_path / "after", oracle, before)
    assert "Since before" in page
    assert "1 questions are right now that were not; 0 no longer are." in page
    assert {q["id"]: q["flip"] for q in questions_in(page)}["rice"] == "better"


def test_an_excerpt_marks_what_is_cited_and_what_is_gold(tmp_path: Path, benchmark: Benchmark) -> None:
    rows = run_of(benchmark, tmp_path / "run", CopyFirst(Oracle(ITEMS, documents()))).rows
    rice = next(row for row in rows if row.id == "rice")
    (shown,) = excerpts(rice, ITEMS[3], documents())
    text = documents()["menu.txt"].text
    assert "".join(piece["text"] for piece in shown["pieces"]) == text
    assert [(p["text"].strip(), bool(p["cited"]), p["gold"]) for p in shown["pieces"] if p["text"].strip()] == [
        ("On Monday there is soup.", False, False),
        ("On Tuesday there is rice with beans.", True, True),
        ("Nobody likes the rice.", False, True),
    ]


def test_a_report_of_a_run_without_an_answer_has_no_holes(tmp_path: Path, benchmark: Benchmark) -> None:
    page = page_of(benchmark, tmp_path / "run", AlwaysAbstain(Oracle(ITEMS, documents())))
    assert not re.search(r"\bnan\b", page, re.IGNORECASE)


def test_junit_tells_each_failure_and_survives_control_characters(tmp_path: Path, benchmark: Benchmark) -> None:
    path = tmp_path / "junit.xml"
    write_junit(run_of(benchmark, tmp_path / "run", Hostile(ITEMS, documents())), path)
    suite = Xml.parse(path).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "6", "0")
    messages = {case.get("name"): case.find("failure").get("message") for case in suite}  # type: ignore[union-attr]
    assert messages["colour"] == "answered, though the documents do not say"


def test_the_tables_have_an_interval_and_n_for_every_number(tmp_path: Path, benchmark: Benchmark) -> None:
    finished = run_of(benchmark, tmp_path / "run", Oracle(ITEMS, documents()))
    screen = StringIO()
    show(finished, Console(file=screen, width=120))
    assert re.search(r"correct +1\.000 +\[0\.510, 1\.000\] +4", screen.getvalue())
    assert "none seen; at most 1.000 at 95%" in markdown(finished)
    assert "| copy-first | 0.750 |" in markdown(finished)
