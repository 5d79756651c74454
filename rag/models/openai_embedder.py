"""Vectors from OpenAI, or from a server that speaks its protocol."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from rag.errors import ConfigurationError, ProviderError, RagError
from rag.models.checked import unit_vectors

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI

    from rag.types import Vectors

DIMENSIONS = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
BATCH_TEXTS = 256
BATCH_BYTES = 250_000
"""A token is at least a byte, and OpenAI takes 300,000 tokens in a request."""
TEXT_BYTES = 8_000
"""Of one text; the rest is not looked at. OpenAI takes 8,192 tokens, and chunks are far shorter."""
REPLY_BYTES = 64_000_000
CONNECT_S = 5.0
ATTEMPT_S = 30.0
DEADLINE_S = 120.0


class _Item(BaseModel):
    index: int
    embedding: list[float]


class _Reply(BaseModel):
    data: list[_Item]


class OpenAIEmbedder:
    """Sends texts in batches; what fails in passing is tried again until `deadline_s` for each batch.

    Raises `ConfigurationError` where the key or the model is refused, `ProviderError` for all else. The key stands in
    no message. Without `base_url` it is OpenAI, and a key is needed. Safe to use from many threads.
    """

    def __init__(self, model: str, api_key: str = "", base_url: str = "", deadline_s: float = DEADLINE_S) -> None:
        if not api_key and not base_url:
            raise ConfigurationError(
                f"the embedder openai:{model} needs a key, but there is no OPENAI_API_KEY in the environment; "
                "set it, or use the embedder all-MiniLM-L6-v2, which needs none"
            )
        self._model = model
        self._key = api_key
        self._base_url = base_url
        self._deadline_s = deadline_s

    @property
    def name(self) -> str:
        return f"openai:{self._model}"

    @cached_property
    def dimensions(self) -> int:
        """Known for OpenAI's own models; of others learned by embedding one word."""
        known = None if self._base_url else DIMENSIONS.get(self._model)
        return known or len(self._request(["dimensions"], None)[0])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        start = 0
        for batch in _batches(texts):
            vectors[start : start + len(batch)] = self._request(batch, self.dimensions)
            start += len(batch)
        return vectors

    def embed_question(self, question: str) -> Vectors:
        vector: Vectors = self.embed_documents([question])[0]
        return vector

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI

        # Without a key the client would look into the environment, and refuse to start.
        return OpenAI(api_key=self._key or "none", base_url=self._base_url or None, max_retries=0)

    def _request(self, texts: list[str], dimensions: int | None) -> Vectors:
        """One batch, tried again after what passes: lost connections, 408, 409, 429 and 5xx."""
        deadline = time.monotonic() + self._deadline_s
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._parsed(self._attempt(texts, deadline), len(texts), dimensions)
            except _Passing as failure:
                wait = failure.retry_after or min(20.0, 0.5 * 2 ** (attempt - 1)) * random.uniform(0.75, 1.25)
                if time.monotonic() + wait >= deadline:
                    tries = f"{attempt} {'try' if attempt == 1 else 'tries'} within {self._deadline_s:g} s"
                    raise ProviderError(
                        f"{self._who} was to embed {len(texts)} texts, but {failure} ({tries})"
                    ) from failure
                time.sleep(wait)

    def _attempt(self, texts: list[str], deadline: float) -> bytes:
        """The body of the reply. The client's own timeout counts each read alone, so a server that drips would hold
        us for ever: the body is read here, against the deadline."""
        from httpx import Timeout
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        limit = max(0.1, min(ATTEMPT_S, deadline - time.monotonic()))
        create = self._client.embeddings.with_streaming_response.create
        try:
            timeout = Timeout(limit, connect=min(CONNECT_S, limit))
            with create(model=self._model, input=texts, encoding_format="float", timeout=timeout) as response:
                return _whole(response.iter_bytes(), time.monotonic() + limit)
        except APITimeoutError as error:
            raise _Passing(f"no reply came within {limit:.0f} s") from error
        except APIConnectionError as error:
            raise _Passing(f"the connection failed ({type(error.__cause__ or error).__name__})") from error
        except APIStatusError as error:
            # Not chained: the server's text, which may repeat the key, would stand in the traceback.
            raise self._translated(error) from None

    def _translated(self, error: APIStatusError) -> Exception:
        status = error.status_code
        if status in (401, 403):
            return ConfigurationError(f"{self._who} refused the key ({status}); check OPENAI_API_KEY")
        if status == 404:
            return ConfigurationError(
                f"{self._who} knows no embedding model {self._model!r} (404); check RAG_EMBEDDER and OPENAI_BASE_URL"
            )
        if status == 429 and error.code == "insufficient_quota":
            return ProviderError(f"{self._who} says that the quota is spent (429); see to the account's billing")
        if status in (408, 409, 429) or status >= 500:
            return _Passing(f"the server replied {status}", _retry_after(error.response.headers.get("retry-after")))
        said = error.message.replace(self._key, "[key]") if self._key else error.message
        return ProviderError(f"{self._who} refused the request: {said[:300]}")

    def _parsed(self, body: bytes, count: int, dimensions: int | None) -> Vectors:
        try:
            reply = _Reply.model_validate_json(body)
        except ValidationError as error:
            raise ProviderError(
                f"{self._who} was to reply with vectors, but replied with something else "
                f"({len(body):,} bytes); check OPENAI_BASE_URL"
            ) from error
        rows = sorted(reply.data, key=lambda item: item.index)
        if [item.index for item in rows] != list(range(len(rows))):
            raise ProviderError(f"{self._who} numbered its vectors wrongly; nothing was stored")
        return unit_vectors([item.embedding for item in rows], count, dimensions, self._who)

    @property
    def _who(self) -> str:
        return f"{self.name} at {self._client.base_url.host}"


class _Passing(RagError):
    """A failure that may be over at the next attempt; it ends as a `ProviderError`."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        # An empty text is refused by OpenAI; a lone surrogate cannot be sent.
        sent = text.encode("utf-8", "replace")[:TEXT_BYTES].decode("utf-8", "ignore") or " "
        length = len(sent.encode())
        if batch and (len(batch) == BATCH_TEXTS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(sent)
        size += length
    if batch:
        yield batch


def _whole(pieces: Iterator[bytes], deadline: float) -> bytes:
    from httpx import HTTPError

    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > REPLY_BYTES:
                raise ProviderError(f"the reply of the embedder's server is longer than {REPLY_BYTES:,} bytes")
            if time.monotonic() > deadline:
                raise _Passing("the reply did not come to an end in time")
    except HTTPError as error:
        raise _Passing(f"the connection broke off ({type(error).__name__})") from error
    return bytes(body)


def _retry_after(header: str | None) -> float | None:
    """Seconds to wait; None where the server does not say, or says it as a date."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None
