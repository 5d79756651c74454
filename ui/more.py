"""What else one can do with an answer: copy it, comment on it, say which passage is right."""

from __future__ import annotations

import streamlit as st

from eval.gold import GoldError
from rag.conversations import Turn
from rag.export import as_markdown
from rag.types import Answer, Passage, Sentence
from ui import gold, text
from ui.problems import sentence
from ui.session import conversations

NONE = 0
"""In a list whose passages are counted from 1."""
NOWHERE = "None of them: the documents do not answer this"
WHOLE = "The whole passage"
SHOWN = 110
"""Characters of a passage or a sentence in a list."""


@st.dialog("This answer", width="medium")
def more(turn: Turn, answer: Answer) -> None:
    """Opened by a click, so that the page need not hold it for each answer."""
    text.heading("Copy with citations")
    text.copyable(as_markdown(turn))
    comment = st.text_area("What is right, what is wrong?", turn.comment, key=f"comment-{turn.id}", max_chars=2000)
    if st.button("Keep the comment", key=f"keep-{turn.id}"):
        conversations().judged(turn.id, comment=comment)
        text.quiet("Kept.")
    _right_passage(turn, answer)


def _right_passage(turn: Turn, answer: Answer) -> None:
    """A question with its right passage becomes one that the evaluation can ask."""
    text.heading("The right passage is…")
    found = {at: text.short(passage.chunk.text, SHOWN) for at, passage in enumerate(answer.passages, 1)}
    labels = text.apart({**found, NONE: NOWHERE})
    chosen = st.selectbox(
        "One of the passages that were found",
        list(labels),
        index=None,
        format_func=lambda at: labels[at],
        placeholder="Choose",
        key=f"right-{turn.id}",
    )
    if chosen is None:
        text.quiet("Not among them? Open its document and select the words there.")
        return
    try:
        if chosen == NONE:
            _unanswerable(turn, answer)
        else:
            _answerable(turn, answer.passages[chosen - 1])
    except GoldError as error:
        text.notice(sentence(error), "warning")


def _answerable(turn: Turn, passage: Passage) -> None:
    chunk = passage.chunk
    spans = [Sentence(chunk.start, chunk.end), *chunk.sentences]
    quotes = [chunk.text[span.start - chunk.start : span.end - chunk.start] for span in spans]
    labels = text.apart({at: text.short(quote, SHOWN) if at else WHOLE for at, quote in enumerate(quotes)})
    chosen = st.selectbox(
        "The words that answer",
        list(labels),
        index=1 if len(chunk.sentences) == 1 else 0,
        format_func=lambda at: labels[at],
        key=f"words-{turn.id}-{passage.rank}",
    )
    words = st.text_input("The answer in a few words", key=f"answer-words-{turn.id}", max_chars=300)
    if st.button("Keep as a test question", key=f"gold-{turn.id}"):
        kept = gold.keep_answerable(turn.question, passage, spans[chosen], words)
        text.quiet(gold.told(kept))


def _unanswerable(turn: Turn, answer: Answer) -> None:
    near = st.text_input("Where does the nearest text stop short?", key=f"note-{turn.id}", max_chars=300)
    wrong = st.text_input(
        "A likely wrong answer", "" if answer.abstained else answer.text[:300], key=f"wrong-{turn.id}", max_chars=300
    )
    if st.button("Keep as a test question", key=f"gold-{turn.id}"):
        kept = gold.keep_unanswerable(turn.question, wrong, near)
        text.quiet(gold.told(kept))
