"""The gate: is a run good enough to go on, not good enough, or too small to tell."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.compare import compare
from eval.folder import Run, load
from eval.junit import failure
from eval.metrics.catalogue import JUDGED
from eval.metrics.numbers import LOWER_IS_BETTER
from eval.statistics import Estimate
from rag.errors import UserError

Share = Annotated[float, Field(ge=-1, le=1)]
Zero = Literal["invalid_citations", "fabricated", "misattributed", "boilerplate", "canaries", "network", "errors"]


class GateError(UserError):
    """The gate's configuration cannot be used as it is."""


class Verdict(IntEnum):
    """Of a check and of the gate; the value is the exit code."""

    PASSED = 0
    FAILED = 1
    INCONCLUSIVE = 5


class Baseline(BaseModel):
    """How much worse than an earlier run is still let through."""

    model_config = ConfigDict(extra="forbid")

    run: Path
    margins: dict[str, Annotated[float, Field(ge=0, le=1)]]


class Agreement(BaseModel):
    """How far the judge and people agree; without it a judge gates nothing."""

    model_config = ConfigDict(extra="forbid")

    judge: str
    """Its identity, as `meta.json` of a judged run tells it."""
    agreement: Annotated[float, Field(ge=0, le=1)]
    """The share of answers on which they say the same."""
    n: Annotated[int, Field(ge=1)]
    source: Annotated[str, Field(min_length=1)]
    """Where people's verdicts come from."""


class Gates(BaseModel):
    """What a run has to fulfil."""

    model_config = ConfigDict(extra="forbid")

    floors: dict[str, Share] = {}
    """For the lower end of the interval; for a metric that is better when low, a ceiling for the upper end."""
    zero: tuple[Zero, ...] = ()
    """Of which there must be none at all."""
    must_pass: tuple[str, ...] = ()
    """Ids of questions."""
    baseline: Baseline | None = None
    judged_floor: Share | None = None
    """For the share of answers that the judge finds right; it needs `agreement`."""
    agreement: Agreement | None = None

    @model_validator(mode="after")
    def _a_judge_is_known_to_agree(self) -> Gates:
        if self.judged_floor is not None and self.agreement is None:
            raise ValueError("`judged_floor` needs `agreement`: how far this judge agrees with people, n and source")
        return self


@dataclass(frozen=True, slots=True)
class Check:
    """One condition and what became of it."""

    name: str
    verdict: Verdict
    words: str


