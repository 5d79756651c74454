"""Settings: from arguments, from the environment (`RAG_…`), else the defaults here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import ConfigurationError

AnswererName = Literal["auto", "openai", "reader", "sentences"]
FusionName = Literal["both", "lexical", "dense"]


class Settings(BaseSettings):
    """One value a knob; each can be set as `RAG_<NAME>` in the environment.

    An empty variable counts as not set. A value that cannot be is a `ConfigurationError` that names it.
    """

    model_config = SettingsConfigDict(
        env_prefix="RAG_", extra="forbid", frozen=True, populate_by_name=True, env_ignore_empty=True
    )

    @classmethod
    def given(cls, **values: Any) -> Settings:
        """Settings with those of these values that are not None."""
        return cls(**{name: value for name, value in values.items() if value is not None})

    home: Path = Path(".rag")
    """The library's folder."""
    embedder: str = "all-MiniLM-L6-v2"
    """A packaged model, or `openai:<model>`."""
    answerer: AnswererName = "auto"
    k: int | None = Field(default=None, ge=1)
    """Passages that an answer may rest on; None: 8, and 24 where the reader answers, which looks at no more."""
    risk: float = Field(default=0.1, gt=0, lt=1)
    """The share of questions on other things than the documents are about that the reader may answer all the same; of
    those that the documents nearly answer, it answers several times as many."""
    candidates: int = Field(default=100, ge=1)
    """Chunks that each ranking brings before fusion."""
    fusion: FusionName = "both"
    """The rankings that are searched: both, fused, or one of them alone."""
    lexical_weight: float = Field(default=0.65, ge=0, le=1)
    """Of the lexical ranking where both are fused; the dense one has the rest of 1."""
    rerank: bool = False
    """Order the first 24 passages by the reader's opinion too, before the best `k` of them are taken."""
    chunk_tokens: int | None = Field(default=None, ge=20, le=256)
    """About so many a chunk, when a library is made; None: 200, and later as the library has them."""

    model: str = ""
    """The language model; empty: the provider's default."""
    base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    """An OpenAI-compatible server, "http://localhost:11434/v1"; empty: OpenAI, where there is a key."""
    api_key: SecretStr = Field(default=SecretStr(""), validation_alias="OPENAI_API_KEY")
    strict: bool = False
    """Leave out statements that the cited sentences do not bear out, instead of marking them."""
    streaming: bool = True
    """Ask the model's server for text as it is written; off for servers that cannot."""

    connect_timeout_s: float = Field(default=5.0, gt=0)
    first_token_timeout_s: float = Field(default=0.0, ge=0)
    """0: 30 s at OpenAI, 120 s at another base URL, where a model may have to be loaded first."""
    token_timeout_s: float = Field(default=20.0, gt=0)
    """Between two tokens."""
    total_timeout_s: float = Field(default=120.0, gt=0)
    """For one answer, with everything that is tried again."""
    attempts: int = Field(default=3, ge=1)
    max_tokens: int = Field(default=1024, ge=1)
    """Of a reply."""
    context_tokens: int = Field(default=0, ge=0)
    """What the model takes, prompt and reply; 0: as the table of prices says, else 8,192."""

    budget_usd: float | None = Field(default=None, gt=0)
    """What the calls of one assistant may cost together; None: no limit."""
    price_in: float | None = Field(default=None, ge=0)
    """USD for a million prompt tokens, where the table of prices does not know the model."""
    price_out: float | None = Field(default=None, ge=0)
    reply_cache: Path | None = None
    """A folder for the model's replies, found again by the content of the prompt; for evaluation runs."""

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise ConfigurationError("; ".join(_fault(fault["loc"][0], fault) for fault in error.errors())) from error


def _fault(name: object, fault: Any) -> str:
    if fault["type"] == "extra_forbidden":
        return f"there is no setting {name}; the settings are {', '.join(sorted(Settings.model_fields))}"
    variable = str(name) if str(name).isupper() else f"RAG_{name}".upper()
    found = "" if "KEY" in variable else f", not {str(fault['input'])[:60]!r}"
    return f"the setting {variable} is wrong: {fault['msg'][:1].lower()}{fault['msg'][1:]}{found}"
