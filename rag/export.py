"""A conversation on paper: Markdown to read, JSON to work with, both with the citations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace

from rag.conversations import Conversation, Turn
from rag.types import Citation


def as_markdown(turn: Turn) -> str:
    """A question, its answer with numbers, and the quote behind each number."""
    parts = [f"## {turn.question}", ""]
    if turn.answer is None:
        return "\n".join([*parts, turn.problem or turn.partial or "Not answered."])
    parts.append(str(turn.answer))
    for conflict in turn.answer.conflicts:
        sides = [f"{side.value} {''.join(f'[{c.number}]' for c in side.citations)}" for side in conflict.sides]
        parts += ["", "The sources differ: " + "; ".join(sides) + "."]
    if turn.answer.citations:
        parts += ["", *map(_citation, turn.answer.citations)]
    return "\n".join(parts)


def conversation_as_markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The whole conversation, oldest turn first."""
    return "\n\n".join([f"# {conversation.title}", *map(as_markdown, turns)]) + "\n"


def conversation_as_json(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The whole conversation; answers as `Answer.to_dict` gives them."""
    plain = [
        {**asdict(replace(turn, answer=None)), "answer": turn.answer.to_dict() if turn.answer else None}
        for turn in turns
    ]
    return json.dumps({**asdict(conversation), "turns": plain}, ensure_ascii=False, indent=2)


def _citation(citation: Citation) -> str:
    date = f", {citation.published}" if citation.published else ""
    return f'[{citation.number}] {citation.location}{date}: "{" ".join(citation.quote.split())}"'
