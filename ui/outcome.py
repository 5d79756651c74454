"""What the last reading of documents came to, and which files it left out."""

from __future__ import annotations

import streamlit as st

from ui import text
from ui.session import has_library, ingesting, skipped


def changes() -> None:
    """What the last ingest of this server changed, or why it failed."""
    work = ingesting()
    if work.problem:
        text.notice(work.problem, "warning")
    report = work.report
    if report is not None:
        parts = [("added", report.added), ("updated", report.updated), ("removed", report.removed)]
        said = [f"{text.count(len(found), 'document')} {word}" for word, found in parts if found]
        text.quiet("Last reading: " + (", ".join(said) or "nothing new") + ".")


def left_out() -> None:
    """The files that could not be read, with reasons; open where there is nothing else to see."""
    files = skipped()
    if not files:
        return
    with st.expander(
        f"{text.count(len(files), 'file')} skipped", icon=":material/warning:", expanded=not has_library()
    ):
        for file in files:
            text.say(f"{file.source}: {file.reason}")
