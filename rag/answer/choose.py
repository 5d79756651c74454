"""Which answerer answers: as the settings say, or the best that is at hand."""

from __future__ import annotations

from typing import Any

from rag.errors import ConfigurationError
from rag.settings import Settings
from rag.types import Answerer, Embedder


def choose_answerer(settings: Settings, embedder: Embedder, given: Any = None) -> Answerer:
    """`given` where there is one (an `Answerer`, a `LanguageModel` or a LlamaIndex LLM), else what the settings name.

    `auto` is the language model where a key or a base URL is configured.
    """
    if given is not None:
        return _given(given, settings, embedder)
    if uses_model(settings):
        from rag.answer.provider import OpenAIModel

        return _generator(OpenAIModel(settings), settings, embedder)
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


def _given(given: Any, settings: Settings, embedder: Embedder) -> Answerer:
    from rag.answer.llamaindex_model import LlamaIndexModel, is_llamaindex_llm

    if is_llamaindex_llm(given):
        return _generator(LlamaIndexModel(given), settings, embedder)
    if not callable(getattr(given, "stream", None)):
        raise ConfigurationError(
            f"llm= takes a LlamaIndex LLM, a LanguageModel or an Answerer, and a {type(given).__name__} is none of them"
        )
    if hasattr(given, "provider"):
        return _generator(given, settings, embedder)
    answerer: Answerer = given
    return answerer


def _generator(model: Any, settings: Settings, embedder: Embedder) -> Answerer:
    from rag.answer.cache import CachedModel
    from rag.answer.cost import Meter
    from rag.answer.generator import Generator

    if settings.reply_cache is not None:
        model = CachedModel(model, settings.reply_cache)
    return Generator(Meter(model, settings), _at_home(settings, embedder), settings.strict)


def _at_home(settings: Settings, embedder: Embedder) -> Answerer:
    """The answerer that needs no network: the reader, or the sentence ranker where it is asked for."""
    if settings.answerer != "sentences":
        from rag.answer.reader import ReaderAnswerer

        return ReaderAnswerer(risk=settings.risk)
    from rag.answer.ranker import SentenceRanker

    return SentenceRanker(embedder)
