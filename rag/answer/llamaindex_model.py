"""Any LlamaIndex LLM as a language model of ours."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

from rag.answer.background import Background
from rag.answer.language_model import Prompt, Reply, ReplyStream
from rag.answer.wire import FINISHED, WHY_NOT
from rag.errors import ProviderError, ReplyRejected

TOTAL_S = 120.0


def is_llamaindex_llm(candidate: object) -> bool:
    """Whether this is one; nobody can hold one before the library is loaded, so it is not loaded to find out."""
    module = sys.modules.get("llama_index.core.llms")
    return module is not None and isinstance(candidate, module.LLM)


class LlamaIndexModel:
    """A LlamaIndex LLM; its own retries and time limits hold, and none of them longer than `total_s` seconds.

    It runs in a thread of its own. Where nobody waits for it any more its stream is closed as soon as it
    yields; an integration that never does keeps its thread until its own limit ends it.
    """

    def __init__(self, llm: Any, total_s: float = TOTAL_S) -> None:
        self._llm = llm
        self._total_s = total_s
        self.name = str(llm.metadata.model_name or llm.class_name())
        self.provider = f"LlamaIndex's {llm.class_name()}"

    def stream(self, prompt: Prompt) -> ReplyStream:
        """What the LLM streams; its errors, and its silence, as `ProviderError`."""
        deadline = time.monotonic() + self._total_s
        running = Background(lambda: self._responses(prompt))
        text, raw = "", None
        try:
            while (response := running.next(deadline - time.monotonic())) is not None:
                raw = response.raw or raw
                delta = response.delta or ""
                text += delta
                if delta:
                    yield delta
        except Exception as error:  # each integration raises what its own client raises
            if isinstance(error, TimeoutError) and time.monotonic() >= deadline:
                raise ProviderError(f"the model did not answer within {self._total_s:g} s") from None
            raise ProviderError(f"{self.provider} failed ({type(error).__name__})") from error
        finally:
            running.cancel()
        yield _accepted(text, raw, prompt)

    def _responses(self, prompt: Prompt) -> Iterator[Any]:
        from llama_index.core.llms import ChatMessage

        yield from self._llm.stream_chat([ChatMessage(role=m.role, content=m.content) for m in prompt.messages])


def _accepted(text: str, raw: Any, prompt: Prompt) -> Reply:
    """The reply, or `ReplyRejected` where it is empty or was broken off."""
    if not text.strip():
        raise ReplyRejected("the model's reply was empty")
    reason = _finish_reason(raw)
    if reason and reason not in FINISHED:
        raise ReplyRejected(WHY_NOT.get(reason, f"the reply ended for the reason {reason[:40]!r}"))
    written = -(-len(text.encode("utf-8", "replace")) // 4)
    return Reply(text, prompt.tokens, written)


def _finish_reason(raw: Any) -> str:
    """As the last raw response says it, where the integration hands one on."""
    choices = raw.get("choices") if isinstance(raw, dict) else getattr(raw, "choices", None)
    if not choices:
        return ""
    choice = choices[0]
    reason = choice.get("finish_reason") if isinstance(choice, dict) else getattr(choice, "finish_reason", None)
    return reason if isinstance(reason, str) else ""
