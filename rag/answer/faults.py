"""What went wrong at a provider: foreign errors become ours here, and nowhere else."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import openai

from rag.errors import ContextTooLong, NotAsked, ProviderError, ProviderRefused, RagError, ReplyRejected

LONGEST_MESSAGE = 200
"""Characters of a server's own words in one of our errors."""

_TOO_LONG = re.compile(r"context.{0,12}(length|size|window)|maximum context|prompt is too long|too many tokens", re.I)
_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.I)
_OPTIONAL = re.compile(r"\b(temperature|stream_options|max_completion_tokens|max_tokens)\b")


@dataclass(frozen=True, slots=True)
class Server:
    """Whom we talk to; the key is here so that it can be kept out of what is said."""

    host: str
    model: str
    key: str

    def quoted(self, text: object) -> str:
        """A server's words, bounded, on one line, without the key."""
        plain = str(text)
        if self.key:
            plain = plain.replace(self.key, "…")
        line = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
        return line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "…"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is told, and whether another try may help."""

    error: ProviderError
    again: bool
    after_s: float | None = None
    """How long the server asks to wait."""
    unsupported: str = ""
    """A parameter that the server does not take, and that can be left out."""


def fault(error: Exception, server: Server) -> Fault:
    """Our fault for what the libraries raised; whatever it was, there is one."""
    if isinstance(error, ProviderError):
        return Fault(error, again=isinstance(error, ReplyRejected) and error.again)
    if isinstance(error, RagError):
        raise error
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, server)
    if isinstance(error, (openai.APIConnectionError, httpx.TransportError)):
        return Fault(_connection(error, server), again=True)
    if isinstance(error, openai.APIError):
        return _of_event(error, server)
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)):
        return Fault(ReplyRejected(f"{server.host} sent broken JSON instead of a reply"), again=True)
    message = f"{server.host} sent a reply in another form than a chat completion ({type(error).__name__})"
    return Fault(ReplyRejected(message), again=True)


def _connection(error: Exception, server: Server) -> ProviderError:
    cause = error.__cause__ or error
    if isinstance(error, openai.APITimeoutError) or isinstance(cause, httpx.TimeoutException):
        if isinstance(cause, httpx.ConnectTimeout):
            return NotAsked(f"{server.host}: no connection in time")
        return ProviderError(f"{server.host}: no answer in time")
    if isinstance(cause, httpx.ConnectError):
        return NotAsked(f"{server.host} cannot be reached ({server.quoted(cause)}); is the server running?")
    return ProviderError(f"the connection to {server.host} broke ({server.quoted(cause) or type(cause).__name__})")


def _of_status(error: openai.APIStatusError, server: Server) -> Fault:
    status, said = error.status_code, server.quoted(_said(error))
    text = f"{error.message} {error.body}"
    if status in (401, 403):
        message = f"{server.host} refused the key ({status}); check OPENAI_API_KEY"
        return Fault(ProviderRefused(message), again=False)
    if status == 402 or (status == 429 and _QUOTA.search(text)):
        return Fault(
            ProviderRefused(f"no quota is left at {server.host} ({status}); see the account there"), again=False
        )
    if status == 404:
        told = f": {said}" if isinstance(error.body, dict) else ""
        message = f"{server.host} knows no model {server.model!r}, or nothing answers at this base URL (404){told}"
        return Fault(ProviderRefused(message), again=False)
    if status == 413 or (status in (400, 422, 500) and _TOO_LONG.search(text)):
        return Fault(ContextTooLong(f"the prompt is too long for {server.model} at {server.host}: {said}"), again=False)
    if status in (400, 422) and (named := _OPTIONAL.search(text)):
        return Fault(ProviderRefused(f"{server.host}: {said}"), again=False, unsupported=named[0])
    if status in (408, 409, 425, 429) or status >= 500:
        busy = NotAsked(f"{server.host} asks for patience (429)") if status == 429 else None
        failed = busy or ProviderError(f"{server.host} failed ({status})")
        return Fault(failed, again=True, after_s=_retry_after(error.response))
    return Fault(ProviderRefused(f"{server.host} refused the request ({status}): {said}"), again=False)


def _said(error: openai.APIStatusError) -> object:
    """The server's message, where the body has one."""
    return error.body.get("message") or error.message if isinstance(error.body, dict) else error.message


def _of_event(error: openai.APIError, server: Server) -> Fault:
    """An error that came in the middle of a stream, where there is no status."""
    text = f"{error.message} {error.body}"
    if _QUOTA.search(text):
        return Fault(ProviderRefused(f"no quota is left at {server.host}; see the account there"), again=False)
    if _TOO_LONG.search(text):
        return Fault(ContextTooLong(f"the prompt is too long for {server.model} at {server.host}"), again=False)
    return Fault(ProviderError(f"{server.host} failed while it wrote: {server.quoted(error.message)}"), again=True)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from a number of seconds or a date; None where there is none that can be read."""
    value = response.headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(seconds, 0.0) if seconds == seconds else None
