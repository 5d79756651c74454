"""Running an evaluation: a library of the corpus, each question asked once, a folder that tells all."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eval import provenance
from eval.benchmark import Benchmark, choose
from eval.folder import Measured, Meta, Run, append, open_for, save
from eval.metrics.retrieval import DEPTH
from eval.network import watched
from eval.robustness import Probe, probes, rescored
from eval.rows import SCHEMA, Row, write
from eval.score import Question, row_of, row_of_error
from eval.systems import System
from rag.settings import Settings

RUNS = Path("eval/runs")
"""Where a run's folder is made when none is named."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; the same options over the same gold give the same run."""

    out: Path | None = None
    """The run's folder; a broken-off run in it is taken up. By default a new one under `eval/runs/`."""
    home: Path | None = None
    """Where the library is built and kept; by default in a temporary folder."""
    split: str = "all"
    limit: int | None = None
    seed: int = 0
    full: bool = False
    """Paraphrases, planted instructions and conflicts too."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    current: str


Show = Callable[[Progress], None]


def evaluate(
    gold: Path | str | None = None,
    corpus: Path | str | None = None,
    *,
    system: System | None = None,
    settings: Settings | None = None,
    options: Options = Options(),
    progress: Show | None = None,
) -> Run:
    """Ask every question of a gold file over a corpus, and say how good the answers are.

    Without either, the repository's questions over its seeds. `system` is what is measured, by
    default an `Assistant` with these settings over a library of the corpus. An error in a question
    is a row of the run; an error before the first one is raised (`GoldError`, `RunError`, …).
    """
    return run(choose(gold, corpus), system, settings or Settings(), options, progress or (lambda _: None))


def run(benchmark: Benchmark, system: System | None, settings: Settings, options: Options, progress: Show) -> Run:
    """The same over a benchmark that is at hand."""
    benchmark = benchmark.part(options.split, options.limit, options.seed)
    folder = options.out or RUNS / datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    meta, finished = open_for(folder, _meta(benchmark, settings, options, system))
    rows = {row.id: row for row in finished}
    started, clock = datetime.now(UTC), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="footnote-eval-") as scratch:
        parts = _parts(benchmark, Path(scratch), options, system)
        every = [question for part in parts for question in part.questions]
        for number, part in enumerate(parts):
            left = [question for question in part.questions if question.item.id not in rows]
            if not left:
                continue
            home = options.home if options.home and number == 0 else Path(scratch) / f"library-{number}"
            answering = _Library(system) if system else _library(part.benchmark.corpus.folder, settings, home)
            meta = _with_library(meta, answering)
            save(folder, meta)
            for question in left:
                progress(Progress(len(rows), len(every), question.item.question))
                rows[question.item.id] = row = _row(answering.system, question, part, rows)
                append(folder, row)
    progress(Progress(len(every), len(every), ""))
    if len(rows) > len(finished) or not meta.measured.finished:
        meta = meta.model_copy(update={"measured": _measured(meta.measured, started, time.perf_counter() - clock)})
        save(folder, meta)
    return Run(folder, meta, tuple(rows[question.item.id] for question in every))


def ask(system: System, question: Question, benchmark: Benchmark) -> Row:
    """One question, asked and scored; what goes wrong in either becomes the row."""
    item, started = question.item, time.perf_counter()
    with watched() as hosts:
        try:
            answer = system.ask(item.question)
            answered = time.perf_counter()
            deep_enough = len(answer.passages) >= DEPTH  # then retrieval is judged on what the answer was given
            passages = answer.passages[:DEPTH] if deep_enough else system.retrieve(item.question, k=DEPTH)
            search = {} if deep_enough else {"search": time.perf_counter() - answered}
            row = row_of(question, answer, passages, benchmark.corpus.documents)
            row = row.model_copy(update={"timings": {"ask": answered - started, **search, **row.timings}})
            write(row).encode()  # an answer that cannot be written down, with half a surrogate pair in it, fails here
        except Exception as error:  # a bug in the system under test must cost it one question, not the run
            told = f"{type(error).__name__}: {error}".encode(errors="backslashreplace").decode()
            row = row_of_error(question, told)
    return row.model_copy(update={"network": tuple(sorted(hosts))})


def _row(system: System, question: Question, part: Probe, rows: dict[str, Row]) -> Row:
    row = ask(system, question, part.benchmark)
    return rescored(row, rows[question.of], part.canaries) if question.probe else row


def _parts(benchmark: Benchmark, scratch: Path, options: Options, system: System | None) -> list[Probe]:
    """The questions themselves, then their variations; a system that was given has no library of planted documents."""
    cluster, documents = benchmark.cluster, benchmark.corpus.documents
    main = Probe(benchmark, tuple(Question(item, cluster(item, documents)) for item in benchmark.items))
    varied = probes(benchmark, scratch, options.seed) if options.full else ()
    return [main, *(part for part in varied if system is None or part.benchmark is benchmark)]


@dataclass(frozen=True, slots=True)
class _Library:
    """What answers, and what building its library brought to light."""

    system: System
    skipped: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    size_mb: float = 0.0


def _library(corpus: Path, settings: Settings, home: Path) -> _Library:
    """An assistant over a library of the corpus."""
    from rag import Assistant

    with watched() as hosts:
        assistant = Assistant.open(home, settings=settings)
        report = assistant.ingest(corpus)
    skipped = tuple(f"{skip.source}: {skip.reason}" for skip in report.skipped)
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    return _Library(assistant, skipped, tuple(sorted(hosts)), round(size / 1e6, 3))


def _with_library(meta: Meta, library: _Library) -> Meta:
    """The files that were skipped and the size are those of the first library, the one over the corpus as it is."""
    measured = meta.measured.model_copy(update={"index_mb": meta.measured.index_mb or library.size_mb})
    network = tuple(sorted({*meta.network, *library.network}))
    return meta.model_copy(
        update={"skipped": meta.skipped or library.skipped, "network": network, "measured": measured}
    )


def _measured(before: Measured, started: datetime, seconds: float) -> Measured:
    return before.model_copy(
        update={
            "started": before.started or started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(before.seconds + seconds, 3),
            "peak_memory_mb": max(before.peak_memory_mb, _peak_memory_mb()),
        }
    )


def _meta(benchmark: Benchmark, settings: Settings, options: Options, system: System | None) -> Meta:
    return Meta(
        schema=SCHEMA,
        name=benchmark.name,
        gold_sha256=benchmark.sha256(),
        corpus_sha256=benchmark.corpus.sha256(),
        settings=provenance.plain(settings) if system is None else {"system": type(system).__name__},
        code=provenance.code(),
        commit=provenance.commit(),
        options={"split": options.split, "limit": options.limit, "seed": options.seed, "full": options.full},
        provider=provenance.provider(settings) if system is None else "",
    )


def _peak_memory_mb() -> float:
    """Of this process; `ru_maxrss` is in kilobytes on Linux and in bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)
