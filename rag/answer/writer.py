"""From a model's text, as it comes, to statements that may be shown.

Words are shown at once; where one could become part of a link, a picture or a tag, the rest of its
statement waits until the statement is whole and has been cleaned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rag.answer.prompts import ABSTAIN, CONFLICT, MISSING
from rag.answer.sanitize import suspicious
from rag.answer.statements import Disagreement, Written, disagreement, label_of, sentences
from rag.types import DOCUMENTS_DO_NOT_SAY, Statement

_WORD = re.compile(r"\s*\S+(?=\s)")
_MARKDOWN = re.compile(r"[*_#•]|\((?:see|cf\.)?$|^\s*(?:-|\d{1,2}[.)])$")


@dataclass
class Writer:
    """Feed it text; it gives text to show, and keeps what was said."""

    state: Callable[[Written], Statement | None]
    """Makes the statement with its citations; None where it is left out."""
    statements: list[Statement] = field(default_factory=list)
    disagreements: list[Disagreement] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    abstained: bool = False

    def __post_init__(self) -> None:
        self._pending = ""
        self._shown = ""
        """What was shown of the statement that is not finished."""
        self._read = 0
        """Characters of the pending text that were shown or are held back."""
        self._holding = False

    def feed(self, text: str) -> Iterator[str]:
        """Text to show now."""
        self._pending += text
        while (end := self._pending.find("\n")) >= 0:
            line, self._pending = self._pending[: end + 1], self._pending[end + 1 :]
            yield from self._line(line)
        if not self._may_be_label():
            yield from self._finished()
            yield from self._words()

    def close(self) -> Iterator[str]:
        """What is left at the end."""
        line, self._pending = self._pending, ""
        yield from self._line(line)

    def _line(self, line: str) -> Iterator[str]:
        label = label_of(line)
        if label == ABSTAIN:
            self.abstained = True
        elif label == MISSING:
            self.missing.append(line.partition(MISSING)[2].strip())
        elif label == CONFLICT:
            if found := disagreement(line):
                self.disagreements.append(found)
        else:
            for written in sentences(line):
                yield from self._state(written)
        self._restart()

    def _finished(self) -> Iterator[str]:
        """State the sentences of an unfinished line but for its last, which may go on."""
        line = self._whole_words()
        found = sentences(line)
        if len(found) < 2:
            return
        for written in found[:-1]:
            yield from self._state(written)
        self._pending = self._pending[found[-2].end :]
        self._restart()

    def _whole_words(self) -> str:
        """The unfinished line up to its last space, or to a bracket that is not closed yet."""
        words = self._pending[: _after_last_space(self._pending)]
        opened = max(map(words.rfind, "[【［"))
        closed = max(map(words.rfind, "]】］"))
        return words[:opened] if opened > closed else words

    def _words(self) -> Iterator[str]:
        """Words of the sentence that is being written, up to the first that has to wait."""
        while not self._holding and (word := _WORD.match(self._pending, self._read)):
            if suspicious(word[0]) or _MARKDOWN.search(word[0]):
                self._holding = True
                return
            self._read = word.end()
            shown = word[0].strip() if not self._shown else " " + word[0].strip()
            yield self._lead() + shown if not self._shown else shown
            self._shown += shown

    def _state(self, written: Written) -> Iterator[str]:
        if _letters(written.text) == _letters(DOCUMENTS_DO_NOT_SAY):
            self.abstained = True  # shown as a statement, with a mark, it would pass for our own finding
            self._restart()
            return
        statement = self.state(written)
        lead = "" if self._shown else self._lead()
        if statement is not None:
            self.statements.append(statement)
            marks = "".join(f"[{c.number}]" for c in statement.citations)
            whole = f"{statement.text} {marks}".rstrip()
            if whole.startswith(self._shown):
                yield lead + whole[len(self._shown) :]
        self._restart()

    def _lead(self) -> str:
        return " " if self.statements else ""

    def _restart(self) -> None:
        self._shown, self._read, self._holding = "", 0, False

    def _may_be_label(self) -> bool:
        start = self._pending.lstrip(" \t*-`\"'")
        labelled = any(label.startswith(start[: len(label)]) for label in (ABSTAIN, MISSING, CONFLICT))
        return labelled or _letters(DOCUMENTS_DO_NOT_SAY).startswith(_letters(start))


def _after_last_space(text: str) -> int:
    """Where the last word begins, which may still grow."""
    return next((i for i in range(len(text), 0, -1) if text[i - 1].isspace()), 0)


def _letters(text: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", text.casefold()))
