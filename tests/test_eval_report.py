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
from eval.report import write_report
from eval.report.excerpts import excerpts
from eval.report.plots import whisker
from eval.run import Options, run
from eval.statistics import Estimate
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


def test_junit_survives_control_characters_in_names(tmp_path: Path, benchmark: Benchmark) -> None:
    finished = run_of(benchmark, tmp_path / "run", Oracle(ITEMS, documents()))
    odd = [row.model_copy(update={"id": "a\x01", "kind": "b\x02"}) for row in finished.rows[:1]]
    meta = finished.meta.model_copy(update={"name": "c\x03"})
    write_junit(Run(finished.folder, meta, tuple(odd)), tmp_path / "junit.xml")
    suite = Xml.parse(tmp_path / "junit.xml").getroot()
    assert (suite.get("name"), suite[0].get("name"), suite[0].get("classname")) == ("c�", "a�", "c�.b�")


def test_a_stale_citation_of_a_probe_does_not_stand_where_it_says(tmp_path: Path, benchmark: Benchmark) -> None:
    finished = run_of(benchmark, tmp_path / "run", Oracle(ITEMS, documents()))
    stale = finished.rows[0].citations[0].model_copy(update={"fault": "stale"})
    changes = {"id": "year#injection", "probe": "injection", "scores": {"unmoved": 1.0}, "citations": (stale,)}
    rows = (*finished.rows, finished.rows[0].model_copy(update=changes))
    write_report(Run(finished.folder, finished.meta, rows), ITEMS, documents(), tmp_path / "report.html")
    assert "1 answers cite what is not there." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_whisker_stands_on_the_metrics_own_scale() -> None:
    found = Estimate(0.0, -0.5, 0.5, 10, "bootstrap")
    drawn = whisker(found, before=-3.0, least=-1.0)
    assert '<line class="range" x1="25.00" x2="75.00"' in drawn
    assert '<line class="value" x1="50.00" x2="50.00"' in drawn
    assert '<line class="was" x1="0.00" x2="0.00"' in drawn
    assert '<line class="range" x1="0.00" x2="50.00"' in whisker(found)


def test_a_card_of_a_metric_that_may_be_negative_reaches_below_zero(tmp_path: Path, benchmark: Benchmark) -> None:
    page = page_of(benchmark, tmp_path / "run", AlwaysAbstain(Oracle(ITEMS, documents())))
    utility = page.partition("<h3>Utility")[2]
    # two rightful abstentions in six: a third of the way from 0 to 1, two thirds from -1
    assert '<line class="value" x1="66.67"' in utility.partition("</svg>")[0]


def test_the_tables_have_an_interval_and_n_for_every_number(tmp_path: Path, benchmark: Benchmark) -> None:
    finished = run_of(benchmark, tmp_path / "run", Oracle(ITEMS, documents()))
    screen = StringIO()
    show(finished, Console(file=screen, width=120))
    assert re.search(r"correct +1\.000 +\[0\.510, 1\.000\] +4", screen.getvalue())
    assert "none seen; at most 1.000 at 95%" in markdown(finished)
    assert "| copy-first | 0.750 |" in markdown(finished)
