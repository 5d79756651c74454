"""Pairs a second of the packaged reader, beside the bare onnxruntime session, and the memory that it adds.

    make bench                                  (or: python -m benchmarks.reader [--rounds 10])

Twenty-four passages of about 200 tokens from `seeds/`, one question. The bare session runs our model file on our
batches, tokenised and padded beforehand; ours tokenises, batches, runs and turns logits into probabilities. The ways
take turns, and ratios are taken within a round.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from benchmarks.embedder import Way, chunks, measure, report
from rag.models.minilm import MiniLM, batches
from rag.models.reader import BATCH_TOKENS, MODEL, Pair, Reader, inputs_of
from rag.models.session import open_session, processors

PASSAGES = 24
QUESTION = "Which country did Blinken go to after Saudi Arabia?"


def main() -> None:
    parser = argparse.ArgumentParser(description="Pairs a second of the packaged reader.")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    pairs = [Pair(text) for text in chunks(MiniLM(), PASSAGES)]
    before = _peak_mib()
    reader = Reader()
    reader.read(QUESTION, pairs)
    print(f"{processors()} processors; memory at its peak: {_peak_mib() - before:.0f} MiB more than before the reader")
    ways: dict[str, Way] = {
        "Footnote": lambda: reader.read(QUESTION, pairs),
        "bare session": bare_session(reader, pairs),
        "bare, side by side": a_batch_a_processor(reader, pairs),
    }
    speeds = measure(ways, len(pairs), options.rounds)
    print(f"\n{len(pairs)} pairs of about 200 tokens, pairs a second")
    report(speeds)
    print(
        f"  a question over {len(pairs)} passages: {1000 * len(pairs) / statistics.median(speeds['Footnote']):.0f} ms"
    )


def bare_session(reader: Reader, pairs: Sequence[Pair]) -> Way:
    """The model file under onnxruntime's own defaults, on batches made beforehand."""
    session = onnxruntime.InferenceSession(MODEL.path, providers=["CPUExecutionProvider"])
    ready = made_beforehand(reader, pairs)
    return lambda: [session.run(None, inputs) for inputs in ready]


def a_batch_a_processor(reader: Reader, pairs: Sequence[Pair]) -> Way:
    """The bare session as we run it: the batches side by side, each on one processor."""
    session, ready = open_session(MODEL, threads=1), made_beforehand(reader, pairs)
    pool = ThreadPoolExecutor(processors())
    return lambda: list(pool.map(lambda inputs: session.run(None, inputs), ready))


def made_beforehand(reader: Reader, pairs: Sequence[Pair]) -> list[dict[str, NDArray[np.int64]]]:
    windows = reader.windows(QUESTION, pairs)
    groups = batches([len(window.ids) for window in windows], BATCH_TOKENS)
    return [inputs_of([windows[i] for i in group]) for group in reversed(groups)]


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    main()
