"""Intervals of shares."""

from __future__ import annotations

import math


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95% of a share."""
    z, p = 1.96, hits / n
    centre, margin = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max((centre - margin) / (1 + z * z / n), 0.0), min((centre + margin) / (1 + z * z / n), 1.0)
