"""What the reader is trained to do, over the passages of one question at once."""

from __future__ import annotations

import torch
from torch import Tensor

from training.reader.batches import Batch, Row

SPAN_WEIGHT = 0.5


def loss(starts: list[Tensor], ends: list[Tensor], answers: Tensor, batch: Batch) -> Tensor:
    """Mean over the batch's groups, from each row's logits.

    The passages of a group share one softmax with a no-answer option of logit 0. A group with an
    answer is counted twice: with its passage, which must win, and without it, when "none" must win
    over what is left. So every passage's logit lives on one scale, whatever stands beside it.
    """
    total = answers.new_zeros(())
    none = answers.new_zeros(1)
    for first, past in batch.groups:
        logits, row = answers[first:past], batch.rows[first]
        total = total + torch.logsumexp(torch.cat([logits, none]), 0)
        if row.spans:
            total = total - logits[0] + torch.logsumexp(torch.cat([logits[1:], none]), 0)
            total = total + SPAN_WEIGHT * (_boundary(starts[first], row, 0) + _boundary(ends[first], row, 1))
    return total / len(batch.groups)


def _boundary(logits: Tensor, row: Row, side: int) -> Tensor:
    """-log of the probability that lies on the right tokens: the spans' ends, or anywhere in the sentence.

    Where only the sentence is known, its inside gets the weight, which leaves the exact ends free.
    """
    if row.whole_sentence:
        inside = torch.cat([torch.arange(a, b + 1) for a, b in row.spans])
    else:
        inside = torch.tensor(sorted({span[side] for span in row.spans}))
    return torch.logsumexp(logits, 0) - torch.logsumexp(logits[inside], 0)