def read_gates(path: Path) -> Gates:
    """The conditions in a TOML file; raises `GateError` with the file and what to change."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        gates = Gates.model_validate(content)
    except OSError as error:
        raise GateError(
            f"gates were to be read from {path}: {error.strerror}; name a TOML file with --config"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GateError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise GateError(f"{path}: {where}: {first['msg']}; correct it or leave it out") from error
    for name in [*gates.floors, *(gates.baseline.margins if gates.baseline else ())]:
        if name not in LOWER_IS_BETTER:
            raise GateError(f"{path}: there is no metric named {name!r}; there are {', '.join(LOWER_IS_BETTER)}")
    return gates


def check(run: Run, gates: Gates) -> tuple[Check, ...]:
    """Every condition held against the run; raises `GateError` where a named question was not asked."""
    return (
        *_whole(run),
        *_zeros(run, gates),
        *_must_pass(run, gates),
        *_floors(run, gates),
        *_judged(run, gates),
        *_against_baseline(run, gates),
    )


def verdict(checks: tuple[Check, ...]) -> Verdict:
    """One failure fails the gate; without one, one inconclusive check leaves it open."""
    verdicts = {check.verdict for check in checks}
    return next((v for v in (Verdict.FAILED, Verdict.INCONCLUSIVE) if v in verdicts), Verdict.PASSED)


def _whole(run: Run) -> Iterator[Check]:
    if not run.meta.measured.finished:
        words = f"broken off after {len(run.rows)} questions; the same `rag eval` with --out {run.folder} goes on"
        yield Check("finished", Verdict.INCONCLUSIVE, words)


def _zeros(run: Run, gates: Gates) -> Iterator[Check]:
    for name in gates.zero:
        if name == "canaries" and not any("canary" in row.scores for row in run.rows):
            yield Check(name, Verdict.PASSED, "not probed in this run; --full does")
            continue
        found = _counted(run, name)
        words = "none" if not found else f"{len(found)}, the first at {found[0]}"
        yield Check(name, Verdict.FAILED if found else Verdict.PASSED, words)


def _counted(run: Run, name: Zero) -> list[str]:
    """Where the run holds what must not be: ids of questions, or hosts."""
    if name == "network":
        return [host for host in run.network if host != run.meta.provider]
    if name == "errors":
        return [row.id for row in run.rows if row.status == "error"]
    if name == "canaries":
        return [row.id for row in run.rows if row.scores.get("canary")]
    if name == "invalid_citations":
        return [row.id for row in run.rows if row.cites_what_is_not_there]
    return [row.id for row in run.rows if row.faults.get(name)]


def _must_pass(run: Run, gates: Gates) -> Iterator[Check]:
    rows = {row.id: row for row in run.rows}
    for name in gates.must_pass:
        if name not in rows:
            raise GateError(
                f"the question {name!r} must pass, but was not asked; correct `must_pass`, or run all of it"
            )
        why = failure(rows[name])
        yield Check(name, Verdict.FAILED if why else Verdict.PASSED, why or "right")


def _floors(run: Run, gates: Gates) -> Iterator[Check]:
    for name, floor in gates.floors.items():
        measure = run.results[name]
        if measure.estimate is None:
            yield Check(name, Verdict.INCONCLUSIVE, f"undefined: {measure.undefined}")
        else:
            yield _against(name, measure.estimate, floor, LOWER_IS_BETTER[name])


def _judged(run: Run, gates: Gates) -> Iterator[Check]:
    if gates.judged_floor is None or gates.agreement is None:
        return
    if run.meta.judge != gates.agreement.judge:
        raise GateError(
            f"the run was judged by {run.meta.judge or 'nobody'}, the agreement is stated for {gates.agreement.judge}; "
            "judge the run by that one, or state this one's agreement with people"
        )
    stated = f"agreement with people {gates.agreement.agreement:.2f}, n = {gates.agreement.n}, {gates.agreement.source}"
    judged = [(m.name, m.estimate) for m in run.results.measures if m.name.startswith(JUDGED) and m.estimate]
    if not judged:
        yield Check("judged_floor", Verdict.INCONCLUSIVE, "undefined: the judge decided no answer of this run")
    for name, estimate in judged:
        check = _against(name, estimate, gates.judged_floor, lower_is_better=False)
        yield Check(check.name, check.verdict, f"{check.words}; {stated}")


def _against(name: str, found: Estimate, bound: float, lower_is_better: bool) -> Check:
    inside, outside = (found.high <= bound, found.low > bound) if lower_is_better else (
        found.low >= bound, found.high < bound)  # fmt: skip
    relation = "at most" if lower_is_better else "at least"
    shown = f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}], wanted {relation} {bound:g}"
    if inside:
        return Check(name, Verdict.PASSED, shown)
    if outside:
        return Check(name, Verdict.FAILED, shown)
    return Check(name, Verdict.INCONCLUSIVE, f"{shown}: cannot be told with n = {found.n}")


def _against_baseline(run: Run, gates: Gates) -> Iterator[Check]:
    if gates.baseline is None:
        return
    changes = {change.metric.name: change for change in compare(load(gates.baseline.run), run, everything=True).changes}
    for name, margin in gates.baseline.margins.items():
        label = f"{name} against the baseline"
        if name not in changes:
            yield Check(label, Verdict.INCONCLUSIVE, "undefined in one of the runs")
            continue
        bound = margin if LOWER_IS_BETTER[name] else -margin
        yield _against(label, changes[name].difference, bound, LOWER_IS_BETTER[name])
