"""A scripted OpenAI-compatible server: real sockets on loopback, and every fault that a provider can have.

    with ScriptedServer(says("A team lead approves it [1].")) as server:
        Settings(base_url=server.base_url, model="scripted")

Each request plays the next scene, and the last scene plays again and again. What is said is
streamed where the request asks for it, and sent whole where it does not.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any

Scene = Callable[["Stage"], None]
Body = dict[str, Any]


class ScriptedServer:
    """Serves its scenes until the `with` block ends; `requests` are the bodies that came, in order."""

    def __init__(self, *scenes: Scene) -> None:
        if not scenes:
            raise ValueError("a scripted server needs at least one scene")
        self.requests: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.hung_up = Event()
        """Set when a client went away in the middle of a scene."""
        self.closing = Event()
        self._scenes = scenes
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), self)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ScriptedServer:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def play(self, stage: Stage) -> None:
        """The next scene for this request."""
        with self._lock:
            scene = self._scenes[min(len(self.requests), len(self._scenes) - 1)]
            self.requests.append(stage.body)
            self.headers.append({name.lower(): value for name, value in stage.handler.headers.items()})
        try:
            scene(stage)
        except OSError:
            self.hung_up.set()


class Stage:
    """One request and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: Body, closing: Event) -> None:
        self.handler = handler
        self.body = body
        self.streaming = bool(body.get("stream"))
        self._closing = closing

    def wait(self, seconds: float) -> None:
        """Do nothing for a while; less where the server is closed."""
        self._closing.wait(seconds)

    def start(self, status: int = 200, headers: Mapping[str, str] | None = None, length: int | None = None) -> None:
        """Status and headers; without a length the body is sent in chunks."""
        self.handler.send_response(status)
        for name, value in {"content-type": "application/json", **(headers or {})}.items():
            self.handler.send_header(name, value)
        framing = ("transfer-encoding", "chunked") if length is None else ("content-length", str(length))
        self.handler.send_header(*framing)
        self.handler.end_headers()

    def chunk(self, data: bytes) -> None:
        """A part of a body in chunks; an empty one ends it."""
        self.handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.handler.wfile.flush()

    def whole(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.start(status, headers, len(body))
        self.handler.wfile.write(body)
        self.handler.wfile.flush()

    def event(self, data: object) -> None:
        """One event of a stream: JSON, or the text as it is."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.chunk(f"data: {text}\n\n".encode())

    def reset(self) -> None:
        """Close the connection the hard way."""
        connection = self.handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.close_connection = True
        self.handler.wfile.flush()
        connection.close()

    def hang_up(self) -> None:
        """Close the connection without an end."""
        self.handler.close_connection = True


def says(
    text: str | Callable[[Body], str],
    *,
    finish_reason: str | None = "stop",
    pause_s: float = 0.0,
    first_s: float = 0.0,
    usage: bool = True,
    message: Mapping[str, Any] | None = None,
) -> Scene:
    """A reply, word by word where it is streamed; `message` adds to or replaces fields of the message."""

    def scene(stage: Stage) -> None:
        said = text if isinstance(text, str) else text(stage.body)
        counted = {"usage": {"prompt_tokens": 100, "completion_tokens": len(said.split()), "total_tokens": 0}}
        counted = counted if usage else {}
        stage.wait(first_s)
        if not stage.streaming:
            whole = {"role": "assistant", "content": said, **(message or {})}
            stage.wait(pause_s * len(said.split()))
            stage.whole(200, json.dumps({**_reply("message", whole, finish_reason), **counted}).encode())
            return
        stage.start(headers={"content-type": "text/event-stream"})
        stage.event(_reply("delta", {"role": "assistant", "content": ""}, None))
        for word in _words(said):
            stage.event(_reply("delta", {"content": word}, None))
            stage.wait(pause_s)
        stage.event(_reply("delta", dict(message or {}), finish_reason))
        if counted:
            stage.event({**_reply("delta", {}, None), "choices": [], **counted})
        stage.event("[DONE]")
        stage.chunk(b"")

    return scene


def fails(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> Scene:
    """An error with this status; by default with a body such as OpenAI's."""
    shown = {"error": {"message": f"scripted error {status}", "code": None}} if body is None else body
    data = shown if isinstance(shown, bytes) else json.dumps(shown).encode()
    return lambda stage: stage.whole(status, data, headers)


def sends(body: bytes, content_type: str = "application/json", status: int = 200) -> Scene:
    """These bytes, whole."""
    return lambda stage: stage.whole(status, body, {"content-type": content_type})


def streams(*events: object, end: Callable[[Stage], None] | None = None, pause_s: float = 0.0) -> Scene:
    """These events, streamed whatever the request asks for, and the end of the body, or what `end` does instead."""

    def scene(stage: Stage) -> None:
        stage.start(headers={"content-type": "text/event-stream"})
        for event in events:
            stage.event(event)
            stage.wait(pause_s)
        (end or (lambda s: s.chunk(b"")))(stage)

    return scene


def part(text: str, finish_reason: str | None = None) -> Body:
    """An event with some text."""
    return _reply("delta", {"content": text}, finish_reason)


def stalls(seconds: float = 3600.0, *first: object) -> Scene:
    """Some events, if any, and then nothing for `seconds`."""

    def scene(stage: Stage) -> None:
        if first:
            stage.start(headers={"content-type": "text/event-stream"})
            for event in first:
                stage.event(event)
        stage.wait(seconds)
        stage.hang_up()

    return scene


def drips(pause_s: float, seconds: float = 3600.0, data: bytes = b": still here\n\n") -> Scene:
    """Bytes that say nothing, again and again: what no read timeout notices."""

    def scene(stage: Stage) -> None:
        stage.start(headers={"content-type": "text/event-stream"})
        for _ in range(int(seconds / pause_s)):
            stage.chunk(data)
            stage.wait(pause_s)
            if stage._closing.is_set():
                return

    return scene


def hangs_up(stage: Stage) -> None:
    """A scene: the connection is closed before a byte was sent."""
    stage.hang_up()


def resets(stage: Stage) -> None:
    """A scene: the connection is reset."""
    stage.reset()


def _reply(name: str, said: Mapping[str, Any], finish_reason: str | None) -> Body:
    kind = "chat.completion" if name == "message" else "chat.completion.chunk"
    choice = {"index": 0, name: dict(said), "finish_reason": finish_reason}
    return {"id": "scripted", "object": kind, "created": 0, "model": "scripted", "choices": [choice]}


def _words(text: str) -> Iterator[str]:
    """Words with the space before each; together they are the text."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or (text[end].isspace() and not text[end - 1].isspace()):
            yield text[start:end]
            start = end


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], scripted: ScriptedServer) -> None:
        super().__init__(address, _Handler)
        self.scripted = scripted

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A client that went away is part of the play."""
        self.scripted.hung_up.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """The list of models, which has one."""
        listed = json.dumps({"object": "list", "data": [{"id": "scripted", "object": "model"}]}).encode()
        Stage(self, {}, self.server.scripted.closing).whole(200, listed)

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        self.server.scripted.play(Stage(self, body, self.server.scripted.closing))

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Say nothing."""
