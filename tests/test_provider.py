"""The provider: every way in which it can fail ends in time, has a name, and is never shown as an answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from rag.answer.breaker import Breaker
from rag.answer.cost import Meter
from rag.answer.generator import Generator
from rag.answer.language_model import Message, Prompt, Reply
from rag.answer.provider import OpenAIModel
from rag.errors import ConfigurationError, ContextTooLong, ProviderError, ProviderRefused, ReplyRejected
from rag.settings import Settings
from rag.testing import ScriptedServer
from rag.testing.server import (
    Scene,
    Stage,
    drips,
    fails,
    hangs_up,
    part,
    resets,
    says,
    sends,
    stalls,
    streams,
)
from rag.types import Answer, Chunk, Document, Passage, Sentence, Statement

KEY = "sk-very-secret-key-0123456789"
TOTAL_S = 0.8
TIGHT = {"connect_timeout_s": 0.5, "first_token_timeout_s": 0.4, "token_timeout_s": 0.3, "total_timeout_s": TOTAL_S}
ENDLESS = ("says nothing", "drip", "stalls")
"""Faults that only a limit ends; the others have more time, so that a busy machine changes no result."""
TEXT = "A team lead approves it."
DOCUMENT = Document("rules.txt", TEXT, "a" * 64, "text/plain")
PASSAGES = (Passage(Chunk("rules.txt", "a" * 64, 0, 24, TEXT, (Sentence(0, 24),)), 1.0, 1),)
PROMPT = Prompt((Message("system", "Answer."), Message("user", "Who?")))
SAID = "A team lead approves it [1]."


def settings(server: ScriptedServer, **changed: object) -> Settings:
    values = {
        "base_url": server.base_url, "api_key": KEY, "model": "scripted", "attempts": 1, "connect_timeout_s": 5,
        "first_token_timeout_s": 20, "token_timeout_s": 20, "total_timeout_s": 20,
    }  # fmt: skip
    return Settings(**{**values, **changed})


class Fallback:
    name = "fallback"

    def stream(self, question, passages, documents):
        yield Answer(question, (Statement("From the fallback."),), answerer=self.name)


def ask(server: ScriptedServer, **changed: object) -> Answer:
    known = settings(server, **changed)
    generator = Generator(Meter(OpenAIModel(known), known), Fallback())
    *_, answer = generator.stream("Who approves it?", PASSAGES, {"rules.txt": DOCUMENT})
    assert isinstance(answer, Answer)
    return answer


def whole(message: object = None, finish_reason: object = "stop", **changed: object) -> bytes:
    choice = {"index": 0, "message": message or {"content": SAID}, "delta": message, "finish_reason": finish_reason}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice], **changed}).encode()


def slow_headers(stage: Stage) -> None:
    """A byte of a header now and then: what a read timeout never notices."""
    stage.handler.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
    for _ in range(60):
        stage.handler.wfile.write(b"a")
        stage.wait(0.1)
    stage.hang_up()


def redirects(stage: Stage) -> None:
    stage.whole(307, b"", {"location": stage.handler.path})


def empty_deltas(stage: Stage) -> None:
    stage.start(headers={"content-type": "text/event-stream"})
    for _ in range(100):
        stage.event(part(""))
        stage.wait(0.05)


FAULTS: dict[str, Scene] = {
    "400": fails(400),
    "401": fails(401, {"error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}}),
    "402": fails(402),
    "403": fails(403),
    "404": fails(404, {"error": {"message": "The model does not exist", "code": "model_not_found"}}),
    "408": fails(408),
    "409": fails(409),
    "413": fails(413),
    "418": fails(418),
    "422": fails(422),
    "429": fails(429),
    "429 and wait an hour": fails(429, headers={"retry-after": "3600"}),
    "429 and wait until a date": fails(429, headers={"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"}),
    "429 and wait for nonsense": fails(429, headers={"retry-after": "soon"}),
    "429 no quota": fails(429, {"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}),
    "500": fails(500),
    "500 and the key": fails(500, {"error": {"message": f"failed for {KEY}"}}),
    "502 a page": fails(502, b"<html><body>Bad gateway</body></html>", {"content-type": "text/html"}),
    "503": fails(503),
    "529": fails(529),
    "redirected for ever": redirects,
    "hangs up": hangs_up,
    "reset": resets,
    "says nothing": stalls(),
    "headers drip": slow_headers,
    "comments drip": drips(0.05),
    "empty deltas drip": empty_deltas,
    "stalls after the role": stalls(3600, part("")),
    "stalls in the middle": stalls(3600, part("A team "), part("lead ")),
    "cut cleanly in the middle": streams(part("A team "), part("lead ")),
    "cut in the middle": streams(part("A team "), part("lead "), end=lambda stage: stage.hang_up()),
    "reset in the middle": streams(part("A team "), part("lead "), end=lambda stage: stage.reset()),
    "done without a reason": streams(part("A team lead."), "[DONE]"),
    "an error in the middle": streams(part("A team "), {"error": {"message": f"overloaded {KEY}", "code": "x"}}),
    "broken JSON in the middle": streams(part("A team "), '{"choices": [{"delta"'),
    "length": says(SAID, finish_reason="length"),
    "content filter": says(SAID, finish_reason="content_filter"),
    "tool call": says("", finish_reason="tool_calls", message={"tool_calls": []}),
    "a reason nobody knows": says(SAID, finish_reason="tired"),
    "no reason": says(SAID, finish_reason=None),
    "refusal": says("", message={"refusal": "I cannot help with that."}),
    "empty": says(""),
    "blank": says(" \n "),
    "thoughts only": says("<think>Who could it be?"),
    "a page": sends(b"<!doctype html><html>Sign in</html>", "text/html; charset=utf-8"),
    "a page that claims to be JSON": sends(b"<!doctype html><html>Sign in</html>"),
    "a page that claims to be a stream": sends(b"<!doctype html><html>Sign in</html>", "text/event-stream"),
    "plain text": sends(b"OK", "text/plain"),
    "nothing at all": sends(b""),
    "204": sends(b"", status=204),
    "half of a JSON": sends(whole()[:40]),
    "a list": sends(b"[1, 2]"),
    "null": sends(b"null"),
    "an error with status 200": sends(b'{"error": {"message": "no such model"}}'),
    "no choices": sends(b'{"id": "1", "object": "chat.completion", "choices": []}'),
    "choices that are null": sends(b'{"id": "1", "object": "chat.completion", "choices": null}'),
    "choices that are numbers": sends(b'{"id": "1", "object": "chat.completion", "choices": [7]}'),
    "text that is a list": sends(whole({"content": [{"type": "text", "text": SAID}]})),
    "a message that is missing": sends(b'{"choices": [{"index": 0, "finish_reason": "stop"}]}'),
    "bytes": sends(bytes(range(256))),
    "not the gzip it claims to be": lambda stage: stage.whole(200, b"plain", {"content-encoding": "gzip"}),
}  # fmt: skip


@pytest.mark.parametrize("streaming", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_time_in_the_fallbacks_answer_and_has_a_name(name: str, streaming: bool) -> None:
    with ScriptedServer(FAULTS[name]) as server:
        limits = TIGHT if any(word in name for word in ENDLESS) else {}
        started = time.monotonic()
        answer = ask(server, streaming=streaming, **limits)
        assert time.monotonic() - started < limits.get("total_timeout_s", 20) + 2
    assert answer.answerer == "fallback"
    assert 10 < len(answer.reason) < 400
    assert KEY not in answer.reason
    assert "Traceback" not in answer.reason
    assert "object at" not in answer.reason


def test_there_are_thirty_faults_and_more() -> None:
    assert len(FAULTS) >= 30


def test_a_closed_port_is_named() -> None:
    with ScriptedServer(says(SAID)) as server:
        pass
    assert "cannot be reached" in ask(server).reason


def test_a_host_that_takes_no_connection_costs_the_connect_limit_only() -> None:
    with closing(socket.socket()) as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with closing(socket.create_connection(full.getsockname())), ScriptedServer(says(SAID)) as server:
            base_url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
            answer = ask(server, **{**TIGHT, "base_url": base_url})
    assert answer.answerer == "fallback"


@pytest.mark.parametrize("streaming", [True, False])
def test_a_good_reply_is_an_answer(streaming: bool) -> None:
    with ScriptedServer(says(SAID)) as server:
        answer = ask(server, streaming=streaming)
    assert str(answer) == "A team lead approves it. [1]"
    assert (answer.usage.calls, answer.usage.prompt_tokens) == (1, 100)
    assert server.requests[0]["stream"] is streaming
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_server_that_cannot_stream_answers_whole() -> None:
    with ScriptedServer(sends(whole())) as server:
        assert str(ask(server)) == "A team lead approves it. [1]"


def test_thoughts_are_not_part_of_the_answer() -> None:
    with ScriptedServer(says(f"<think>\nPerhaps the cook [1].\n</think>\n\n{SAID}")) as server:
        assert str(ask(server)) == "A team lead approves it. [1]"


@pytest.mark.parametrize("scene", [fails(503), hangs_up, says(""), fails(429, headers={"retry-after": "0"})])
def test_what_may_pass_is_tried_again(scene: Scene) -> None:
    with ScriptedServer(scene, says(SAID)) as server:
        assert ask(server, attempts=2).answerer == "openai"
        assert len(server.requests) == 2


@pytest.mark.parametrize("name", ["401", "402", "403", "404", "429 no quota", "refusal", "length"])
def test_what_will_not_pass_is_not_tried_again(name: str) -> None:
    with ScriptedServer(FAULTS[name]) as server:
        ask(server, attempts=3)
        assert len(server.requests) == 1


def test_nothing_is_tried_again_after_text_was_shown() -> None:
    with ScriptedServer(FAULTS["cut cleanly in the middle"], says(SAID)) as server:
        ask(server, attempts=3)
        assert len(server.requests) == 1


def test_a_wait_that_is_longer_than_the_answer_may_take_is_not_waited() -> None:
    with ScriptedServer(FAULTS["429 and wait an hour"]) as server:
        answer = ask(server, attempts=3)
        assert len(server.requests) == 1
    assert "3600 s" in answer.reason


def test_a_wait_that_fits_is_waited() -> None:
    with ScriptedServer(fails(429, headers={"retry-after": "0.3"}), says(SAID)) as server:
        started = time.monotonic()
        assert ask(server, attempts=2).answerer == "openai"
        assert time.monotonic() - started >= 0.3


def test_a_parameter_that_a_server_does_not_take_is_left_out() -> None:
    def refuse(name: str) -> Scene:
        return fails(400, {"error": {"message": f"Unsupported parameter: '{name}' is not supported", "param": name}})

    with ScriptedServer(refuse("temperature"), refuse("max_tokens"), says(SAID)) as server:
        assert ask(server).answerer == "openai"
    assert "temperature" not in server.requests[1]
    assert "max_tokens" not in server.requests[2]
    assert server.requests[2]["max_completion_tokens"] == 1024


def test_what_another_call_has_learned_meanwhile_is_left_out_too() -> None:
    refuse = fails(400, {"error": {"message": "Unsupported value: 'temperature' does not support 0"}})

    def refuse_when_another_was_refused(stage: Stage) -> None:
        list(model.stream(PROMPT))
        refuse(stage)

    with ScriptedServer(refuse_when_another_was_refused, refuse, says(SAID)) as server:
        model = OpenAIModel(settings(server))
        *_, reply = model.stream(PROMPT)
    assert isinstance(reply, Reply)
    assert [("temperature" in request) for request in server.requests] == [True, True, False, False]


def test_a_context_that_is_too_long_has_its_own_name() -> None:
    body = {"error": {"message": "the request exceeds the available context size", "code": 400}}
    with ScriptedServer(fails(400, body)) as server, pytest.raises(ContextTooLong):
        list(OpenAIModel(settings(server)).stream(PROMPT))


def test_after_five_failures_the_provider_is_left_alone_and_then_tried_once() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    with ScriptedServer(*[fails(503)] * 5, says(SAID)) as server:
        model = OpenAIModel(settings(server), breaker)
        for _ in range(5):
            with pytest.raises(ProviderError):
                list(model.stream(PROMPT))
        with pytest.raises(ProviderError, match="5 times in a row"):
            list(model.stream(PROMPT))
        assert len(server.requests) == 5
        now[0] = 61.0
        assert isinstance(list(model.stream(PROMPT))[-1], Reply)
        list(model.stream(PROMPT))
        assert len(server.requests) == 7


def test_a_key_that_is_refused_does_not_open_the_breaker() -> None:
    with ScriptedServer(fails(401)) as server:
        model = OpenAIModel(settings(server))
        for _ in range(7):
            with pytest.raises(ProviderRefused):
                list(model.stream(PROMPT))
        assert len(server.requests) == 7


def test_cancelling_stops_the_request() -> None:
    with ScriptedServer(says("word " * 2000, pause_s=0.01)) as server:
        events = OpenAIModel(settings(server)).stream(PROMPT)
        next(events)
        events.close()
        assert server.hung_up.wait(30)


def test_a_cancelled_answer_stops_the_request() -> None:
    with ScriptedServer(says("A team lead approves it [1]. " * 500, pause_s=0.01)) as server:
        known = settings(server)
        generator = Generator(Meter(OpenAIModel(known), known), Fallback())
        events = generator.stream("Who?", PASSAGES, {"rules.txt": DOCUMENT})
        next(events)
        events.close()
        assert server.hung_up.wait(30)


def test_no_thread_is_left_when_requests_have_ended() -> None:
    with ScriptedServer(FAULTS["says nothing"]) as server:
        ask(server, **TIGHT)
    until = time.monotonic() + 30
    while any(t.name == "rag-request" for t in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(t.name == "rag-request" for t in threading.enumerate())


def test_the_key_is_in_no_repr_and_no_error() -> None:
    with ScriptedServer(FAULTS["401"]) as server:
        model = OpenAIModel(settings(server))
        with pytest.raises(ProviderRefused) as raised:
            list(model.stream(PROMPT))
    assert KEY not in repr(model)
    assert KEY not in repr(settings(server))
    assert KEY not in str(raised.value)


def test_a_password_in_the_base_url_is_not_shown() -> None:
    model = OpenAIModel(Settings(base_url="http://ann:s3cret@127.0.0.1:9/v1", model="m"))
    assert model.provider == "127.0.0.1:9"


@pytest.mark.parametrize("base_url", ["localhost", "not a url", "ftp://x/v1", "http://", "http://x:port/v1"])
def test_a_base_url_that_is_none_is_a_sentence(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="must be like http"):
        OpenAIModel(Settings(base_url=base_url, model="m"))


def test_the_model_of_a_server_is_asked_for_where_none_is_named() -> None:
    with ScriptedServer(says(SAID)) as server:
        assert OpenAIModel(settings(server, model="")).name == "scripted"


def test_many_threads_may_ask_at_once() -> None:
    with ScriptedServer(says(SAID, pause_s=0.01)) as server:
        model = OpenAIModel(settings(server))
        replies: list[object] = []
        threads = [threading.Thread(target=lambda: replies.append(list(model.stream(PROMPT))[-1])) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [reply.text for reply in replies if isinstance(reply, Reply)] == [SAID] * 16


def test_a_rejected_reply_is_no_reply() -> None:
    with ScriptedServer(FAULTS["length"]) as server, pytest.raises(ReplyRejected, match="cut off"):
        _drain(OpenAIModel(settings(server)).stream(PROMPT))


def _drain(events: Iterator[object]) -> None:
    for event in events:
        assert not isinstance(event, Reply)
