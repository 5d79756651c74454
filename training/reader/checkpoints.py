"""The weights of several rounds as one: their mean lies in the same basin, and reads better than each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor


def mean_weights(checkpoints: Sequence[Path], averaged: bool = True) -> dict[str, Tensor]:
    """By name, the mean over checkpoints: of their running averages, or of the last steps' own weights.

    A checkpoint that is named twice counts twice.
    """
    states = [torch.load(checkpoint, weights_only=True) for checkpoint in checkpoints]
    found = [state["master"] | (state["average"] if averaged else {}) for state in states]
    return {name: sum(one[name] for one in found) / len(found) for name in found[0]}
