"""An evaluation that runs in a thread, seen by every visitor; its folder is what stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

import streamlit as st

from rag.conversations import Choices
from rag.settings import Settings
from ui.problems import sentence
from ui.session import home

if TYPE_CHECKING:
    from eval.run import Progress

NAMED = "%Y%m%d-%H%M%S"
"""What a run's folder is named by: when it began, UTC."""


class Evaluating:
    """One run at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: Thread | None = None
        self.done, self.total, self.current, self.problem = 0, 0, "", ""

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, limit: int | None, choices: Choices) -> None:
        """Begin, as the chat is set, unless one is running."""
        with self._lock:
            if self.running:
                return
            self.done, self.total, self.current, self.problem = 0, 0, "", ""
            self._thread = Thread(target=self._run, args=(limit, choices), name="footnote-eval", daemon=True)
            self._thread.start()

    def _run(self, limit: int | None, choices: Choices) -> None:
        folder = runs_folder() / datetime.now(UTC).strftime(NAMED)
        try:
            from eval.run import Options, evaluate

            options = Options(out=folder, limit=limit)
            settings = Settings(answerer=choices.answerer, model=choices.model, risk=choices.risk)
            evaluate(settings=settings, options=options, progress=self._see)
        except Exception as error:  # shown on the page in a sentence; the log has the rest
            self.problem = sentence(error)

    def _see(self, progress: Progress) -> None:
        self.done, self.total, self.current = progress.done, progress.total, progress.current


@st.cache_resource(show_spinner=False)
def evaluating() -> Evaluating:
    """The one of this server."""
    return Evaluating()


def runs_folder() -> Path:
    """Where runs are kept: beside the library."""
    return home().resolve().with_name(f"{home().resolve().name}-runs")


def folders() -> list[Path]:
    """The runs that there are, latest first."""
    found = runs_folder().glob("*/run.jsonl")
    return sorted((path.parent for path in found), reverse=True)
