"""Against a server on loopback that plays a script: real sockets, real faults."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from rag.errors import ConfigurationError, ProviderError
from rag.models import openai_embedder
from rag.models.embedder import open_embedder
from rag.models.openai_embedder import OpenAIEmbedder

KEY = "sk-secret-0123456789"


@dataclass
class Reply:
    status: int = 200
    body: bytes | None = None
    """None: proper vectors for what was sent."""
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    """Sends the body a byte at a time, with this pause."""
    cut: bool = False
    """Promises more bytes than it sends."""


class Server(ThreadingHTTPServer):
    """Gives the replies of its script in order, then proper vectors; `received` is what was sent to it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Reply] = []
        self.received: list[dict[str, Any]] = []
        self.keys: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append(sent)
        self.server.keys.append(self.headers["Authorization"])
        reply = self.server.script.pop(0) if self.server.script else Reply()
        body = vectors(sent["input"]) if reply.body is None else reply.body
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + reply.cut * 100))
        self.end_headers()
        try:
            for i in range(0, len(body), 1) if reply.drip_s else [0]:
                self.wfile.write(body[i : i + 1] if reply.drip_s else body)
                self.wfile.flush()
                time.sleep(reply.drip_s)
        except OSError:
            pass
        self.close_connection = self.close_connection or reply.cut

    def log_message(self, *args: Any) -> None:
        pass


