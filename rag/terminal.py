"""How things look in a terminal: plain text in a pipe, colour only on a screen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from rag.types import Answer, Conflict, IngestReport, Passage

if TYPE_CHECKING:
    from rag.ingest.ingest import Progress
    from rag.library.backup import Backup
    from rag.library.doctor import Health
    from rag.library.library import Status
    from rag.library.snapshot import DocumentInfo

NEAREST = 3
"""Passages shown where the documents do not say."""


def count(n: int, noun: str) -> str:
    """ "1 document", "5 documents"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def one_line(text: str, width: int = 200) -> str:
    """Text on one line, cut at a word, without the control characters that could drive a terminal."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(printable.split())
    return line if len(line) <= width else line[:width].rsplit(" ", 1)[0] + " …"


class Screen:
    """Prints results; text from documents is never read as markup."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(soft_wrap=True, highlight=False, markup=False)

    def line(self, text: str = "", style: str = "") -> None:
        """One line of text."""
        self._console.print(Text(text, style=style))

    def seen_by(self, whom: str) -> None:
        """Said before anything is sent."""
        self.line(f"The question and the passages found are sent to {one_line(whom)}.", "dim")

    def answer(self, answer: Answer) -> None:
        """The answer, then each citation as `file:line  "quote"`."""
        self.line(_without_controls(str(answer)), "bold")
        if answer.abstained:
            self._not_found(answer)
        for conflict in answer.conflicts:
            self._conflict(conflict)
        for citation in answer.citations:
            quote = f'"{one_line(citation.quote, 300)}"'
            self._console.print(
                Text(f"[{citation.number}] ", style="dim"),
                Text(one_line(citation.location), style="cyan"),
                Text(f"  {quote}"),
                sep="",
            )
        if answer.reason and not answer.abstained:
            self.line(f"Answered by {answer.answerer}: {one_line(answer.reason, 400)}.", "yellow")
        for note in answer.notes:
            self.line(one_line(note, 400), "dim")

    def _not_found(self, answer: Answer) -> None:
        searched = answer.searched
        self.line(
            f"Searched {count(searched.documents, 'document')}, {count(searched.passages, 'passage')}. "
            f"{answer.reason}".rstrip(),
            "dim",
        )
        if answer.passages:
            self.line("Closest:", "dim")
        for passage in answer.passages[:NEAREST]:
            self.line(f"  {one_line(passage.chunk.source)}  {one_line(passage.chunk.text, 120)}", "dim")

    def _conflict(self, conflict: Conflict) -> None:
        self.line("The sources differ:", "yellow")
        for side in conflict.sides:
            marks = "".join(f"[{c.number}]" for c in side.citations)
            date = next((c.published for c in side.citations if c.published), "undated")
            self.line(f"  {one_line(side.value)}  {date}  {marks}")

    def passages(self, passages: tuple[Passage, ...]) -> None:
        """One passage a line, best first, with its score in its ranking."""
        if not passages:
            self.line("No passage was found; a filter may leave too few documents.", "dim")
        for passage in passages:
            self._console.print(
                Text(f"{passage.rank:>3}  {passage.score:.4f}  ", style="dim"),
                Text(one_line(passage.chunk.source), style="cyan"),
                Text("  " + one_line(passage.chunk.text)),
                sep="",
            )

    def report(self, report: IngestReport) -> None:
        """What an ingest changed, with the reason for each file that was not read."""
        changes = [
            f"{len(report.added)} added",
            f"{len(report.updated)} updated",
            f"{len(report.renamed)} renamed",
            f"{len(report.removed)} removed",
            f"{len(report.unchanged)} unchanged",
        ]
        self.line(f"{', '.join(changes)}; {count(report.chunks, 'chunk')} embedded in {report.seconds:.1f} s")
        for skipped in report.skipped:
            self.line(f"Skipped: {one_line(skipped.source)}: {one_line(skipped.reason)}", "yellow")
        for note in report.notes:
            self.line(one_line(note), "dim")

    def status(self, status: Status, documents: tuple[DocumentInfo, ...]) -> None:
        """What is in the library: each document, each file that was not read."""
        for document in documents:
            facts = " · ".join(filter(None, (document.media_type, document.published, count(document.chunks, "chunk"))))
            self._located(document.source, f"  {facts}", "dim")
        for skipped in status.skipped:
            self.line(f"Skipped: {one_line(skipped.source)}: {one_line(skipped.reason)}", "yellow")
        for root in status.roots:
            what = "follows" if root.whole else "single files of"
            self.line(f"{what} {one_line(root.path)} ({count(root.documents, 'document')})", "dim")
        self.line(
            f"{count(status.documents, 'document')}, {count(status.chunks, 'chunk')}, "
            f"{status.disk_bytes / 1e6:.1f} MB in {status.home}; vectors of {status.embedder}; index {status.index}"
        )

    def health(self, health: Health) -> None:
        """Each finding with its remedy, then the sum."""
        styles = {"broken": "red", "repaired": "green", "note": "dim"}
        for finding in health.findings:
            said = f"{finding.area}: {one_line(finding.said, 400)} ({one_line(finding.remedy, 400)})"
            self.line(f"{finding.state.capitalize()}: {said}", styles[finding.state])
        sum_ = "sound" if health.sound else "not sound"
        held = f"{count(health.documents, 'document')}, {count(health.chunks, 'chunk')} in {health.home}"
        self.line(f"{held}: {sum_}" if health.documents or health.sound else f"The library in {health.home}: {sum_}")

    def backup(self, held: Backup, where: str) -> None:
        """What was written to a file, or restored from it."""
        self.line(f"{count(held.documents, 'document')}, {count(held.chunks, 'chunk')}, {where}")

    def _located(self, location: str, text: str, style: str = "") -> None:
        self._console.print(Text(one_line(location), style="cyan"), Text(text, style=style), sep="")

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """A bar with files, chunks and chunks a second; nothing where the output is no screen."""
        if not self._console.is_terminal:
            yield lambda _: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns: list[Any] = [
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("files"),
            TextColumn("{task.fields[chunks]:,} chunks, {task.fields[rate]:.0f} a second"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[current]}", style="dim", markup=False),
        ]
        with Bar(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task("", total=None, chunks=0, rate=0.0, current="")

            def show(progress: Progress) -> None:
                bar.update(
                    task,
                    total=progress.total,
                    completed=progress.done,
                    chunks=progress.chunks,
                    rate=progress.chunks_per_second,
                    current=one_line(progress.current, 40),
                )

            yield show


def _without_controls(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
