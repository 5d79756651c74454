"""Any LlamaIndex LLM as a language model of ours."""

from __future__ import annotations

import sys
from typing import Any

from rag.answer.language_model import Prompt, Reply, ReplyStream
from rag.answer.wire import FINISHED, WHY_NOT
from rag.errors import ProviderError, ReplyRejected


def is_llamaindex_llm(candidate: object) -> bool:
    """Whether this is one; nobody can hold one before the library is loaded, so it is not loaded to find out."""
    module = sys.modules.get("llama_index.core.llms")
    return module is not None and isinstance(candidate, module.LLM)


class LlamaIndexModel:
    """A LlamaIndex LLM; its own retries and time limits hold."""

    def __init__(self, llm: Any) -> None:
        self._llm = llm
        self.name = str(llm.metadata.model_name or llm.class_name())
        self.provider = f"LlamaIndex's {llm.class_name()}"

    def stream(self, prompt: Prompt) -> ReplyStream:
        """What the LLM streams; its errors as `ProviderError`."""
        from llama_index.core.llms import ChatMessage

        messages = [ChatMessage(role=m.role, content=m.content) for m in prompt.messages]
        text, raw = "", None
        try:
            for response in self._llm.stream_chat(messages):
                raw = response.raw or raw
                delta = response.delta or ""
                text += delta
                if delta:
                    yield delta
        except Exception as error:  # each integration raises what its own client raises
            raise ProviderError(f"{self.provider} failed ({type(error).__name__})") from error
        if not text.strip():
            raise ReplyRejected("the model's reply was empty")
        reason = _finish_reason(raw)
        if reason and reason not in FINISHED:
            raise ReplyRejected(WHY_NOT.get(reason, f"the reply ended for the reason {reason[:40]!r}"))
        written = -(-len(text.encode("utf-8", "replace")) // 4)
        yield Reply(text, prompt.tokens, written)


def _finish_reason(raw: Any) -> str:
    """As the last raw response says it, where the integration hands one on."""
    choices = raw.get("choices") if isinstance(raw, dict) else getattr(raw, "choices", None)
    if not choices:
        return ""
    choice = choices[0]
    reason = choice.get("finish_reason") if isinstance(choice, dict) else getattr(choice, "finish_reason", None)
    return reason if isinstance(reason, str) else ""
