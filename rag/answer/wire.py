"""The chat completions of an OpenAI-compatible server, streamed or not, as one kind of pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import ReplyRejected

if TYPE_CHECKING:
    from openai import OpenAI

FINISHED = frozenset({"stop", "eos_token", "end_turn"})
WHY_NOT = {
    "length": "the reply was cut off at the limit of its length; RAG_MAX_TOKENS raises it",
    "content_filter": "the provider's content filter stopped the reply",
    "tool_calls": "the model called a tool instead of answering",
    "function_call": "the model called a function instead of answering",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply."""

    text: str = ""
    thinking: bool = False
    """The model is at work, though there is no text to show."""
    refusal: str = ""
    finish_reason: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0


def read(client: OpenAI, request: Mapping[str, Any], streaming: bool) -> Iterator[Piece]:
    """The pieces of one reply; raises what the libraries raise, and `ReplyRejected` for what they let pass."""
    raw = client.chat.completions.with_raw_response.create(**request, stream=streaming)
    try:
        kind = raw.headers.get("content-type", "")
        if "html" in kind:
            raise ReplyRejected("a web page came instead of a reply, as a proxy or a sign-in page sends it")
        if streaming and "json" not in kind:
            for chunk in raw.parse():
                yield _piece(chunk, "delta")
        elif streaming:  # a server that cannot stream answers whole
            yield _whole(raw.http_response.read())
        else:
            yield _piece(_completion(raw.parse()), "message")
    finally:
        raw.http_response.close()


def _completion(parsed: Any) -> Any:
    if isinstance(parsed, str):  # what openai makes of a reply whose type is not JSON
        raise ReplyRejected("something that is not JSON came instead of a reply")
    return parsed


def _whole(body: bytes) -> Piece:
    from openai.types.chat import ChatCompletion

    return _piece(ChatCompletion.construct(**json.loads(body)), "message")


def _piece(part: Any, name: str) -> Piece:
    """`part` is what the server sent, unvalidated: any of its fields may be missing or of another type."""
    if getattr(part, "error", None):
        raise ReplyRejected("an error came instead of a reply")
    usage = getattr(part, "usage", None)
    tokens = _count(getattr(usage, "prompt_tokens", 0)), _count(getattr(usage, "completion_tokens", 0))
    choices = getattr(part, "choices", None) or []
    if not choices:
        return Piece(prompt_tokens=tokens[0], completion_tokens=tokens[1])
    said = getattr(choices[0], name)
    return Piece(
        text=_text(said.content),
        thinking=bool(getattr(said, "reasoning_content", None) or getattr(said, "reasoning", None)),
        refusal=_text(getattr(said, "refusal", None)),
        finish_reason=_text(choices[0].finish_reason),
        prompt_tokens=tokens[0],
        completion_tokens=tokens[1],
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    raise ReplyRejected(f"text was expected in the reply, and there was a {type(value).__name__}")
