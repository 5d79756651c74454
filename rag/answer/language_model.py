"""What an answerer needs of a language model: one method, and the values that go in and come out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal, Protocol

BYTES_A_TOKEN = 3
"""English takes about 4.2 bytes a token and Chinese about 3, so counting by 3 errs on the safe side."""
TOKENS_A_MESSAGE = 8


@dataclass(frozen=True, slots=True)
class Message:
    """Who speaks, and what is said."""

    role: Literal["system", "user"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages for one call; the part that never changes comes first, so that providers can cache it."""

    messages: tuple[Message, ...]
    nonce: str = ""
    """Random, and new each time: it fences what comes from documents."""

    @property
    def key(self) -> str:
        """The same content has the same key, whatever its nonce."""
        blank = [(m.role, m.content.replace(self.nonce, "") if self.nonce else m.content) for m in self.messages]
        return hashlib.sha256(json.dumps(blank).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def tokens(self) -> int:
        """An estimate that is rarely too low; each model counts in its own way."""
        return sum(
            -(-len(m.content.encode("utf-8", "replace")) // BYTES_A_TOKEN) + TOKENS_A_MESSAGE for m in self.messages
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply, accepted: nothing is cut off and nothing was refused."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached: bool = False
    """Read from the disk; nothing was paid for it."""


ReplyStream = Generator[str | Reply, None, None]


class LanguageModel(Protocol):
    """Anything that writes text; `rag.testing.ScriptedLLM` is one without a model."""

    @property
    def name(self) -> str: ...

    @property
    def provider(self) -> str:
        """Who sees the prompt: a host, or what runs here."""

    def stream(self, prompt: Prompt) -> ReplyStream:
        """Text as it is written, then the whole `Reply`.

        Raises `ProviderError` where no whole reply came, also after text. Closing the iterator
        stops the request.
        """
