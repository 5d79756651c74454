"""The one wrapper around the `openai` client: tries, time limits, a breaker, and what counts as a reply.

The client's own retries are off: they know no deadline, and they hide what happened.
"""

from __future__ import annotations

import random
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx
from openai import OpenAI

from rag.answer.background import Background, http_client
from rag.answer.breaker import Breaker
from rag.answer.faults import Fault, Server, fault
from rag.answer.language_model import Prompt, Reply, ReplyStream
from rag.answer.prices import DEFAULT_MODEL, PRICES
from rag.answer.thoughts import WithoutThoughts
from rag.answer.wire import FINISHED, WHY_NOT, Piece, read
from rag.errors import ConfigurationError, ProviderError, ReplyRejected
from rag.settings import Settings

HOSTED = "https://api.openai.com/v1"
FIRST_TOKEN_S = {True: 30.0, False: 120.0}
"""At the hosted provider, and elsewhere."""
_LONGEST_PAUSE_S = 8.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    connect: float
    first_token: float
    token: float
    total: float


class OpenAIModel:
    """A language model behind an OpenAI-compatible server."""

    def __init__(self, settings: Settings, breaker: Breaker | None = None) -> None:
        base_url = settings.base_url or HOSTED
        key = settings.api_key.get_secret_value()
        self.provider = _host(base_url)
        self._hosted = urlsplit(base_url).hostname == urlsplit(HOSTED).hostname
        self._given_name = settings.model or (DEFAULT_MODEL if self._hosted else "")
        self._key = key
        self._limits = Limits(
            settings.connect_timeout_s,
            settings.first_token_timeout_s or FIRST_TOKEN_S[self._hosted],
            settings.token_timeout_s,
            settings.total_timeout_s,
        )
        self._attempts = settings.attempts
        self._streaming = settings.streaming
        self._breaker = breaker or Breaker()
        self._optional: Mapping[str, Any] = {
            "temperature": 0,
            "max_completion_tokens" if self._hosted else "max_tokens": settings.max_tokens,
            **({"stream_options": {"include_usage": True}} if self._streaming else {}),
        }
        # Some servers take no key, and the client takes no empty one.
        self._client = OpenAI(
            api_key=key or "none",
            base_url=base_url,
            max_retries=0,
            http_client=http_client(httpx.Timeout(self._limits.total, connect=self._limits.connect)),
        )
        _ = self._client.chat.completions  # imported on first use, which would count as the model's time
        weakref.finalize(self, self._client.close)

    def __repr__(self) -> str:
        return f"OpenAIModel({self.name!r} at {self.provider!r})"

    @cached_property
    def name(self) -> str:
        """As configured, else the first model that the server lists."""
        return self._given_name or next(iter(self._listed()), "default")

    def offered(self) -> tuple[str, ...]:
        """Models to choose from: those whose price is known, or what another server lists; none where it fails."""
        return tuple(PRICES) if self._hosted else self._listed()

    def _listed(self) -> tuple[str, ...]:
        try:
            return tuple(str(model.id) for model in self._client.models.list(timeout=self._limits.connect).data)
        except Exception:  # asking it to write will say what is wrong with the server
            return ()

    @cached_property
    def _server(self) -> Server:
        return Server(self.provider, self.name, self._key)

    def stream(self, prompt: Prompt) -> ReplyStream:
        """Text, then the whole `Reply`; tried again only while no text was handed out."""
        self._breaker.check()
        deadline = time.monotonic() + self._limits.total
        tried = 0
        while True:
            wrote, optional = False, self._optional
            try:
                for event in self._try(prompt, deadline, optional):
                    wrote = True
                    yield event
            except Exception as error:
                found = fault(error, self._server)
                if self._leave_out(found.unsupported, optional):
                    continue
                tried += 1
                pause = self._pause(found, tried)
                if found.again and not wrote and tried < self._attempts and time.monotonic() + pause < deadline:
                    time.sleep(pause)
                    continue
                if found.again:
                    self._breaker.failed()
                raise _told(found, tried, pause, deadline) from error
            self._breaker.succeeded()
            return

    def _try(self, prompt: Prompt, deadline: float, optional: Mapping[str, Any]) -> ReplyStream:
        messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
        request = {"model": self.name, "messages": messages, **optional}
        running = Background(lambda: read(self._client, request, self._streaming))
        thoughts, parts, last = WithoutThoughts(), [], _Total()
        limit = self._limits.first_token if self._streaming else self._limits.total
        life = time.monotonic()
        try:
            while (piece := self._next(running, life + limit, deadline, limit)) is not None:
                last.add(piece)
                if piece.text or piece.thinking or piece.finish_reason:
                    life, limit = time.monotonic(), self._limits.token
                if text := thoughts.feed(piece.text):
                    parts.append(text)
                    if self._streaming:
                        yield text
        finally:
            running.cancel()
        parts.append(thoughts.rest())
        reply = last.accepted("".join(parts), prompt)
        if shown := parts[-1] if self._streaming else reply.text:
            yield shown
        yield reply

    def _next(self, running: Background[Piece], until: float, deadline: float, limit: float) -> Piece | None:
        try:
            return running.next(min(until, deadline) - time.monotonic())
        except TimeoutError:
            if deadline <= until:
                raise ProviderError(f"the model did not answer within {self._limits.total:g} s") from None
            raise ReplyRejected(f"the model wrote nothing for {limit:g} s") from None

    def _leave_out(self, name: str, sent: Mapping[str, Any]) -> bool:
        """Go without a parameter that this server did not take; newer models know the other name of one.

        What was sent decides: another thread may have learned the same meanwhile.
        """
        if name not in sent:
            return False
        other = {"max_completion_tokens": sent[name]} if name == "max_tokens" else {}
        self._optional = {**{key: value for key, value in self._optional.items() if key != name}, **other}
        return True

    def _pause(self, found: Fault, tried: int) -> float:
        if found.after_s is not None:
            return found.after_s
        return float(min(_LONGEST_PAUSE_S, 0.5 * 2 ** (tried - 1)) * random.uniform(0.5, 1.5))


