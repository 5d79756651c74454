"""One turn of a conversation on the page: the question, and what became of it."""

from __future__ import annotations

import streamlit as st

from rag import Assistant
from rag.conversations import Turn
from rag.export import as_markdown
from rag.types import DOCUMENTS_DO_NOT_SAY, Answer, Passage
from ui import components, text
from ui.panel import states
from ui.session import Opened, conversations, session

NEAREST = 3
EXCERPT = 220
"""Characters of a passage in a list."""


def show(assistant: Assistant, turn: Turn) -> None:
    """The turn, whatever it came to."""
    text.question(turn.question)
    if turn.answer is not None and turn.answer.abstained:
        _abstained(turn.answer)
    elif turn.answer is not None:
        _answered(assistant, turn, turn.answer)
    elif turn.problem:
        text.notice(turn.problem, "warning")
    elif turn.partial:
        text.say(turn.partial)
        text.quiet("stopped")
    else:
        text.quiet("This question was left before it was answered.")
    if turn.answer is None:
        st.button("Ask again", key=f"again-{turn.id}", type="tertiary", on_click=_ask, args=(turn.question,))
    else:
        _under(turn, turn.answer)


def facts(answer: Answer) -> str:
    """Who answered, how sure, how fast, at what cost, in a line."""
    total = answer.timings.get("total")
    tokens = answer.usage.prompt_tokens + answer.usage.completion_tokens
    cost = answer.usage.cost_usd
    parts = [
        answer.answerer,
        f"{answer.confidence:.0%} sure" if answer.confidence is not None and not answer.abstained else "",
        f"{total:.1f} s" if total is not None else "",
        text.count(tokens, "token") if tokens else "",
        f"${cost:.4f}" if cost else "",
        f"searched for “{answer.query}”" if answer.query not in ("", answer.question) else "",
    ]
    return " · ".join(part for part in parts if part)


def _answered(assistant: Assistant, turn: Turn, answer: Answer) -> None:
    if answer.reason:
        text.notice(answer.reason, "warning")
    opened = session().opened
    number = opened.number if opened and opened.turn == turn.id else None
    key = f"answer-{turn.id}"

    def open_source() -> None:
        clicked = st.session_state[key].opened
        if clicked is not None:
            session().opened = Opened(turn.id, int(clicked))

    components.answer(answer, states(assistant, answer), number, key, open_source)


def _abstained(answer: Answer) -> None:
    text.say(DOCUMENTS_DO_NOT_SAY)
    found = answer.searched
    text.quiet(f"Searched {text.count(found.documents, 'document')}, {text.count(found.passages, 'passage')}.")
    if answer.passages:
        with st.expander("Closest passages"):
            for passage in answer.passages[:NEAREST]:
                text.quiet(passage.chunk.source)
                text.say(excerpt(passage))


def excerpt(passage: Passage) -> str:
    """The beginning of a passage on one line."""
    line = " ".join(passage.chunk.text.split())
    return line if len(line) <= EXCERPT else line[:EXCERPT].rsplit(" ", 1)[0] + "…"


def _under(turn: Turn, answer: Answer) -> None:
    """The line of facts, and what one can do with the answer."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"under-{turn.id}"):
        text.quiet(facts(answer))
        key = f"thumb-{turn.id}"
        st.feedback(
            "thumbs",
            key=key,
            default={1: 1, -1: 0}.get(turn.thumb),
            on_change=_judge,
            args=(turn.id, key, turn.comment),
        )
        with st.popover("", icon=":material/more_horiz:", help="Copy, or say what is wrong"):
            text.copyable(as_markdown(turn))
            comment = st.text_area(
                "What is right, what is wrong?", turn.comment, key=f"comment-{turn.id}", max_chars=2000
            )
            if st.button("Keep the comment", key=f"keep-{turn.id}"):
                conversations().judged(turn.id, turn.thumb, comment)
                st.toast("Kept.")


def _judge(turn: int, key: str, comment: str) -> None:
    conversations().judged(turn, {1: 1, 0: -1}.get(st.session_state[key], 0), comment)


def _ask(question: str) -> None:
    session().draft = question
