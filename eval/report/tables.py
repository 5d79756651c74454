"""The report's tables: other systems beside this run, and every number with its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from eval.folder import Run
from eval.metrics.catalogue import BY_NAME, GROUPS
from eval.results import Measure
from eval.statistics import Estimate
from eval.table import BASELINE_COLUMNS, interval, number, remark


def systems(run: Run) -> str:
    """This run beside the systems that need no thought, on the same passages."""
    ours = {name: run.results[name].estimate for name in BASELINE_COLUMNS}
    rows: list[tuple[str, Mapping[str, Estimate | None]]] = [("this run", ours), *run.results.baselines.items()]
    head = "".join(f"<th>{escape(_label(name))}</th>" for name in BASELINE_COLUMNS)
    body = "".join(
        f"<tr><th>{escape(system)}</th>{''.join(_cell(found.get(name)) for name in BASELINE_COLUMNS)}</tr>"
        for system, found in rows
    )
    return _scrolling(f"<thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody>")


def numbers(run: Run) -> str:
    """Every metric with its interval and meaning, then the slices."""
    parts = []
    for group in GROUPS:
        parts.append(f"<tr class='group'><th colspan='4'>{escape(group)}</th></tr>")
        parts += [_number(measure) for measure in run.results.measures if measure.group == group]
    return _scrolling(f"<tbody>{''.join(parts)}{_slices(run)}</tbody>")


def _cell(found: Estimate | None) -> str:
    if found is None:
        return "<td>–</td>"
    return f"<td>{number(found.value)}<br><span class='faint'>{number(found.low)} to {number(found.high)}</span></td>"


def _number(measure: Measure) -> str:
    arrow = " ↓" if measure.lower_is_better else ""
    value = interval(measure.estimate) if measure.estimate else "–"
    counted = str(measure.estimate.n) if measure.estimate else ""
    why = escape(remark(measure))
    return (
        f"<tr><th>{escape(measure.label)}{arrow}</th><td>{value}</td><td>{counted}</td>"
        f"<td class='faint'>{escape(measure.meaning)}{f' ({why})' if why else ''}</td></tr>"
    )


def _slices(run: Run) -> str:
    rows = ["<tr class='group'><th colspan='4'>By kind and source</th></tr>"]
    for part in run.results.slices:
        shown = "; ".join(f"{BY_NAME[name].label} {interval(found)}" for name, found in part.estimates.items())
        name = escape(part.value.replace("_", " "))
        rows.append(f"<tr><th>{name}</th><td></td><td>{part.n}</td><td class='faint'>{escape(shown)}</td></tr>")
    return "".join(rows)


def _label(name: str) -> str:
    metric = BY_NAME[name]
    return f"citation {metric.label}" if metric.group == "Citations" else metric.label


def _scrolling(table: str) -> str:
    return f"<div class='scroll'><table class='numbers'>{table}</table></div>"
