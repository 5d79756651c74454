"""Which documents are searched: all, or those that are chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from ui import text
from ui.session import begins_with, choose, known, session, version

if TYPE_CHECKING:
    from rag.library.snapshot import DocumentInfo

LISTED = 200
"""Documents to choose from at once; of more, those that hold the words one looks for."""
TITLE = 80
"""Characters of a title there."""


def show() -> None:
    """How many documents there are, and the choice among them."""
    documents, state = known(), session()
    titles = text.apart({one.source: (one.title or one.source)[:TITLE] for one in documents})
    chosen = [source for source in state.choices.sources if source in titles]
    every = text.count(len(documents), "document")
    with st.expander(text.plain(every), icon=":material/description:"):
        words = ""
        if len(documents) > LISTED:
            words = st.text_input("Find documents", placeholder="Words of a title or a file's name", key="find")
        offered = matching(documents, words)
        if len(offered) > LISTED:
            text.quiet(f"The first {LISTED} of {len(offered):,}: find others by their words.")
        picked = st.multiselect(
            "Search only in",
            [*offered[:LISTED], *(source for source in chosen if source not in offered[:LISTED])],
            format_func=lambda source: titles[source],
            placeholder="All documents",
            # With another document of the same title a label changes, and what was chosen under it would be lost.
            key=begins_with(f"sources-{state.conversation}-{version()}", chosen),
        )
    if picked:
        text.quiet(f"Searching {len(picked):,} of {every}.")
    choose(replace(state.choices, sources=tuple(picked)))


def matching(documents: tuple[DocumentInfo, ...], words: str) -> list[str]:
    """The sources whose title or name has all of these words, in any order and in either case."""
    wanted = words.casefold().split()
    return [d.source for d in documents if all(word in f"{d.title} {d.source}".casefold() for word in wanted)]
