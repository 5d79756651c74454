"""What a visitor does with a question: asks it, stops the answer, has it asked again."""

from __future__ import annotations

import streamlit as st

from rag.conversations import Turn
from rag.errors import RagError
from ui.asking import Asking
from ui.problems import sentence
from ui.session import assistant, conversations, enter, session

LONGEST = 4000
"""Characters."""


def ask(question: str) -> None:
    """Begin to answer; where it cannot be done, the page says why, and the conversation stays."""
    state = session()
    stop()
    state.problem = _problem(question)
    if state.problem:
        return
    before = conversations().turns(state.conversation)
    try:
        conversation, number = conversations().ask(state.conversation, question.strip())
    except RagError as error:
        state.problem = sentence(error)
        return
    if conversation != state.conversation:
        state.conversation = conversation
        conversations().choose(conversation, state.choices)
        st.query_params["conversation"] = conversation
    _begin(number, question.strip(), before)


def again(turn: Turn) -> None:
    """Answer a question that was stopped or left, in its own place."""
    stop()
    turns = conversations().turns(session().conversation)
    _begin(turn.id, turn.question, tuple(other for other in turns if other.id < turn.id))


def stop() -> None:
    """Stop the answer; what has been written stays, and so does an answer that was finished just then."""
    state = session()
    if state.asking is not None:
        state.asking.stop()
        state.asking.poll(0)
        keep(state.asking)
        state.asking = None


def keep(asking: Asking) -> None:
    """Keep what has become of a question: its answer, why there is none, or what was written until now."""
    if asking.answer is not None:
        conversations().answered(asking.turn, asking.answer)
    elif asking.error is not None:
        conversations().failed(asking.turn, sentence(asking.error))
    else:
        conversations().stopped(asking.turn, asking.text)


def switch(conversation: str) -> None:
    """Go to another conversation, or to a new one where it is empty."""
    stop()
    enter(conversation)


def _begin(turn: int, question: str, before: tuple[Turn, ...]) -> None:
    state = session()
    history = tuple(past.answer for past in before if past.answer is not None)
    state.asking = Asking(assistant(), turn, question, state.where, history)


def _problem(question: str) -> str:
    length = len(question.strip())
    if not length:
        return "A question was expected, and this one is empty. Write what you want to know."
    if length > LONGEST:
        return (
            f"A question may have {LONGEST:,} characters, and this one has {length:,}. "
            "Add the text as a document and ask about it."
        )
    return ""
