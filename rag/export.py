"""A conversation on paper: Markdown to read, JSON to work with, both with the citations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from rag.answer.sanitize import plain
from rag.conversations import Conversation, Turn
from rag.types import Answer, Citation

_SPECIAL = re.compile(r"([\\`*\[\]<~]|(?<!\w)_|_(?!\w)|(?<!\S)#|&(?=#?\w)|^[>+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
"""What Markdown would read as more than the character that it is."""


def as_markdown(turn: Turn) -> str:
    """A question, its answer with numbers, the quote behind each number, and what else the reader was told."""
    return "\n\n".join([f"## {_text(turn.question)}", *_outcome(turn)])


def conversation_as_markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The whole conversation, oldest turn first."""
    return "\n\n".join([f"# {_text(conversation.title)}", *map(as_markdown, turns)]) + "\n"


def conversation_as_json(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The whole conversation; answers as `Answer.to_dict` gives them."""
    rows = [
        {**asdict(replace(turn, answer=None)), "answer": turn.answer.to_dict() if turn.answer else None}
        for turn in turns
    ]
    return json.dumps({**asdict(conversation), "turns": rows}, ensure_ascii=False, indent=2)


def _outcome(turn: Turn) -> Iterator[str]:
    if turn.answer is not None:
        yield from _answer(turn.answer)
    elif turn.problem:
        yield _text(turn.problem)
    elif turn.partial:
        yield f"{_text(turn.partial)} (stopped)"
    else:
        yield "Not answered."


def _answer(answer: Answer) -> Iterator[str]:
    statements = (replace(s, text=_text(s.text), missing=tuple(map(_text, s.missing))) for s in answer.statements)
    yield str(replace(answer, statements=tuple(statements)))
    for conflict in answer.conflicts:
        sides = [f"{_text(side.value)} {''.join(f'[{c.number}]' for c in side.citations)}" for side in conflict.sides]
        yield "The sources differ: " + "; ".join(sides) + "."
    if answer.citations:
        yield "\n".join(map(_citation, answer.citations))
    if answer.reason:
        yield _text(answer.reason if answer.abstained else f"Answered by {answer.answerer}: {answer.reason}.")
    yield from map(_text, answer.notes)


def _citation(citation: Citation) -> str:
    date = f", {_text(citation.published)}" if citation.published else ""
    return f'[{citation.number}] {_text(citation.location)}{date}: "{_text(citation.quote)}"'


def _text(text: str) -> str:
    """One line that Markdown shows as it is: no pictures, links, tags or headings of others."""
    return _SPECIAL.sub(r"\\\1", " ".join(plain(text).split()))
