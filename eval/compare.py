"""Two runs over the same questions: what got better, what got worse, and what cannot be told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from eval import statistics
from eval.folder import Run
from eval.junit import failure
from eval.metrics.catalogue import METRICS, judged
from eval.metrics.numbers import OVER_ALL
from eval.paired import Change, of_metric, of_number
from eval.rows import Row, RunError


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run got right and the other did not."""

    before: Row
    after: Row

    @property
    def gained(self) -> bool:
        return not failure(self.after)

    @property
    def words(self) -> str:
        """What it was and what it is, in a line each."""
        return (
            f"{self.after.id}: {self.after.question}\n    was: {came_to(self.before)}\n    now: {came_to(self.after)}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that two runs say about each other."""

    before: Run
    after: Run
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    notes: tuple[str, ...] = ()
    """What else differs between them."""


def compare(before: Run, after: Run, everything: bool = False) -> Comparison:
    """The second run against the first, by the headline metrics (or all).

    Raises `RunError` where they cannot be compared: other questions, other judges.
    """
    _check(before, after)
    pairs = list(zip(before.rows, _in_order_of(before, after), strict=True))
    metrics = (*METRICS, *judged(name for row in after.rows for name in row.scores))
    means = [of_metric(metric, pairs) for metric in metrics if everything or metric.headline]
    numbers = [of_number(metric, compute, pairs) for metric, _, compute in OVER_ALL if everything or metric.headline]
    found = [change for change in (*means, *numbers) if change]
    adjusted = statistics.holm([change.p for change in found])
    changes = tuple(replace(change, adjusted_p=p) for change, p in zip(found, adjusted, strict=True))
    flips = tuple(Flip(one, other) for one, other in pairs if bool(failure(one)) != bool(failure(other)))
    return Comparison(before, after, changes, flips, tuple(_notes(before, after)))


def came_to(row: Row) -> str:
    """What became of a question, in words."""
    if row.status == "error":
        return f"error ({row.error})"
    if row.outcome != "answered":
        return "refused" if row.outcome == "abstained" else "undetermined"
    verdict = "right" if not failure(row) else "wrong"
    return f"{verdict}: {row.text if len(row.text) <= 160 else row.text[:160].rsplit(' ', 1)[0] + ' …'}"


def _check(before: Run, after: Run) -> None:
    if before.meta.gold_sha256 != after.meta.gold_sha256 or {r.id for r in before.rows} != {r.id for r in after.rows}:
        one, other = (f"{run.folder} ({run.meta.name}, {len(run.rows)} questions)" for run in (before, after))
        raise RunError(f"{one} and {other} asked different questions; run both over the same gold, split and limit")
    if before.meta.judge != after.meta.judge:
        raise RunError(
            f"{before.folder} was judged by {before.meta.judge or 'nobody'}, {after.folder} by "
            f"{after.meta.judge or 'nobody'}; judge both by the same"
        )


def _in_order_of(before: Run, after: Run) -> Iterable[Row]:
    by_id = {row.id: row for row in after.rows}
    return (by_id[row.id] for row in before.rows)


def _notes(before: Run, after: Run) -> Iterable[str]:
    if before.meta.corpus_sha256 != after.meta.corpus_sha256:
        yield "the corpora differ: part of a difference may be the documents'"
    old, new = before.meta.settings, after.meta.settings
    for name in sorted({*old, *new} - {"answerer"}):  # "auto" names nobody; who answered is told below
        if old.get(name) != new.get(name):
            yield f"{name}: {old.get(name)} before, {new.get(name)} after"
    if before.meta.code.get("assistant_sha256") != after.meta.code.get("assistant_sha256"):
        commits = f"{before.meta.commit or 'unknown'} before, {after.meta.commit or 'unknown'} after"
        yield f"the assistant's code differs: {commits}"
    answerers = [", ".join(sorted({row.answerer for row in run.rows if row.answerer})) for run in (before, after)]
    if answerers[0] != answerers[1]:
        yield f"answerer: {answerers[0] or 'none'} before, {answerers[1] or 'none'} after"
