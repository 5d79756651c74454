"""What models cost: a table with its date, in USD for a million tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass

AS_OF = "2026-06-21"
"""The day of the list that the prices are from, which is not the provider's own: check before you rely on them."""
DEFAULT_MODEL = "gpt-4.1-mini"
"""Cheap, and it writes at once: models that think first keep people waiting."""
UNKNOWN_CONTEXT = 8_192


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens."""

    prompt: float
    completion: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """USD."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6


PRICES = {
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
}
_CONTEXT = {"gpt-4o": 128_000, "gpt-4.1": 1_047_576, "gpt-5": 272_000}
_DATED = re.compile(r"-20\d\d-\d\d-\d\d$")


def price_of(model: str) -> Price | None:
    """The price of this model or of its dated version; None where the table does not know it."""
    return PRICES.get(_DATED.sub("", model))


def context_of(model: str) -> int:
    """Tokens that the model takes, prompt and reply; a small number that all take where it is not known."""
    known = _DATED.sub("", model)
    if known not in PRICES:
        return UNKNOWN_CONTEXT
    return next(tokens for family, tokens in _CONTEXT.items() if known.startswith(family))
