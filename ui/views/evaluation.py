"""The evaluation: run it, look at what came of it, and set two runs side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from rag.errors import RagError
from ui import text
from ui.evaluating import NAMED, evaluating, folders, runs_folder
from ui.intervals import intervals
from ui.problems import sentence
from ui.session import session

if TYPE_CHECKING:
    from eval.compare import Comparison, Flip
    from eval.folder import Run
    from eval.rows import Row

QUICK = 20
"""Questions of a quick run."""
MOST_FLIPS = 50
NONE = "None"


def page() -> None:
    """The page, top to bottom."""
    text.title("Evaluation")
    text.say("The questions of the repository, asked over its own documents. No key is needed.")
    _start()
    found = folders()
    if not found:
        if not evaluating().running:
            text.quiet("There is no run yet.")
        return
    times = {folder.name: when(folder.name) for folder in found}
    chosen = st.selectbox("Run", list(times), format_func=lambda name: times[name], key="run")
    others = [NONE, *(name for name in times if name != chosen)]
    against = st.selectbox(
        "Compare with an earlier one", others, format_func=lambda name: times.get(name, name), key="against"
    )
    try:
        after = _run(runs_folder() / chosen)
        if against == NONE:
            _results(after)
        else:
            _comparison(_run(runs_folder() / against), after)
    except RagError as error:
        text.notice(sentence(error), "warning")


def when(name: str) -> str:
    """The time that a run is named by, to the second; the name where it is another.

    No two are alike, and none changes when a run comes: Streamlit knows by its label what was chosen.
    """
    try:
        at = datetime.strptime(name, NAMED).replace(tzinfo=UTC)
    except ValueError:
        return name
    return f"{text.day(at.date().isoformat())}, {at:%H:%M:%S} UTC"


def _start() -> None:
    work = evaluating()
    if work.running:
        _progress()
        return
    if work.problem:
        text.notice(work.problem, "warning")
    with st.container(horizontal=True):
        quick = st.button(f"Ask {QUICK} questions", icon=":material/play_arrow:")
        whole = st.button("Ask all questions")
    if quick or whole:
        work.start(QUICK if quick else None, session().choices)
        st.rerun()


@st.fragment(run_every=0.5)
def _progress() -> None:
    work = evaluating()
    if not work.running:
        st.rerun()
    share = work.done / work.total if work.total else 0.0
    st.progress(
        share, text=f"{work.done} of {text.count(work.total, 'question')}" if work.total else "Reading documents"
    )
    text.quiet(work.current)


def _run(folder: Path) -> Run:
    from eval.folder import META, ROWS

    files = [path.stat() for name in (ROWS, META) if (path := folder / name).is_file()]
    return _load(str(folder), tuple((file.st_mtime_ns, file.st_size) for file in files))


@st.cache_resource(show_spinner=False, max_entries=4)
def _load(folder: str, written: tuple[tuple[int, int], ...]) -> Run:  # noqa: ARG001 - a run is written as it goes
    from eval import load

    return load(Path(folder))


def _results(run: Run) -> None:
    results = run.results
    facts = [run.meta.name, text.count(results.questions, "question"), text.day(run.meta.measured.started)]
    answerers = ", ".join(sorted({row.answerer for row in run.rows if row.answerer}))
    text.quiet(" · ".join(fact for fact in (*facts, answerers) if fact))
    if results.errors:
        text.notice(f"{text.count(results.errors, 'question')} ended in an error; see the list below.", "warning")
    headlines = [measure for measure in results.measures if measure.headline and measure.estimate]
    intervals(
        [(f"{m.group}: {m.label}", m.estimate.value, m.estimate.low, m.estimate.high) for m in headlines if m.estimate]
    )
    with st.expander("Every number"):
        st.dataframe(
            [
                {
                    "Measure": measure.label,
                    "Value": measure.estimate.value if measure.estimate else None,
                    "From": measure.estimate.low if measure.estimate else None,
                    "To": measure.estimate.high if measure.estimate else None,
                    "Questions": measure.estimate.n if measure.estimate else 0,
                    "What it is": measure.meaning,
                }
                for measure in results.measures
            ],
            hide_index=True,
        )
    text.heading("Questions")
    for row in _wrong_first(run.questions):
        with st.expander(text.plain(f"{_verdict(row)}: {row.question}")):
            _row(row)


def _comparison(before: Run, after: Run) -> None:
    from eval import compare

    found: Comparison = compare.compare(before, after)
    for note in found.notes:
        text.quiet(note)
    for change in found.changes:
        text.say(f"{change.metric.label}: {change.words}")
    text.heading("What flipped")
    if not found.flips:
        text.quiet("No question came out differently.")
    for flip in found.flips[:MOST_FLIPS]:
        with st.expander(text.plain(f"{'Gained' if flip.gained else 'Lost'}: {flip.after.question}")):
            _side_by_side(flip)


def _side_by_side(flip: Flip) -> None:
    for column, name, row in zip(st.columns(2), ("Before", "After"), (flip.before, flip.after), strict=True):
        with column:
            text.heading(name)
            _row(row)


def _row(row: Row) -> None:
    """What became of a question: the answer and the words it rests on."""
    text.say(row.error or row.text or "The documents do not say.")
    for citation in row.citations:
        text.quiet(f"[{citation.number}] {citation.source}: “{citation.quote}”")


def _wrong_first(rows: tuple[Row, ...]) -> list[Row]:
    order = ("error", "wrong", "refused", "undetermined", "right")
    return sorted(rows, key=lambda row: order.index(_verdict(row)))


def _verdict(row: Row) -> str:
    from eval.compare import came_to

    return came_to(row).split(" ")[0].split(":")[0]
