"""Which answerer answers: as the settings say, or the best that is at hand."""

from __future__ import annotations

from rag.answer.ranker import SentenceRanker
from rag.errors import ConfigurationError
from rag.settings import Settings
from rag.types import Answerer, Embedder


def choose_answerer(settings: Settings, embedder: Embedder, given: Answerer | None = None) -> Answerer:
    """`given` where there is one, else what `settings.answerer` names."""
    if given is not None:
        return given
    if settings.answerer in ("auto", "sentences"):
        return SentenceRanker(embedder)
    raise ConfigurationError(
        f"the answerer {settings.answerer!r} was asked for, and this version has none; use --answerer sentences"
    )
