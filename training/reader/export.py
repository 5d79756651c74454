"""Writes a checkpoint as the packaged reader: `python -m training.reader.export --run PATH --base PATH --out FILE`."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training.onnx_bert import Array, Float
from training.reader.batches import steps
from training.reader.checkpoints import mean_weights
from training.reader.graph import eight_bit, published_names, reader
from training.reader.groups import Groups
from training.reader.network import from_sentence_embedder
from training.reader.prepare import SEED

CALIBRATED_ON = 20
"""Steps of training data whose activations set the smoothing."""


def weights_of(checkpoints: Sequence[Path], base: Path, averaged: bool) -> dict[str, Array]:
    """The weights by name, a mean over the checkpoints: of their running averages, or of the last steps' own."""
    network = from_sentence_embedder(base / "model.safetensors")
    network.load_state_dict(mean_weights(checkpoints, averaged))
    return published_names({name: value.numpy().astype(np.float32) for name, value in network.state_dict().items()})


def calibration_inputs(run: Path, base: Path) -> list[dict[str, Array]]:
    """Training pairs as the graph takes them."""
    prepared = pickle.loads((run / "data.pickle").read_bytes())
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    groups = iter(Groups(prepared["parts"]["train"], prepared["negatives"], SEED + 1))
    batches = itertools.chain.from_iterable(itertools.islice(steps(groups, tokenizer, 12, 4), CALIBRATED_ON))
    return [
        {
            "input_ids": part.ids.numpy(),
            "attention_mask": part.mask.long().numpy(),
            "token_type_ids": part.segments.numpy(),
        }
        for batch in batches
        for part in batch.slices
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="the folder with checkpoint.pt and data.pickle")
    parser.add_argument("--base", type=Path, required=True, help="the folder with model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mean", type=Path, nargs="*", default=[], help="other checkpoints, to be averaged in")
    parser.add_argument("--fp32", action="store_true", help="for comparison: without quantisation")
    parser.add_argument("--last", action="store_true", help="the last step's weights, not their running average")
    given = parser.parse_args()
    weights = weights_of([given.run / "checkpoint.pt", *given.mean], given.base, averaged=not given.last)
    model = reader(weights, Float()) if given.fp32 else eight_bit(weights, calibration_inputs(given.run, given.base))
    content = model.SerializeToString(deterministic=True)
    given.out.write_bytes(content)
    print(f"{given.out.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
