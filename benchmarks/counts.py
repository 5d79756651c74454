"""What a fusion wins and loses beside the better of its two rankings, and how much of that is the draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

HALVES = 1_000
"""Drawn of each set."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Questions that have a right chunk among the first."""

    n: int
    lexical: int
    dense: int
    fused: int
    gained: int
    """By fusing, to the better of the two rankings; on a tie to the lexical one."""
    lost: int
    halves: float
    """Of random halves of the wordings, the share in which the fused ranking has fewer than the better one there."""

    @classmethod
    def of(cls, asked: Sequence[str], lexical: Sequence[bool], dense: Sequence[bool], fused: Sequence[bool]) -> Counts:
        """From the wording of each question and whether each ranking has it right."""
        words, near, both = (np.array(each, dtype=int) for each in (lexical, dense, fused))
        better = near if near.sum() > words.sum() else words
        _, wording = np.unique(asked, return_inverse=True)
        random = np.random.default_rng(0)
        chosen = np.stack([random.permutation(wording.max() + 1)[wording] % 2 == 0 for _ in range(HALVES)])
        fewer = chosen @ both < np.maximum(chosen @ words, chosen @ near)
        return cls(
            n=len(asked),
            lexical=int(words.sum()),
            dense=int(near.sum()),
            fused=int(both.sum()),
            gained=int((both > better).sum()),
            lost=int((both < better).sum()),
            halves=float(fewer.mean()),
        )


def summarise(counts: Mapping[tuple[str, str, str], Counts], depth: int) -> None:
    """Prints what was right at this depth, by set, part, and what counts as a question."""
    print(f"\n| right at {depth} | part | n | lexical | dense | fused | gained, lost | fewer in a random half |")
    print("|---|---|---|---|---|---|---|---|")
    for (name, part, view), c in counts.items():
        cells = (f"{name}, {view}", part, c.n, c.lexical, c.dense, c.fused, f"{c.gained}, {c.lost}", f"{c.halves:.2f}")
        print("| " + " | ".join(map(str, cells)) + " |")
