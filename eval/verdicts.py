"""Comparisons, gates and sweeps in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.compare import Comparison
from eval.gate import Check, Verdict, verdict
from eval.sweep import Trial
from eval.table import number

CAUTION = "on the tune split alone; the best of many looks better than it is"


def show_comparison(comparison: Comparison, console: Console) -> None:
    """Each metric's difference in plain words, then every question that flipped."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name, justify in (("metric", "left"), ("before", "right"), ("after", "right"), ("n", "right")):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column("difference, 95% interval")
    table.add_column("p", justify="right", no_wrap=True)
    for change in comparison.changes:
        label = f"{change.metric.label} ↓" if change.metric.lower_is_better else change.metric.label
        style = {"better": "green", "worse": "red"}.get(change.verdict, "")
        counted = str(change.difference.n)
        words = Text(change.words, style=style)
        table.add_row(label, number(change.before), number(change.after), counted, words, f"{change.adjusted_p:.3f}")
    console.print(table)
    console.print(Text("p is corrected for the number of metrics (Holm)", style="dim"))
    for note in comparison.notes:
        console.print(Text(note))
    for title, gained in (("Now right", True), ("No longer right", False)):
        flips = [flip for flip in comparison.flips if flip.gained == gained]
        console.print(Text(f"\n{title}: {len(flips)}", style="bold"))
        for flip in flips:
            console.print(Text(f"  {flip.words}"))


def show_trials(trials: Sequence[Trial], metric: str, console: Console) -> None:
    """The combinations of a sweep, best first, each beside the grid's first."""
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in _columns(metric):
        table.add_column(name)
    for trial in trials:
        table.add_row(*_cells(trial))
    console.print(table)
    console.print(Text(CAUTION, style="dim"))


def trials_page(trials: Sequence[Trial], metric: str) -> str:
    """The same as a Markdown table."""
    rows = [_columns(metric), ("---",) * len(_columns(metric)), *map(_cells, trials)]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", f"{CAUTION.capitalize()}.", ""])


def _columns(metric: str) -> tuple[str, ...]:
    return "settings", metric, "95% interval", "n", "against the first"


def _cells(trial: Trial) -> tuple[str, ...]:
    found = trial.estimate
    shown = (number(found.value), f"[{number(found.low)}, {number(found.high)}]", str(found.n)) if found else ("–",) * 3
    return " ".join(trial.assignments), *shown, trial.against_first.words if trial.against_first else ""


def show_checks(checks: Sequence[Check], console: Console) -> None:
    """What became of each condition of a gate, and of the gate."""
    for check in checks:
        style = {Verdict.PASSED: "green", Verdict.FAILED: "red"}.get(check.verdict, "yellow")
        console.print(Text(f"{check.verdict.name.lower():<13}", style=style), Text(f"{check.name}: {check.words}"))
    console.print(Text(f"gate {verdict(tuple(checks)).name.lower()}", style="bold"))
