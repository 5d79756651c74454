from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from training.reader.corpora import LONGEST, cut, part_of
from training.reader.statistics import auroc, interval, split_auroc


@pytest.mark.parametrize(
    "text", ["One. Two! Three? ", "word " * 900, "x" * 3000, "Short.", ("A sentence here. " * 300)]
)
def test_windows_cover_the_text_without_overlap_and_stay_short(text: str) -> None:
    spans = list(cut(text))
    assert "".join(text[a:b] for a, b in spans).strip() == text.strip()
    assert all(b - a <= LONGEST for a, b in spans)
    assert all(first[1] == second[0] for first, second in pairwise(spans))


def test_a_blank_text_has_no_window() -> None:
    assert list(cut("  \n ")) == []


def test_a_document_is_always_in_the_same_part() -> None:
    parts = [part_of(f"document {i}") for i in range(2000)]
    assert parts == [part_of(f"document {i}") for i in range(2000)]
    assert 0.8 < parts.count("train") / 2000 < 0.9
    assert set(parts) == {"train", "calibration", "report"}


def test_auroc_counts_ties_half() -> None:
    assert auroc([2.0, 3.0], [1.0]) == 1.0
    assert auroc([1.0], [1.0]) == 0.5
    assert auroc([0.0], [1.0, 2.0]) == 0.0


def test_an_interval_holds_the_mean_and_widens_when_items_hang_together() -> None:
    values = np.repeat(np.random.default_rng(0).normal(size=30), 10)
    alone = interval(lambda i: float(values[i].mean()), range(300))
    together = interval(lambda i: float(values[i].mean()), np.repeat(np.arange(30), 10).tolist())
    assert alone[0] < values.mean() < alone[1]
    assert together[1] - together[0] > alone[1] - alone[0]


def test_a_resample_with_one_class_has_no_auroc() -> None:
    statistic = split_auroc(np.array([0.2, 0.9]), np.array([False, True]))
    assert statistic(np.array([0, 1])) == 1.0
    assert np.isnan(statistic(np.array([1, 1])))
