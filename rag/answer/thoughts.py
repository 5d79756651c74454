"""Models that think aloud: what stands in `<think>…</think>` before the answer is not part of it."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


class WithoutThoughts:
    """Takes text as it comes and gives it back without a block of thoughts at its beginning."""

    def __init__(self) -> None:
        self._held = ""
        self._decided = False

    def feed(self, text: str) -> str:
        """What can be handed on."""
        if self._decided:
            return text
        self._held += text
        start = self._held.lstrip()
        if not start or (OPEN.startswith(start[: len(OPEN)]) and CLOSE not in start):
            return ""
        self._decided = True
        held, self._held = self._held, ""
        return held.partition(CLOSE)[2].lstrip() if start.startswith(OPEN) else held

    def rest(self) -> str:
        """What is still held at the end: nothing, where the thoughts were never closed."""
        held, self._held = self._held, ""
        return "" if held.lstrip().startswith(OPEN) else held


def without_unopened(text: str) -> str:
    """A whole reply without thoughts that were closed and never opened, as templates that open them leave it."""
    return text.rpartition(CLOSE)[2].lstrip()