class _Total:
    """What the pieces of a reply say together."""

    def __init__(self) -> None:
        self._finish_reason = self._refusal = ""
        self._prompt_tokens = self._completion_tokens = 0

    def add(self, piece: Piece) -> None:
        self._finish_reason = piece.finish_reason or self._finish_reason
        self._refusal += piece.refusal
        self._prompt_tokens = piece.prompt_tokens or self._prompt_tokens
        self._completion_tokens = piece.completion_tokens or self._completion_tokens

    def accepted(self, text: str, prompt: Prompt) -> Reply:
        """The reply, or `ReplyRejected`: the client lets all of these pass as success."""
        if self._refusal:
            raise ReplyRejected("the model refused to answer", again=False)
        if not self._finish_reason:
            raise ReplyRejected("the reply broke off before its end")
        if self._finish_reason not in FINISHED:
            unknown = f"the reply ended for the reason {self._finish_reason[:40]!r}"
            raise ReplyRejected(WHY_NOT.get(self._finish_reason, unknown), again=False)
        if not text.strip():
            raise ReplyRejected("the model's reply was empty")
        written = -(-len(text.encode("utf-8", "replace")) // 4)
        return Reply(text, self._prompt_tokens or prompt.tokens, self._completion_tokens or written)


def _told(found: Fault, tried: int, pause: float, deadline: float) -> ProviderError:
    if found.after_s is not None and time.monotonic() + pause >= deadline:
        return ProviderError(f"{found.error}; it asks to wait {pause:.0f} s, longer than an answer may take")
    if tried > 1:
        return type(found.error)(f"{found.error} (tried {tried} times)")
    return found.error


def _host(base_url: str) -> str:
    """Host and port, without a user's name or password."""
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(
            f"the base URL must be like http://localhost:11434/v1, and it is {base_url[:80]!r}; set --base-url"
        )
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or base_url
