"""From files to searchable: how fast, in how much memory and disk, and what one changed file costs, by size.

    make bench-ingest                       (or: python -m benchmarks.ingest --documents 100 1000 3000 [--data PATH])

A document is three paragraphs, two chunks: passages of Natural Questions (NQ-open's oracle passages, CC BY-SA 3.0,
`retrieval/nq_open_oracle_first1300.jsonl.gz` in --data), or runs of sentences from `seeds/`, each with a number of its
own. Every size has a process of its own, which has taken in another document before: opening models and libraries is
not in the figures. The bare embedder's rate is that of one call with the texts of all chunks, in the same process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rag import Assistant
from rag.ingest.parts import Parts
from rag.ingest.read import read
from rag.ingest.sentences import split
from rag.models.minilm import MiniLM

SEEDS = Path(__file__).parent.parent / "seeds"
PARAGRAPHS = 3
SENTENCES = 5
"""In a paragraph made from the seeds."""
CHANGES = 3
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size took."""

    documents: int
    chunks: int
    characters: int
    seconds: float
    bare_seconds: float
    unchanged_seconds: float
    changed_seconds: float
    """Median over `CHANGES` files, changed one after another."""
    peak_mib: float
    before_mib: float
    """The peak before the ingest: models and libraries."""
    disk_mib: float


def main() -> None:
    options = _arguments()
    paragraphs = passages(options.data) if options.data else runs_of_sentences()
    print(
        "| documents | chunks | seconds | documents/s | chunks/s | characters/s | bare embedder, chunks/s | ratio ",
        end="",
    )
    print("| nothing changed, s | one file changed, s | peak memory, MiB (before) | disk, MiB |")
    print("|" + "---|" * 12)
    for size in options.documents:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            print(row(process.submit(measure, paragraphs, size).result()), flush=True)


def row(figures: Figures) -> str:
    f = figures
    return (
        f"| {f.documents:,} | {f.chunks:,} | {f.seconds:.1f} | {f.documents / f.seconds:.0f} | "
        f"{f.chunks / f.seconds:.0f} | {f.characters / f.seconds:,.0f} | {f.chunks / f.bare_seconds:.0f} | "
        f"{f.bare_seconds / f.seconds:.2f} | {f.unchanged_seconds:.2f} | {f.changed_seconds:.2f} | "
        f"{f.peak_mib:.0f} ({f.before_mib:.0f}) | {f.disk_mib:.1f} |"
    )


def measure(paragraphs: list[str], size: int) -> Figures:
    """Ingest so many documents made of these paragraphs; in a process that has done nothing else."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        write(place / "first", paragraphs, 1)
        first = Assistant.open(place / "first library")  # which keeps the models open
        first.ingest(place / "first")
        folder = place / "documents"
        characters = write(folder, paragraphs, size)
        assistant, before = Assistant.open(place / "library"), peak_mib()
        started = time.perf_counter()
        report = assistant.ingest(folder)
        seconds, peak = time.perf_counter() - started, peak_mib()
        disk = sum(path.stat().st_size for path in (place / "library").rglob("*") if path.is_file()) / MIB
        return Figures(
            documents=len(report.added),
            chunks=report.chunks,
            characters=characters,
            seconds=seconds,
            unchanged_seconds=timed_ingest(assistant, folder),
            changed_seconds=statistics.median(changed(assistant, folder, number) for number in range(CHANGES)),
            bare_seconds=bare(folder),
            peak_mib=peak,
            before_mib=before,
            disk_mib=disk,
        )


def write(folder: Path, paragraphs: list[str], size: int) -> int:
    """So many files, no two the same; the characters in them."""
    folder.mkdir()
    characters = 0
    for number in range(size):
        drawn = [paragraphs[(number * PARAGRAPHS + i) % len(paragraphs)] for i in range(PARAGRAPHS)]
        text = "\n\n".join(f"{paragraph} Entry {number}-{i}." for i, paragraph in enumerate(drawn))
        (folder / f"{number:05}.txt").write_text(text, encoding="utf-8")
        characters += len(text)
    return characters


def changed(assistant: Assistant, folder: Path, number: int) -> float:
    """Seconds to bring the whole folder up to date when one file has another sentence."""
    path = sorted(folder.iterdir())[number]
    path.write_text(path.read_text(encoding="utf-8") + f" The {number}th change was made today.", encoding="utf-8")
    return timed_ingest(assistant, folder)


def timed_ingest(assistant: Assistant, folder: Path) -> float:
    started = time.perf_counter()
    assistant.ingest(folder)
    return time.perf_counter() - started


def bare(folder: Path) -> float:
    """Seconds for the vectors of all chunks, in one call of the embedder."""
    embedder = MiniLM()
    parts = Parts.for_embedder(embedder)
    documents = [read(path, path.name) for path in sorted(folder.iterdir())]
    texts = [parts.embedded_text(document, chunk) for document in documents for chunk in parts.chunks(document)]
    embedder.open()
    started = time.perf_counter()
    embedder.embed_documents(texts)
    return time.perf_counter() - started


def peak_mib() -> float:
    """The most memory that this process has held; Linux counts it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MIB if sys.platform == "darwin" else peak / 1024


def passages(data: Path) -> list[str]:
    with gzip.open(data / "retrieval/nq_open_oracle_first1300.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line)["ctxs"][0]["text"] for line in file]


def runs_of_sentences() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    sentences = [text[s.start : s.end] for text in texts for s in split(text)]
    draw = random.Random(0)
    return [" ".join(draw.choices(sentences, k=SENTENCES)) for _ in range(1000)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--documents", type=int, nargs="+", default=[100, 1000, 3000], help="sizes (%(default)s)")
    parser.add_argument("--data", type=Path, help="folder with retrieval/; without it, text from seeds/")
    return parser.parse_args()


if __name__ == "__main__":
    main()
