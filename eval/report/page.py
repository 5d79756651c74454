"""The page: a verdict in words, cards, plots, slices, every number, every question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from eval.compare import Comparison, compare
from eval.folder import Run
from eval.gold import Item
from eval.metrics.catalogue import BY_NAME
from eval.paired import Change
from eval.report import plots
from eval.report.data import payload, verdict
from eval.report.tables import numbers, systems
from eval.results import Measure
from eval.rows import Row
from eval.table import notes, number
from rag.types import Document

HERE = Path(__file__).parent
CARDS = ("correct", "false_answer", "citation_precision", "citation_recall", "recall@8", "token_f1", "utility",
         "citation_validity")  # fmt: skip
OUTCOMES = {
    "right": "answered right",
    "wrong": "answered wrong",
    "refused": "refused, though the documents say",
    "abstained": "rightly refused",
    "false": "answered, though the documents do not say",
    "undetermined": "neither",
    "error": "error",
}


def write_report(
    run: Run, items: Sequence[Item], corpus: Mapping[str, Document], path: Path, baseline: Run | None = None
) -> None:
    """Write the run as one HTML file; with a baseline, what changed since is shown throughout."""
    comparison = compare(baseline, run) if baseline else None
    data = payload(run.rows, items, corpus, baseline.rows if baseline else ())
    page = _template().format(
        title=escape(f"{run.meta.name}: evaluation"),
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
        data=data,
        head=_head(run),
        cards="".join(_card(run.results[name], comparison) for name in CARDS),
        comparison=_comparison(comparison) if comparison else "",
        outcomes=_outcomes(run.questions),
        plots=plots.recall_by_depth(run.results)
        + plots.risk_coverage(run.results.curve, baseline.results.curve if baseline else ()),
        systems=systems(run),
        numbers=numbers(run),
        notes="".join(f"<li>{escape(line)}</li>" for line in notes(run)),
    )
    path.write_text(page, encoding="utf-8", errors="replace")


def _template() -> str:
    return """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark"><title>{title}</title><style>{style}</style></head>
<body><main>
{head}
<section class="cards" aria-label="Headline numbers">{cards}</section>
{comparison}
<section><h2>What became of the questions</h2>{outcomes}</section>
<section class="plots">{plots}</section>
<section><h2>Beside systems that need no thought</h2>{systems}</section>
<section id="questions"><h2>Every question</h2>
<div class="controls"><input id="search" type="search" placeholder="Search questions and answers" aria-label="Search">
<select id="kind" aria-label="Kind"><option value="">every kind</option></select>
<div id="verdicts" class="chips"></div><span id="count" class="faint"></span></div>
<div class="scroll"><table id="table"><thead></thead><tbody></tbody></table></div></section>
<section><details><summary><h2>Every number</h2></summary>{numbers}</details>
<ul class="notes">{notes}</ul></section>
</main><script type="application/json" id="data">{data}</script><script>{script}</script></body></html>
"""


def _head(run: Run) -> str:
    answerers = ", ".join(sorted({row.answerer for row in run.questions if row.answerer}))
    when = run.meta.measured.finished[:16].replace("T", " ")
    facts = [answerers, f"{when} UTC" if when else "", f"commit {run.meta.commit}" if run.meta.commit else ""]
    shown = " · ".join(escape(fact) for fact in facts if fact)
    return f"<header><p class='faint'>{escape(run.meta.name)} · {shown}</p><h1>{_verdict(run)}</h1></header>"


def _verdict(run: Run) -> str:
    """The run in two or three sentences."""
    came_to = Counter(verdict(row) for row in run.questions)
    answerable = sum(row.answerable for row in run.questions)
    unanswerable = len(run.questions) - answerable
    sentences = []
    if answerable:
        sentences.append(f"Of {answerable} questions with an answer, <b>{came_to['right']}</b> were answered right.")
    if unanswerable:
        sentences.append(f"Of {unanswerable} without one, <b>{came_to['false']}</b> were answered all the same.")
    broken = sum(row.cites_what_is_not_there for row in run.rows)
    if run.results.citations:
        sentences.append(
            f"{broken} answers cite what is not there." if broken else "Every citation stands where it says."
        )
    if run.results.errors:
        sentences.append(f"{run.results.errors} ended in an error.")
    return " ".join(sentences)


def _card(measure: Measure, comparison: Comparison | None) -> str:
    arrow = " <span class='faint'>lower is better</span>" if measure.lower_is_better else ""
    label = f"<h3>{escape(_full(measure))}{arrow}</h3>"
    if measure.estimate is None:
        why = f"<p class='faint'>{escape(measure.undefined)}</p>"
        return f"<article class='card'>{label}<p class='big'>–</p>{why}</article>"
    found = measure.estimate
    change = _change_of(measure.name, comparison)
    moved = f"<p class='{_tone(change)}'>{escape(change.words)}</p>" if change else ""
    before = change.before if change else None
    return (
        f"<article class='card' title='{escape(measure.meaning)}'>{label}<p class='big'>{number(found.value)}</p>"
        f"{plots.whisker(found, before, least=-1.0 if BY_NAME[measure.name].signed else 0.0)}"
        f"<p class='faint'>{number(found.low)} to {number(found.high)}, n = {found.n}</p>{moved}</article>"
    )


def _comparison(comparison: Comparison) -> str:
    changed = [c for c in comparison.changes if c.verdict in ("better", "worse")]
    gained = sum(flip.gained for flip in comparison.flips)
    words = "".join(
        f"<li class='{_tone(change)}'>{escape(change.metric.label)}: {escape(change.words)}</li>" for change in changed
    ) or "<li>No headline number is distinguishable from before.</li>"  # fmt: skip
    differing = "".join(f"<li class='faint'>{escape(note)}</li>" for note in comparison.notes)
    lost = len(comparison.flips) - gained
    return (
        f"<section><h2>Since {escape(comparison.before.folder.name)}</h2>"
        f"<p>{gained} questions are right now that were not; {lost} no longer are.</p>"
        f"<ul class='notes'>{words}{differing}</ul></section>"
    )


def _outcomes(rows: Sequence[Row]) -> str:
    kinds = sorted({(not row.answerable, row.kind) for row in rows})
    bars = [_bar("all", rows)]
    for unanswerable, kind in kinds:
        bars.append(_bar(kind, [row for row in rows if row.kind == kind and row.answerable != unanswerable]))
    present = {verdict(row) for row in rows}
    legend = "".join(
        f"<span><i class='{name}'></i>{escape(words)}</span>" for name, words in OUTCOMES.items() if name in present
    )
    return f"<div class='legend'>{legend}</div><div class='bars'>{''.join(bars)}</div>"


def _bar(label: str, rows: Sequence[Row]) -> str:
    counts = Counter(verdict(row) for row in rows)
    parts = "".join(
        f"<i class='{name}' style='flex:{counts[name]}' title='{counts[name]} {escape(words)}'>{counts[name]}</i>"
        for name, words in OUTCOMES.items()
        if counts[name]
    )
    name = escape(label.replace("_", " "))
    return f"<div class='bar'><span>{name}</span><div>{parts}</div><span class='faint'>{len(rows)}</span></div>"


def _full(measure: Measure) -> str:
    return f"Citation {measure.label}" if measure.group == "Citations" else measure.label[0].upper() + measure.label[1:]


def _change_of(name: str, comparison: Comparison | None) -> Change | None:
    return next((c for c in comparison.changes if c.metric.name == name), None) if comparison else None


def _tone(change: Change) -> str:
    return change.verdict if change.verdict in ("better", "worse") else "faint"
