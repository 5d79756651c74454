"""Which answerer answers: as the settings say, or the best that is at hand."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from rag.errors import ConfigurationError
from rag.settings import AnswererName, Settings
from rag.types import Answerer, Embedder

if TYPE_CHECKING:
    from rag.answer.cost import Spent
    from rag.models.reader import Reader


def choose_answerer(settings: Settings, embedder: Embedder, given: Any = None, spent: Spent | None = None) -> Answerer:
    """`given` where there is one (an `Answerer`, a `LanguageModel` or a LlamaIndex LLM), else what the settings name.

    `auto` is the language model where a key or a base URL is configured. `spent` counts what other
    answerers of the same budget have paid.
    """
    if given is not None:
        return _given(given, settings, embedder, spent)
    if uses_model(settings):
        from rag.answer.provider import OpenAIModel

        return _generator(OpenAIModel(settings), settings, embedder, spent)
    return _at_home(settings, embedder)


def uses_model(settings: Settings) -> bool:
    """Whether these settings let a language model see the documents; raises where they ask for one in vain."""
    configured = bool(settings.base_url or settings.api_key.get_secret_value())
    if settings.answerer == "openai" and not configured:
        raise ConfigurationError(
            "a language model was asked for, and there is neither OPENAI_API_KEY nor a base URL; set one of them, "
            "or use --answerer reader"
        )
    return configured and settings.answerer in ("auto", "openai")


def available(settings: Settings) -> tuple[AnswererName, ...]:
    """The answerers that can answer here, best first: the language model only where a key or a base URL is set."""
    at_home: tuple[AnswererName, ...] = ("reader", "sentences")
    return ("openai", *at_home) if settings.base_url or settings.api_key.get_secret_value() else at_home


def _given(given: Any, settings: Settings, embedder: Embedder, spent: Spent | None) -> Answerer:
    from rag.answer.llamaindex_model import LlamaIndexModel, is_llamaindex_llm

    if is_llamaindex_llm(given):
        return _generator(LlamaIndexModel(given, settings.total_timeout_s), settings, embedder, spent)
    if not callable(getattr(given, "stream", None)):
        raise ConfigurationError(
            f"llm= takes a LlamaIndex LLM, a LanguageModel or an Answerer, and a {type(given).__name__} is none of them"
        )
    if hasattr(given, "provider"):
        return _generator(given, settings, embedder, spent)
    answerer: Answerer = given
    return answerer


def _generator(model: Any, settings: Settings, embedder: Embedder, spent: Spent | None) -> Answerer:
    from rag.answer.cache import CachedModel
    from rag.answer.cost import Meter
    from rag.answer.generator import Generator

    if settings.reply_cache is not None:
        model = CachedModel(model, settings.reply_cache)
    return Generator(Meter(model, settings, spent), _at_home(settings, embedder), settings.strict, _packaged_reader())


def _at_home(settings: Settings, embedder: Embedder) -> Answerer:
    """The answerer that needs no network: the reader, or the sentence ranker where it is asked for."""
    if settings.answerer != "sentences":
        from rag.answer.reader import ReaderAnswerer

        return ReaderAnswerer(_packaged_reader(), risk=settings.risk)
    from rag.answer.ranker import SentenceRanker

    return SentenceRanker(embedder)


@cache
def _packaged_reader() -> Reader:
    """Opened once, however many answerers read with it, and kept for those to come."""
    from rag.models.reader import Reader

    return Reader()
