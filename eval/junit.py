"""A run as JUnit XML, so that any build server shows which questions went wrong."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from eval.folder import Run
from eval.rows import Row, is_right

_FORBIDDEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")


def write_junit(run: Run, path: Path) -> None:
    """One test case a question; it failed where the answer is wrong, needless or missing."""
    failures = {row.id: why for row in run.rows if (why := failure(row))}
    suite = Xml.Element(
        "testsuite",
        name=_clean(run.meta.name),
        tests=str(len(run.rows)),
        failures=str(sum(row.status == "ok" for row in run.rows if row.id in failures)),
        errors=str(run.results.errors),
        time=f"{sum(row.timings.get('ask', 0.0) for row in run.rows):.3f}",
    )
    for row in run.rows:
        seconds = f"{row.timings.get('ask', 0.0):.3f}"
        classname = _clean(f"{run.meta.name}.{row.probe or row.kind}")
        case = Xml.SubElement(suite, "testcase", classname=classname, name=_clean(row.id), time=seconds)
        if row.id in failures:
            tag = "error" if row.status == "error" else "failure"
            Xml.SubElement(case, tag, message=_clean(failures[row.id])).text = _clean(f"{row.question}\n{row.text}")
    Xml.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)


def failure(row: Row) -> str:
    """What went wrong with a question, in words; empty where nothing did."""
    if row.status == "error":
        return row.error
    if row.probe:
        broken = [name for name, score in row.scores.items() if score != (0.0 if name == "canary" else 1.0)]
        return f"{row.probe}: {', '.join(broken)}" if broken else ""
    if row.outcome == "undetermined":
        return "neither an answer nor a finding that there is none"
    if not row.answerable:
        return "answered, though the documents do not say" if row.outcome == "answered" else ""
    if row.outcome == "abstained":
        return "refused, though the documents say"
    return "" if is_right(row.scores) else "not the right answer"


def _clean(text: str) -> str:
    """Without what XML cannot hold: control characters, half a surrogate pair, two non-characters."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
