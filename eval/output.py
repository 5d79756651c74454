"""What a finished run leaves in its folder for people and machines."""

from __future__ import annotations

from pathlib import Path

from eval.benchmark import Benchmark
from eval.folder import Run
from eval.junit import write_junit
from eval.report import write_report
from eval.table import markdown


def write_all(run: Run, benchmark: Benchmark, baseline: Run | None = None) -> Path:
    """Write `report.html`, `summary.md` and `junit.xml`; the path of the report."""
    write_junit(run, run.folder / "junit.xml")
    (run.folder / "summary.md").write_text(markdown(run), encoding="utf-8", errors="replace")
    report = run.folder / "report.html"
    write_report(run, benchmark.items, benchmark.corpus.documents, report, baseline)
    return report