def vectors(texts: list[str], order: Callable[[int], int] = lambda n: n) -> bytes:
    """Vectors that tell the texts apart: (length + 1, 1, 0), listed backwards, as the protocol allows."""
    data = [{"index": order(i), "embedding": [len(text) + 1, 1, 0]} for i, text in enumerate(texts)]
    return json.dumps({"data": data[::-1]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def embedder(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIEmbedder]:
    monkeypatch.setattr(openai_embedder.random, "uniform", lambda low, high: 0.02)
    embedder = OpenAIEmbedder("small", KEY, server.url, deadline_s=5)
    yield embedder
    embedder._client.close()


def expected(text: str) -> np.ndarray:
    vector = np.array([len(text) + 1, 1, 0])
    return vector / np.linalg.norm(vector)


def test_vectors_come_in_the_order_of_the_texts_at_unit_length(embedder: OpenAIEmbedder, server: Server):
    texts = ["one", "three", ""]
    found = embedder.embed_documents(texts)
    assert found.dtype == np.float32
    for row, text in zip(found, ["one", "three", " "], strict=True):
        np.testing.assert_allclose(row, expected(text), atol=1e-6)
    assert server.received[-1]["model"] == "small"
    assert server.keys[-1] == f"Bearer {KEY}"


def test_the_dimensions_of_an_unknown_model_are_learned_once(embedder: OpenAIEmbedder, server: Server):
    assert embedder.dimensions == 3
    assert embedder.embed_question("what?").shape == (3,)
    assert [r["input"] for r in server.received] == [["dimensions"], ["what?"]]


def test_no_texts_give_no_vectors(embedder: OpenAIEmbedder):
    assert embedder.embed_documents([]).shape == (0, 3)


def test_many_texts_go_in_batches_bounded_in_number_and_in_bytes(embedder: OpenAIEmbedder, server: Server):
    texts = ["x" * (i % 7) for i in range(600)] + ["é" * 100_000] * 40
    found = embedder.embed_documents(texts)
    sent = [r["input"] for r in server.received[1:]]
    assert found.shape == (640, 3)
    assert max(len(batch) for batch in sent) == 256
    assert max(sum(len(text.encode()) for text in batch) for batch in sent) <= 250_000
    assert max(len(text.encode()) for batch in sent for text in batch) == 8_000


def test_text_that_cannot_be_sent_as_it_is_is_sent_without_what_is_in_the_way(embedder: OpenAIEmbedder, server: Server):
    embedder.embed_documents(["a\ud800b", "\0", "😀" * 5_000])
    assert server.received[-1]["input"] == ["a?b", "\0", "😀" * 2_000]


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
def test_what_passes_is_tried_again(embedder: OpenAIEmbedder, server: Server, status: int):
    server.script = [Reply(status, b"{}"), Reply(status, b"<html>busy</html>")]
    assert embedder.embed_question("hello").shape == (3,)
    assert [r["input"] for r in server.received] == [["dimensions"]] * 3 + [["hello"]]


def test_retry_after_is_waited_for(embedder: OpenAIEmbedder, server: Server):
    server.script = [Reply(429, b"{}", {"Retry-After": "0.3"})]
    started = time.monotonic()
    assert embedder.dimensions == 3
    assert time.monotonic() - started >= 0.3


def test_a_wait_beyond_the_deadline_is_not_begun(server: Server):
    server.script = [Reply(429, b"{}", {"Retry-After": "60"})]
    embedder = OpenAIEmbedder("small", KEY, server.url, deadline_s=40)
    started = time.monotonic()
    with pytest.raises(ProviderError, match=r"was to embed 1 texts, but the server replied 429 \(1 try within 40 s\)"):
        embedder.embed_question("hello")
    assert time.monotonic() - started < 30
    embedder._client.close()


def test_failures_without_end_end_at_the_deadline(server: Server):
    server.script = [Reply(500, b"{}")] * 100
    embedder = OpenAIEmbedder("small", KEY, server.url, deadline_s=1)
    with pytest.raises(ProviderError, match=r"the server replied 500 \(\d tr"):
        embedder.embed_question("hello")
    embedder._client.close()


def test_a_reply_that_drips_ends_at_the_deadline(server: Server):
    server.script = [Reply(drip_s=0.2)]
    embedder = OpenAIEmbedder("small", KEY, server.url, deadline_s=0.8)
    started = time.monotonic()
    with pytest.raises(ProviderError, match="did not come to an end in time"):
        embedder.embed_question("hello")
    assert time.monotonic() - started < 0.2 * len(vectors(["hello"]))
    embedder._client.close()


def test_a_reply_cut_off_is_tried_again(embedder: OpenAIEmbedder, server: Server):
    server.script = [Reply(cut=True)]
    assert embedder.dimensions == 3
    assert len(server.received) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_named_as_such_and_never_shown(embedder: OpenAIEmbedder, server: Server, status: int):
    server.script = [Reply(status, json.dumps({"error": {"message": f"Incorrect API key: {KEY}"}}).encode())]
    with pytest.raises(ConfigurationError, match=r"refused the key .* check OPENAI_API_KEY") as caught:
        embedder.embed_question("hello")
    assert KEY not in str(caught.value)
    assert caught.value.__suppress_context__
    assert len(server.received) == 1


def test_an_unknown_model_is_named(embedder: OpenAIEmbedder, server: Server):
    server.script = [Reply(404, b'{"error": {"message": "no such model"}}')]
    with pytest.raises(ConfigurationError, match="knows no embedding model 'small'"):
        embedder.embed_question("hello")


def test_a_spent_quota_is_not_asked_again(embedder: OpenAIEmbedder, server: Server):
    server.script = [Reply(429, b'{"error": {"message": "You exceeded", "code": "insufficient_quota"}}')]
    with pytest.raises(ProviderError, match="quota is spent"):
        embedder.embed_question("hello")
    assert len(server.received) == 1


def test_a_refused_request_says_what_the_server_said_without_the_key(embedder: OpenAIEmbedder, server: Server):
    server.script = [Reply(400, json.dumps({"error": {"message": f"input too long for {KEY}"}}).encode())]
    with pytest.raises(ProviderError, match=r"refused the request: .*input too long for \[key\]") as caught:
        embedder.embed_question("hello")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>Sign in to the hotel's network</html>", "replied with something else"),
        (b"", "replied with something else"),
        (b'{"data": "none"}', "replied with something else"),
        (b'{"data": []}', "was given 1 texts, but gave 0 vectors"),
        (vectors(["a", "b"]), "was given 1 texts, but gave 2 vectors"),
        (vectors(["a"], order=lambda n: 5), "numbered its vectors wrongly"),
        (b'{"data": [{"index": 0, "embedding": [1, 2]}]}', "was to give vectors of 3 dimensions, but gave one of 2"),
        (b'{"data": [{"index": 0, "embedding": []}]}', "was to give vectors of 3 dimensions, but gave one of 0"),
        (b'{"data": [{"index": 0, "embedding": [0, 0, 0]}]}', "a vector of zeros"),
        (b'{"data": [{"index": 0, "embedding": [NaN, 0, 0]}]}', "NaN or infinity|something else"),
    ],
)
def test_a_reply_with_status_200_that_is_no_vector_is_refused(
    embedder: OpenAIEmbedder, server: Server, body: bytes, message: str
):
    assert embedder.dimensions == 3
    server.script = [Reply(200, body)]
    with pytest.raises(ProviderError, match=message):
        embedder.embed_question("hello")
    assert embedder.embed_question("hello").shape == (3,)


def test_nobody_there_is_a_sentence():
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_port
    embedder = OpenAIEmbedder("small", KEY, f"http://127.0.0.1:{port}/v1", deadline_s=0.3)
    with pytest.raises(ProviderError, match=r"at 127\.0\.0\.1 was to embed 1 texts, but the connection failed"):
        embedder.embed_question("hello")
    embedder._client.close()


def test_without_key_and_base_url_the_message_says_what_to_do():
    with pytest.raises(ConfigurationError, match="no OPENAI_API_KEY in the environment; set it, or use"):
        open_embedder("openai:text-embedding-3-small")


def test_key_and_base_url_come_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    embedder = open_embedder("openai:small")
    assert isinstance(embedder, OpenAIEmbedder)
    assert embedder.name == "openai:small"
    assert embedder.dimensions == 3
    embedder._client.close()


def test_the_dimensions_of_openai_s_own_models_are_known_without_asking():
    assert open_embedder("openai:text-embedding-3-small", api_key=KEY).dimensions == 1536
