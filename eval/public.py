"""`RESULTS.md`: what the assistant reaches on public sets, with n and intervals, made by one command."""

from __future__ import annotations

import platform
import tempfile
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.benchmark import Benchmark, seeds
from eval.folder import Run
from eval.output import write_all
from eval.run import Options, Show, run
from eval.suites import build
from eval.suites.library import SuiteError
from eval.systems import MEANINGS
from eval.table import interval
from rag.settings import Settings

SHOWN = (
    "document@1", "document@5", "document@24", "recall@1", "recall@8", "evidence_given",
    "correct", "grounded", "exact_match", "token_f1", "fact_recall",
    "citation_validity", "citation_precision", "citation_recall", "both_sides",
    "answered", "false_answer", "f1_abstained", "auroc_answerable", "coverage@5%", "utility",
    "paraphrase_consistency", "unmoved", "canary",
)  # fmt: skip


class PublicSet(BaseModel):
    """A public set: which suite reads it, where it lies, how much of it is asked."""

    model_config = ConfigDict(extra="forbid")

    suite: str
    file: str
    limit: int = Field(ge=1)
    full: bool = False
    title: str
    source: str
    """With its licence."""
    note: str
    """What a simple system reaches, and what to know of the set."""


def read_sets(path: Path) -> tuple[PublicSet, ...]:
    """The sets in a TOML file; raises `SuiteError`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(PublicSet.model_validate(entry) for entry in content["set"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError) as error:
        raise SuiteError(f"{path}: [[set]] entries with suite, file and limit were wanted; {error}") from error


def measure(
    data: Path, sets: Iterable[PublicSet], settings: Settings, out: Path, progress: Show
) -> list[tuple[PublicSet | None, Run]]:
    """A run for the repository's questions and for each set that lies under `data`; None stands for the former.

    Runs are kept under `out`, so a broken-off measurement goes on where it was.
    """
    runs: list[tuple[PublicSet | None, Run]] = [(None, _run(seeds(), settings, out / "seeds", True, None, progress))]
    for entry in sets:
        path = data / entry.file
        if not path.exists():
            continue
        name = f"{entry.suite}-{Path(entry.file).name.partition('.')[0]}"
        with tempfile.TemporaryDirectory(prefix="footnote-suite-") as folder:
            benchmark = build(entry.suite, path, Path(folder))
            runs.append((entry, _run(benchmark, settings, out / name, entry.full, entry.limit, progress)))
    return runs


def page(runs: Iterable[tuple[PublicSet | None, Run]]) -> str:
    """The runs as one Markdown page."""
    made = list(runs)
    meta = made[0][1].meta
    hosts = sorted({host for _, finished in made for host in finished.network})
    network = f"calling {', '.join(hosts)}" if hosts else "no network"
    answerers = sorted({row.answerer for _, finished in made for row in finished.rows if row.answerer})
    lines = [
        "# Results",
        "",
        f"Measured on {datetime.now(UTC):%d %B %Y} with the answerer `{', '.join(answerers)}`, embedder "
        f"`{meta.settings.get('embedder', '')}`, on {platform.machine()}, no GPU, {network}. "
        "Each number stands with its 95% interval (Wilson or bootstrap, over clusters) and n. "
        "`python -m eval results --data DIR` makes this page anew.",
        "",
        "On each set the library holds all of the set's passages, one document each, and a fixed sample of the "
        "questions is asked. `document@k` counts documents, as the figures of simple systems below do; `recall@k` "
        "wants the whole evidence within the first k passages. What each averages over stands at the end.",
    ]
    for entry, finished in made:
        lines += ["", *_section(entry, finished)]
    return "\n".join([*lines, "", *_meanings(finished for _, finished in made), ""])


def _meanings(runs: Iterable[Run]) -> list[str]:
    """What each metric that is shown averages, and the systems beside the assistant."""
    results = [finished.results for finished in runs]
    shown = {name: result[name] for name in SHOWN for result in results if result[name].estimate}
    beside = {name for result in results for name in result.baselines}
    meanings = [f"- {measure.label}: {measure.meaning}" for measure in shown.values()]
    return [
        "## What is averaged",
        "",
        *meanings,
        *(f"- {name}: {meaning}" for name, meaning in MEANINGS.items() if name in beside),
    ]


def _run(benchmark: Benchmark, settings: Settings, out: Path, full: bool, limit: int | None, progress: Show) -> Run:
    finished = run(benchmark, None, settings, Options(out=out, full=full, limit=limit), progress)
    write_all(finished, benchmark)
    return finished


def _section(entry: PublicSet | None, run: Run) -> list[str]:
    title = entry.title if entry else "The repository's questions over its seeds"
    asked = f"{run.results.questions} questions, commit `{run.meta.commit or 'unknown'}`"
    facts = (
        f"{asked}. {entry.source}."
        if entry
        else f"{asked}, written for this repository: they guard against regressions."
    )
    lines = [f"## {title}", "", facts, "", "| metric | value [95% interval] | n |", "|---|---|---|"]
    for name in SHOWN:
        measure = run.results[name]
        if measure.estimate:
            label = f"{measure.label} ↓" if measure.lower_is_better else measure.label
            group = f" ({measure.group.lower()})" if measure.group == "Citations" else ""
            lines.append(f"| {label}{group} | {interval(measure.estimate)} | {measure.estimate.n} |")
    stages = {stage.name: stage for stage in run.results.stages}
    seconds = stages.get("ask")
    if seconds:
        lines.append(
            f"| seconds an answer, median and 95th of 100 | {seconds.p50:.2f}, {seconds.p95:.2f} | {seconds.n} |"
        )
    for name, found in run.results.baselines.items():
        right = found.get("correct") or found.get("grounded")
        numbers = [right, found.get("token_f1"), found.get("utility")]
        told = "; ".join(interval(estimate) for estimate in numbers if estimate)
        if right:
            lines.append(f"| {name}: right; token F1; utility | {told} | {right.n} |")
    return [*lines, *(["", entry.note] if entry else [])]
