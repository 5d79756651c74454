"""Latency of lexical search at 10,000 and 100,000 chunks.

    python -m benchmarks.lexical --library PATH --questions FILE

The chunks are sentences of that library's chunks, drawn anew at random, so that words are as frequent as in
real text. FILE has a question a line.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert, select

from rag.library import schema, stored
from rag.library.catalog import Catalog
from rag.library.library import Library
from rag.retrieve import lexical

SIZES = (10_000, 100_000)
SENTENCES = 7


def sentences(library: Library) -> list[str]:
    with library.snapshot() as snapshot:
        texts = snapshot.connection.scalars(select(schema.chunks.c.text))
        return [sentence for text in texts for sentence in re.split(r"(?<=[.!?])\s+", text)]


def build(home: Path, drawn_from: list[str], size: int) -> Catalog:
    """A catalog with chunks and nothing else: all that lexical search reads."""
    draw = random.Random(size)
    catalog = Catalog.create(home, "none", 1)
    rows = [
        stored.sealed(
            {
                "id": str(number),
                "sha256": "",
                "start": 0,
                "end": 0,
                "title": "",
                "heading": "",
                "text": " ".join(draw.choices(drawn_from, k=SENTENCES)),
                "sentences": json.dumps([]),
                "vector": b"",
                "added": 1,
            }
        )
        for number in range(size)
    ]
    with catalog.writing() as connection:
        connection.execute(insert(schema.chunks), rows)
    return catalog


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    arguments = parser.parse_args()
    text = sentences(Library.open(arguments.library))
    questions = arguments.questions.read_text(encoding="utf-8").splitlines()
    print("| chunks | questions | median ms | p95 ms of processor time |\n|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as home:
            times = []
            with build(Path(home), text, size).reading() as connection:
                for question in questions:
                    started = time.thread_time()
                    lexical.search(connection, question, 50)
                    times.append(1000 * (time.thread_time() - started))
            times.sort()
            median, late = times[len(times) // 2], times[int(len(times) * 0.95)]
            print(f"| {size:,} | {len(questions)} | {median:.1f} | {late:.1f} |")


if __name__ == "__main__":
    main()
