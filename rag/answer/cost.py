"""What calls cost: counted, and stopped before one that could pass the budget."""

from __future__ import annotations

from threading import Lock

from rag.answer.cache import CachedModel
from rag.answer.language_model import LanguageModel, Prompt, Reply, ReplyStream
from rag.answer.prices import Price, context_of, price_of
from rag.errors import BudgetSpent, ConfigurationError, ContextTooLong, NotAsked, ProviderRefused
from rag.settings import Settings
from rag.types import Usage

_UNREAD = (NotAsked, ProviderRefused, ContextTooLong)
"""Faults that cost nothing, where they come before the first word."""


class Spent:
    """What calls have cost, in USD, for all that share one budget; those that run, or broke off, at their most."""

    def __init__(self) -> None:
        self.usd = 0.0
        self.lock = Lock()


class Meter:
    """A language model with its price; one budget for all that is asked through it, and through others with `spent`."""

    def __init__(self, model: LanguageModel, settings: Settings, spent: Spent | None = None) -> None:
        self.model = model
        self._price = _price(model, settings)
        self._budget = settings.budget_usd
        self._max_tokens = settings.max_tokens
        self._context = settings.context_tokens or context_of(model.name)
        self._spent = spent or Spent()

    @property
    def longest_prompt(self) -> int:
        """Tokens that leave room for the reply."""
        return max(self._context - self._max_tokens, 1)

    def stream(self, prompt: Prompt) -> ReplyStream:
        """What the model streams; `BudgetSpent` before a call that could cost more than what is left."""
        reserved = self._reserve(prompt)
        actual, began = reserved, False
        try:
            for event in self.model.stream(prompt):
                began = True
                if isinstance(event, Reply):
                    actual = self._cost(event)
                yield event
        except _UNREAD:
            actual = actual if began else 0.0
            raise
        finally:
            with self._spent.lock:
                self._spent.usd += actual - reserved

    def usage(self, reply: Reply) -> Usage:
        """What one reply cost; no call and nothing, where it was read from the disk."""
        if reply.cached:
            return Usage(cost_usd=0.0)
        cost = self._price.of(reply.prompt_tokens, reply.completion_tokens) if self._price else None
        return Usage(1, reply.prompt_tokens, reply.completion_tokens, cost)

    def _reserve(self, prompt: Prompt) -> float:
        """Set aside what this call can cost at most, so that threads together keep to the budget."""
        if self._price is None or (isinstance(self.model, CachedModel) and self.model.holds(prompt)):
            return 0.0
        most = self._price.of(prompt.tokens, self._max_tokens)
        with self._spent.lock:
            if self._budget is not None and self._spent.usd + most > self._budget:
                raise BudgetSpent(
                    f"the budget of ${self._budget:g} has ${self._budget - self._spent.usd:.4f} left, "
                    f"and the next call could cost ${most:.4f}; raise --budget"
                )
            self._spent.usd += most
        return most

    def _cost(self, reply: Reply) -> float:
        return self.usage(reply).cost_usd or 0.0


def _price(model: LanguageModel, settings: Settings) -> Price | None:
    if settings.price_in is not None and settings.price_out is not None:
        return Price(settings.price_in, settings.price_out)
    price = price_of(model.name)
    if price is None and settings.budget_usd is not None:
        raise ConfigurationError(
            f"a budget was set, and the price of {model.name!r} is not known; set RAG_PRICE_IN and RAG_PRICE_OUT "
            "(USD for a million tokens; 0 for a model of your own)"
        )
    return price
