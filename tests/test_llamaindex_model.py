"""Any LlamaIndex LLM as a language model of ours: bounded in time, and stopped where nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage, ChatResponse, MockLLM

from rag.answer.language_model import Message, Prompt, Reply
from rag.answer.llamaindex_model import LlamaIndexModel, is_llamaindex_llm
from rag.errors import ProviderError, ReplyRejected

PROMPT = Prompt((Message("system", "Answer."), Message("user", "Who?")))


def plays(*words: str, then: Callable[[], object] = lambda: None, raw: object = None) -> MockLLM:
    """An LLM that says these words, and then does what `then` does."""

    class Plays(MockLLM):
        def stream_chat(self, messages: Any, **_: Any) -> Iterator[ChatResponse]:
            for word in words:
                yield ChatResponse(message=ChatMessage(role="assistant", content=word), delta=word, raw=raw)
            then()

    return Plays()


def test_what_it_says_comes_through_and_the_reply_is_last() -> None:
    *words, reply = LlamaIndexModel(plays("A team ", "lead [1].")).stream(PROMPT)
    assert words == ["A team ", "lead [1]."]
    assert isinstance(reply, Reply)
    assert reply.text == "A team lead [1]."


@pytest.mark.parametrize("words", [(), ("A team ",)])
def test_one_that_never_ends_is_left_after_its_time(words: tuple[str, ...]) -> None:
    never = Event()
    with pytest.raises(ProviderError, match=r"did not answer within 0\.05 s"):
        list(LlamaIndexModel(plays(*words, then=never.wait), total_s=0.05).stream(PROMPT))
    never.set()


def test_a_time_limit_of_its_own_is_its_failure() -> None:
    def times_out() -> None:
        raise TimeoutError

    with pytest.raises(ProviderError, match=r"failed \(TimeoutError\)"):
        list(LlamaIndexModel(plays(then=times_out)).stream(PROMPT))


def test_closing_the_stream_stops_it() -> None:
    stopped = Event()

    class Endless(MockLLM):
        def stream_chat(self, messages: Any, **_: Any) -> Iterator[ChatResponse]:
            try:
                while True:
                    yield ChatResponse(message=ChatMessage(role="assistant", content="word "), delta="word ")
            finally:
                stopped.set()

    stream = LlamaIndexModel(Endless()).stream(PROMPT)
    next(stream)
    stream.close()
    assert stopped.wait(30)


@pytest.mark.parametrize(("words", "reason"), [((), None), (("Half a",), "length"), (("Half a",), "content_filter")])
def test_a_reply_that_is_not_whole_is_refused(words: tuple[str, ...], reason: str | None) -> None:
    with pytest.raises(ReplyRejected):
        list(LlamaIndexModel(plays(*words, raw={"choices": [{"finish_reason": reason}]})).stream(PROMPT))


def test_only_a_llamaindex_llm_is_one() -> None:
    assert is_llamaindex_llm(MockLLM())
    assert not is_llamaindex_llm("gpt-4")
