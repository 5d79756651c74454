"""Documents on their way into the library, in a thread: the chat can be used on what is there."""

from __future__ import annotations

from pathlib import Path
from threading import Lock, Thread

from rag import Assistant
from rag.ingest.ingest import Progress
from rag.types import IngestReport
from ui.problems import sentence


class Ingesting:
    """One ingest at a time, seen by every visitor."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = Lock()
        self._thread: Thread | None = None
        self.done = 0
        self.total = 0
        self.current = ""
        self.report: IngestReport | None = None
        """Of the last ingest; None while one runs and before the first."""
        self.problem = ""
        """Why the last ingest failed, in a sentence."""

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, paths: list[Path]) -> bool:
        """Begin; False where another one is still running."""
        with self._lock:
            if self.running:
                return False
            self.done, self.total, self.current, self.report, self.problem = 0, 0, "", None, ""
            self._thread = Thread(target=self._run, args=(paths,), name="footnote-ingesting", daemon=True)
            self._thread.start()
            return True

    def wait(self, timeout_s: float) -> None:
        """Return when it is done, or after so long."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, paths: list[Path]) -> None:
        try:
            self.report = self._assistant.ingest(*paths, progress=self._see)
        except Exception as error:  # shown on the page in a sentence; the log has the rest
            self.problem = sentence(error)

    def _see(self, progress: Progress) -> None:
        self.done, self.total, self.current = progress.done, progress.total, progress.current
