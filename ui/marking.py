"""The right passage, marked in the document itself."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from eval.gold import GoldError
from rag.types import Span
from ui import gold, text
from ui.problems import sentence
from ui.session import conversations, finder, session


@st.dialog("The right passage", width="medium")
def right_passage(source: str, span: Span | None, questions: Sequence[str] = ()) -> None:
    """A question with the words that answer it becomes one that the evaluation can ask.

    `span`: what was marked; None where the words are to be written down. `questions`: those to choose from, in place
    of the ones of the conversation.
    """
    document = finder()(source)
    span = whole_words(document.text, span) if document and span else None
    marked = document.text[slice(*span)] if document and span else ""
    place = f"{source}-{span}"
    offered = list(questions) or [turn.question for turn in reversed(conversations().turns(session().conversation))]
    question = st.selectbox(
        "The question",
        list(dict.fromkeys(offered)),
        index=0 if offered else None,
        placeholder="Write it, or choose one of this conversation",
        accept_new_options=True,
        key=f"marked-question-{place}",
    )
    words = st.text_area("The words that answer it, as they stand in the document", marked, key=f"marked-words-{place}")
    short = st.text_input("The answer in a few words", key=f"marked-answer-{place}", max_chars=300)
    if st.button("Keep as a test question", key="keep-marked", type="primary"):
        _keep(question or "", source, words, span[0] if span else -1, short)


def whole_words(text: str, span: Span) -> Span:
    """The span without white space at its ends and without halves of words: a hand on a mouse is not that exact."""
    start, end = span[0], min(span[1], len(text))  # the document may be shorter now than the one that was shown
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    while start < end and start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while start < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def _keep(question: str, source: str, words: str, near: int, short: str) -> None:
    try:
        text.quiet(gold.told(gold.keep_marked(question, source, words, near, short)))
    except GoldError as error:
        text.notice(sentence(error), "warning")
