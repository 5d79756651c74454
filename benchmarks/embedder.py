"""Texts a second of the packaged embedder, beside Chroma's default way and beside the bare onnxruntime session.

    make bench                                  (or: python -m benchmarks.embedder [--rounds 5])

Chroma's default way is chromadb's own class: fp32, every text padded to 256 tokens, batches of 32. The bare session
runs our model file on our batches, tokenised and padded beforehand: once as onnxruntime comes, all processors on one
batch, and once as we run it, a batch on each processor. Texts are sentences of 10 to 40 words and runs
of whole sentences of about 200 tokens, from `seeds/`. The ways take turns, so that what else the machine does falls
on all; ratios are taken within a round. Below them, the time of one question alone.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2
from numpy.typing import NDArray

from benchmarks.fp32 import chroma_folder
from rag.ingest.sentences import split
from rag.models.minilm import BATCH_TOKENS, MAX_TOKENS, MODEL, TOKENIZER, MiniLM, batches, pad
from rag.models.session import open_session, open_tokenizer, processors

SEEDS = Path(__file__).parent.parent / "seeds"
CHUNK_TOKENS = 200

Way = Callable[[], object]
Batch = dict[str, NDArray[np.int64]]


def main() -> None:
    options = _arguments()
    embedder = MiniLM()
    chroma = chroma_default(options.home)
    print(f"onnxruntime {onnxruntime.__version__}, {processors()} processors, load {_load()}; {options.rounds} rounds")
    for kind, texts in (
        ("sentences of 10 to 40 words", sentences(options.sentences)),
        (f"chunks of about {CHUNK_TOKENS} tokens", chunks(embedder, options.chunks)),
    ):
        tokens = statistics.mean(embedder.count_tokens(texts))
        print(f"\n{len(texts)} {kind} ({tokens:.0f} tokens on average), texts a second")
        ready = made_beforehand(texts)
        ways: dict[str, Way] = {
            "Footnote": lambda texts=texts: embedder.embed_documents(texts),
            "Chroma's default way": lambda texts=texts: chroma(texts),
            "bare session, as it comes": bare_session(ready),
            "bare session, our threads": bare_threads(ready),
        }
        report(measure(ways, len(texts), options.rounds))
    question = timed_question(embedder)
    print(f"\none question alone: {question * 1000:.1f} ms (median of 50); load at the end {_load()}")


def chroma_default(home: Path) -> ONNXMiniLM_L6_V2:
    """Chromadb's default embedding function, on a model file that was not downloaded."""
    function = ONNXMiniLM_L6_V2()
    function.DOWNLOAD_PATH = chroma_folder(home)
    return function


def made_beforehand(texts: Sequence[str]) -> list[Batch]:
    """The batches that the embedder forms of these texts."""
    tokenizer = open_tokenizer(TOKENIZER)
    tokenizer.enable_truncation(MAX_TOKENS)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    groups = batches([len(tokens) for tokens in ids], BATCH_TOKENS)
    padded = [pad([ids[i] for i in group]) for group in groups]
    return [{"input_ids": tokens, "attention_mask": mask} for tokens, mask in padded]


def bare_session(ready: Sequence[Batch]) -> Way:
    session = onnxruntime.InferenceSession(MODEL.path, providers=["CPUExecutionProvider"])
    return lambda: [session.run(None, batch) for batch in ready]


def bare_threads(ready: Sequence[Batch]) -> Way:
    session = open_session(MODEL, threads=1)
    pool = ThreadPoolExecutor(processors())
    return lambda: list(pool.map(lambda batch: session.run(None, batch), reversed(ready)))


def measure(ways: dict[str, Way], texts: int, rounds: int) -> dict[str, list[float]]:
    """Texts a second, a figure a round; one round before the first is not counted."""
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            if turn:
                speeds[name].append(texts / (time.perf_counter() - started))
    return speeds


def report(speeds: dict[str, list[float]]) -> None:
    ours, *others = speeds
    for name, values in speeds.items():
        print(f"  {name:26} {statistics.median(values):19.1f}   ({min(values):.1f} to {max(values):.1f})")
    for name in others:
        ratios = [a / b for a, b in zip(speeds[ours], speeds[name], strict=True)]
        print(f"  {ours} : {name:26} {statistics.median(ratios):8.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")


def timed_question(embedder: MiniLM) -> float:
    """Seconds, median."""
    times = []
    for _ in range(50):
        started = time.perf_counter()
        embedder.embed_question("Which country did Blinken go to after Saudi Arabia?")
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def sentences(count: int) -> list[str]:
    """Drawn from the seeds; some come twice, which no way takes advantage of."""
    found = [sentence for text in _corpus() for sentence in text if 10 <= len(sentence.split()) <= 40]
    return random.Random(0).choices(found, k=count)


def chunks(embedder: MiniLM, count: int) -> list[str]:
    """Runs of neighbouring sentences, each from a place of its own, up to the length of a chunk."""
    generator = random.Random(0)
    corpus = [(text, embedder.count_tokens(text)) for text in _corpus()]
    found: list[str] = []
    while len(found) < count:
        text, lengths = generator.choice(corpus)
        start = end = generator.randrange(len(text))
        while end < len(text) and sum(lengths[start : end + 1]) <= CHUNK_TOKENS + 10:
            end += 1
        if sum(lengths[start:end]) >= CHUNK_TOKENS - 20:
            found.append(" ".join(text[start:end]))
    return found


def _corpus() -> list[list[str]]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return [[text[s.start : s.end] for s in split(text)] for text in texts]


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Texts a second of the packaged embedder.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sentences", type=int, default=192, help="how many (%(default)s)")
    parser.add_argument("--chunks", type=int, default=64, help="how many (%(default)s)")
    parser.add_argument("--home", type=Path, default=Path(".rag/bench"), help="for the fp32 file (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
