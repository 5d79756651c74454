"""Vectors from elsewhere, checked: what is not a vector must never enter a library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.errors import ProviderError

if TYPE_CHECKING:
    from rag.types import Vectors


def unit_vectors(rows: Sequence[Sequence[float]], count: int, dimensions: int | None, embedder: str) -> Vectors:
    """`count` rows at unit length; `dimensions` None takes whatever the first row has.

    Raises `ProviderError` where the rows are too few or too many, of other dimensions, not finite, or all zero.
    """
    import numpy as np

    if len(rows) != count:
        raise ProviderError(f"{embedder} was given {count} texts, but gave {len(rows)} vectors; nothing was stored")
    width = dimensions or (len(rows[0]) if rows else 0)
    odd = next((len(row) for row in rows if len(row) != width or not width), None)
    if odd is not None:
        raise ProviderError(f"{embedder} was to give vectors of {width} dimensions, but gave one of {odd}")
    vectors = np.asarray(rows, dtype=np.float64).reshape(count, width)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise ProviderError(f"{embedder} gave a vector that holds NaN or infinity; nothing was stored")
    if not lengths.all():
        raise ProviderError(f"{embedder} gave a vector of zeros, which is near to nothing; nothing was stored")
    unit: Vectors = (vectors / lengths).astype(np.float32)
    return unit
