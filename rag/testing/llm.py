"""A language model without a model."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.answer.language_model import Prompt, Reply, ReplyStream
from rag.errors import RagError

Line = str | RagError | Callable[[Prompt], str]


class ScriptedLLM:
    """Says its lines one after the other, the last one again and again; it keeps the prompts that it was given.

    A line is text, an error to raise, or a function of the prompt.
    """

    def __init__(self, *lines: Line, name: str = "scripted", provider: str = "this process") -> None:
        if not lines:
            raise ValueError("a scripted model needs at least one line")
        self.name = name
        self.provider = provider
        self.prompts: list[Prompt] = []
        self._lines = lines

    def stream(self, prompt: Prompt) -> ReplyStream:
        """The next line, word by word, then the whole reply."""
        line = self._lines[min(len(self.prompts), len(self._lines) - 1)]
        self.prompts.append(prompt)
        if isinstance(line, RagError):
            raise line
        text = line if isinstance(line, str) else line(prompt)
        yield from re.findall(r"\s*\S+|\s+$", text)
        yield Reply(text, prompt.tokens, len(text.split()))
