"""Reads the data, mines hard negatives, and keeps both in one file for training."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training.reader import mine
from training.reader.corpora import read_parts
from training.reader.network import from_sentence_embedder

SEED = 17


def prepare(data: Path, base: Path, out: Path, workers: int) -> None:
    """Writes `out` (a pickle of parts and negatives); does nothing where it is there already."""
    if out.exists():
        return
    torch.manual_seed(SEED)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    encoder = from_sentence_embedder(base / "model.safetensors").encoder

    def say(line: str) -> None:
        print(line, flush=True)

    def vectors(texts: list[str]) -> np.ndarray:
        return mine.embed(encoder, tokenizer, texts, workers, say)

    parts = read_parts(data)
    chosen = mine.choose(parts["train"], SEED)
    negatives = mine.hard_negatives(parts["train"], chosen, vectors, say)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_suffix(".partial")
    partial.write_bytes(pickle.dumps({"parts": parts, "negatives": negatives}))
    partial.rename(out)
