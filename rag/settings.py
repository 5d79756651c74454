"""Settings: from arguments, from the environment (`RAG_…`), else the defaults here."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

AnswererName = Literal["auto", "openai", "reader", "sentences"]


class Settings(BaseSettings):
    """One value a knob; each can be set as `RAG_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="RAG_", extra="ignore", frozen=True)

    home: Path = Path(".rag")
    """The library's folder."""
    embedder: str = "all-MiniLM-L6-v2"
    """A packaged model, or `openai:<model>`."""
    answerer: AnswererName = "auto"
    k: int = Field(default=8, ge=1)
    """Passages an answer may rest on."""
    candidates: int = Field(default=50, ge=1)
    """Chunks that each ranking brings before fusion."""

    model: str = ""
    base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    api_key: SecretStr = Field(default=SecretStr(""), validation_alias="OPENAI_API_KEY")
