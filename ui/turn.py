"""One turn of a conversation on the page: the question, and what became of it."""

from __future__ import annotations

import streamlit as st

from rag.conversations import Turn
from rag.types import DOCUMENTS_DO_NOT_SAY, Answer, Passage
from ui import components, text
from ui.asking import under_way
from ui.more import more
from ui.panel import Find, excerpts
from ui.questions import again, ask
from ui.session import conversations

MORE = "Copy, comment, say which passage is right"
NEAREST = 3
EXCERPT = 220
"""Characters of a passage in a list."""


def show(turn: Turn, find: Find, last: bool) -> None:
    """The turn, whatever it came to; the `last` one can be taken up again where it stands."""
    text.question(turn.question)
    if turn.open and under_way(turn.id):
        _elsewhere(turn)
        return
    if turn.answer is not None and turn.answer.abstained:
        _abstained(turn.answer)
    elif turn.answer is not None:
        _answered(turn, turn.answer, find)
    elif turn.problem:
        text.notice(turn.problem, "warning")
    elif turn.partial:
        text.say(turn.partial)
        text.quiet("stopped")
    else:
        text.quiet("This question was left before it was answered.")
    if turn.answer is None:
        act, value = (again, turn) if last else (ask, turn.question)
        resumed = turn.partial and last
        st.button(
            "Continue" if resumed else "Ask again", key=f"again-{turn.id}", type="tertiary", on_click=act, args=(value,)
        )
    else:
        _under(turn, turn.answer)


@st.fragment(run_every=1.0)
def _elsewhere(turn: Turn) -> None:
    """In place of a turn that another window sees being answered; the whole page comes back when it is done."""
    if not under_way(turn.id):
        st.rerun()
    text.quiet("This question is being answered…")


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


def _answered(turn: Turn, answer: Answer, find: Find) -> None:
    if answer.reason:
        text.notice(text.sentence(answer.reason), "warning")
    components.answer(answer, excerpts(answer, find), turn.id)
    _notes(answer)


def _abstained(answer: Answer) -> None:
    text.say(DOCUMENTS_DO_NOT_SAY)
    found = answer.searched
    searched = f"Searched {text.count(found.documents, 'document')}, {text.count(found.passages, 'passage')}."
    text.quiet(f"{searched} {text.sentence(answer.reason)}" if answer.reason else searched)
    _notes(answer)
    if answer.passages:
        with st.expander("Closest passages"):
            for passage in answer.passages[:NEAREST]:
                text.quiet(passage.chunk.source)
                text.say(excerpt(passage))


def _notes(answer: Answer) -> None:
    for note in answer.notes:
        text.quiet(text.sentence(note))


def excerpt(passage: Passage) -> str:
    """The beginning of a passage on one line."""
    return text.short(passage.chunk.text, EXCERPT)


@st.fragment
def _under(turn: Turn, answer: Answer) -> None:
    """The line of facts, and what one can do with the answer; a click here runs this alone."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"under-{turn.id}"):
        text.quiet(facts(answer))
        key = f"thumb-{turn.id}"
        st.feedback("thumbs", key=key, default={1: 1, -1: 0}.get(turn.thumb), on_change=_judge, args=(turn.id, key))
        if st.button("", key=f"more-{turn.id}", icon=":material/more_horiz:", type="tertiary", help=MORE):
            more(turn, answer)


def _judge(turn: int, key: str) -> None:
    conversations().judged(turn, thumb={1: 1, 0: -1}.get(st.session_state[key], 0))
