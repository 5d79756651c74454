"""Groups as tensors: token ids, segments, and where the answers lie."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training.reader.groups import Group, Pair

QUESTION_TOKENS = 48
TOKENS = 224
"""In training; the packaged reader takes 256."""
SLICE = 4
"""Rows that are padded together: small, since the padding costs more than the smaller products."""
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Row:
    """One pair as ids: [CLS] question [SEP] passage [SEP]; `spans` are token positions, both ends inclusive."""

    ids: list[int]
    question_length: int
    spans: tuple[tuple[int, int], ...]
    whole_sentence: bool


@dataclass(frozen=True, slots=True)
class Padded:
    """Rows of like length as tensors; `places` are their numbers in the batch."""

    ids: Tensor
    mask: Tensor
    segments: Tensor
    places: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole groups: their rows one after the other, padded in slices of like length."""

    rows: list[Row]
    groups: list[tuple[int, int]]
    """First and past-the-last row of each group; its first row alone may hold spans."""
    slices: list[Padded]


def encode(tokenizer: Tokenizer, group: Group) -> list[Row] | None:
    """The group's rows; None where its answer lies past the longest input."""
    question = tokenizer.encode(group.question, add_special_tokens=False).ids[:QUESTION_TOKENS]
    rows = [_row(tokenizer, question, pair) for pair in group.pairs]
    return None if group.answerable and not rows[0].spans else rows


def _row(tokenizer: Tokenizer, question: list[int], pair: Pair) -> Row:
    encoded = tokenizer.encode(pair.text, add_special_tokens=False)
    room = TOKENS - len(question) - 3
    ids, offsets = encoded.ids[:room], encoded.offsets[:room]
    shift = len(question) + 2
    spans = []
    for start, end in pair.spans:
        held = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
        if held and (held[-1] + 1 < len(offsets) or offsets[-1][1] >= end):
            spans.append((held[0] + shift, held[-1] + shift))
    return Row([CLS, *question, SEP, *ids, SEP], shift, tuple(spans), pair.whole_sentence)


def collate(groups: Sequence[list[Row]]) -> Batch:
    rows = [row for group in groups for row in group]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    bounds, first = [], 0
    for group in groups:
        bounds.append((first, first + len(group)))
        first += len(group)
    return Batch(rows, bounds, [_pad(rows, order[i : i + SLICE]) for i in range(0, len(order), SLICE)])


def _pad(rows: Sequence[Row], places: list[int]) -> Padded:
    longest = max(len(rows[i].ids) for i in places)
    ids = torch.zeros(len(places), longest, dtype=torch.long)
    mask = torch.zeros(len(places), longest)
    segments = torch.zeros(len(places), longest, dtype=torch.long)
    for at, i in enumerate(places):
        row = rows[i]
        ids[at, : len(row.ids)] = torch.tensor(row.ids)
        mask[at, : len(row.ids)] = 1
        segments[at, row.question_length : len(row.ids)] = 1
    return Padded(ids, mask, segments, places)


def steps(groups: Iterator[Group], tokenizer: Tokenizer, step: int, parts: int) -> Iterator[list[Batch]]:
    """Endless steps of `step` groups, each as `parts` batches of like length."""
    encoded = (rows for group in groups if (rows := encode(tokenizer, group)) is not None)
    size = step // parts
    while drawn := sorted(itertools.islice(encoded, step), key=lambda rows: max(len(r.ids) for r in rows)):
        yield [collate(drawn[i : i + size]) for i in range(0, step, size)]
