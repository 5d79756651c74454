"""A run in a terminal, and the same as Markdown for `summary.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.folder import Run
from eval.metrics.catalogue import BY_NAME, GROUPS
from eval.results import Measure, Results
from eval.statistics import Estimate, rule_of_three

BASELINE_COLUMNS = ("correct", "token_f1", "citation_precision", "citation_recall", "false_answer", "utility")


def number(value: float) -> str:
    """Three places, as every share here is printed."""
    return f"{value:.3f}"


def interval(estimate: Estimate) -> str:
    """ "0.812 [0.741, 0.868]"."""
    return f"{number(estimate.value)} [{number(estimate.low)}, {number(estimate.high)}]"


def remark(measure: Measure) -> str:
    """What has to be said beside a number: why there is none, or what no failure leaves open."""
    if measure.estimate is None:
        return measure.undefined
    if measure.lower_is_better and measure.estimate.value == 0 and measure.name in BY_NAME:
        return f"none seen; at most {rule_of_three(measure.estimate.n):.3f} at 95%"
    return ""


def show(run: Run, console: Console, everything: bool = False) -> None:
    """The core table: the headline metrics (or all) by group, the baselines, faults, time and cost."""
    found = run.results
    table = Table(title=_title(run), title_justify="left", box=None, pad_edge=False, show_edge=False)
    for name, justify in (
        ("metric", "left"),
        ("value", "right"),
        ("95% interval", "left"),
        ("n", "right"),
        ("", "left"),
    ):
        table.add_column(name, justify=justify, no_wrap=name != "")  # type: ignore[arg-type]
    for group in GROUPS:
        measures = [m for m in found.measures if m.group == group and (m.headline or everything) and _shown(m)]
        if measures:
            table.add_row(Text(group, style="bold"))
        for measure in measures:
            table.add_row(*_cells(measure))
    console.print(table)
    console.print()
    console.print(_baselines(found))
    console.print()
    for line in notes(run):
        console.print(Text(line))


def markdown(run: Run) -> str:
    """The run's numbers as Markdown."""
    found = run.results
    lines = [f"# {_title(run)}", "", "| metric | value | 95% interval | n | |", "|---|---|---|---|---|"]
    for group in GROUPS:
        lines.append(f"| **{group}** | | | | |")
        lines += ["| " + " | ".join(_cells(m)) + " |" for m in found.measures if m.group == group and _shown(m)]
    lines += ["", "| system | " + " | ".join(BY_NAME[name].label for name in BASELINE_COLUMNS) + " |"]
    lines.append("|---" * (1 + len(BASELINE_COLUMNS)) + "|")
    lines += ["| " + " | ".join(row) + " |" for row in _rows_of_systems(found)]
    return "\n".join([*lines, "", *(f"- {line}" for line in notes(run)), ""])


def notes(run: Run) -> Iterable[str]:
    """What the tables do not hold: errors, faults of citations, time, cost, size, network."""
    found, meta = run.results, run.meta
    yield f"errors: {found.errors}; coverage {interval(found.coverage)}, n = {found.coverage.n}"
    faults = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in found.faults.items())
    yield f"citations: {found.citations}; {faults or 'no faults counted'}"
    yield "seconds, median and 95th of 100: " + "; ".join(f"{s.name} {s.p50:.3f}, {s.p95:.3f}" for s in found.stages)
    money = "no price is known" if found.cost_usd is None else f"{found.cost_usd:.4f} USD"
    yield f"tokens: {found.tokens}; cost: {money}; answers of {found.words:g} words (median)"
    yield (
        f"index {meta.measured.index_mb:.1f} MB; peak memory {meta.measured.peak_memory_mb:.0f} MB; "
        f"{meta.measured.seconds:.1f} s in all"
    )
    yield f"network: {', '.join(run.network) or 'no call beyond this machine'}"
    for skipped in meta.skipped:
        yield f"not read: {skipped}"


def _title(run: Run) -> str:
    return f"{run.meta.name}: {run.results.questions} questions, {_answerers(run) or 'no answer'}"


def _answerers(run: Run) -> str:
    return ", ".join(sorted({row.answerer for row in run.questions if row.answerer}))


def _shown(measure: Measure) -> bool:
    """A robustness metric that this run did not probe is left out; all else says why it is undefined."""
    return measure.estimate is not None or measure.group != "Robustness"


def _cells(measure: Measure) -> tuple[str, ...]:
    found = measure.estimate
    label = f"{measure.label} ↓" if measure.lower_is_better else measure.label
    if found is None:
        return label, "–", "", "0", remark(measure)
    return label, number(found.value), f"[{number(found.low)}, {number(found.high)}]", str(found.n), remark(measure)


def _baselines(found: Results) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False)
    table.add_column("system")
    for name in BASELINE_COLUMNS:
        table.add_column(BY_NAME[name].label, justify="right")
    for row in _rows_of_systems(found):
        table.add_row(*row)
    return table


def _rows_of_systems(found: Results) -> Iterable[tuple[str, ...]]:
    ours = {name: found[name].estimate for name in BASELINE_COLUMNS}
    systems: list[tuple[str, Mapping[str, Estimate | None]]] = [("this run", ours), *found.baselines.items()]
    for system, estimates in systems:
        values = [estimates.get(name) for name in BASELINE_COLUMNS]
        yield system, *(number(value.value) if value else "–" for value in values)
