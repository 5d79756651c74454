"""What a finished run leaves in its folder for people and machines."""

from __future__ import annotations

from pathlib import Path

from eval.folder import Run
from eval.junit import write_junit
from eval.table import markdown


def write_all(run: Run) -> Path:
    """Write `summary.md` and `junit.xml`; the path of the summary."""
    write_junit(run, run.folder / "junit.xml")
    summary = run.folder / "summary.md"
    summary.write_text(markdown(run), encoding="utf-8")
    return summary
