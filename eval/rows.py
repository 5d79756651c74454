"""What a run records about one question, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.metrics.abstention import Decision, Outcome
from eval.metrics.citations import NOT_THERE
from rag.errors import UserError

SCHEMA = 1
"""Of `run.jsonl` and `meta.json`; a folder of another one is refused."""

Probe = Literal["", "paraphrase", "injection", "conflict"]


class RunError(UserError):
    """A run cannot be read, resumed or compared as asked."""


class Cited(BaseModel):
    """A citation as it was given."""

    model_config = ConfigDict(frozen=True)

    number: int
    source: str
    sha256: str
    start: int
    end: int
    quote: str
    fault: str | None = None


class Said(BaseModel):
    """A statement of the answer."""

    model_config = ConfigDict(frozen=True)

    text: str
    citations: tuple[int, ...] = ()
    """Their numbers."""
    support: str = ""
    highlight: tuple[int, int] | None = None


class Found(BaseModel):
    """A retrieved passage."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    start: int
    end: int
    score: float


class Row(BaseModel):
    """One question of a run: what came of it, and its scores. `timings` alone differ from run to run."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    kind: str
    answerable: bool
    cluster: str
    """Questions of one cluster hang together: intervals are taken over clusters."""
    source: str = ""
    """The document of the first evidence; empty where there is none."""
    probe: Probe = ""
    """Which robustness probe this is; empty for the question itself."""
    of: str = ""
    """The question that a probe varies."""
    status: Literal["ok", "error"]
    error: str = ""
    outcome: Outcome
    text: str = ""
    short: str = ""
    """The exact answer where the answerer marked it, else the text."""
    reason: str = ""
    confidence: float | None = None
    statements: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    retrieved: tuple[Found, ...] = ()
    given: tuple[str, ...] = ()
    """Ids of the passages that the answer was made from."""
    answerer: str = ""
    prompt_version: str = ""
    notes: tuple[str, ...] = ()
    usage: dict[str, float | None] = Field(default_factory=dict)
    scores: dict[str, float] = Field(default_factory=dict)
    faults: dict[str, int] = Field(default_factory=dict)
    """Citations with each kind of fault."""
    baselines: dict[str, dict[str, float]] = Field(default_factory=dict)
    """Scores of systems that need no thought, on the same passages."""
    network: tuple[str, ...] = ()
    """Foreign hosts called while this was asked."""
    timings: dict[str, float] = Field(default_factory=dict)
    """Seconds a stage."""

    @property
    def decision(self) -> Decision:
        return Decision(self.id, self.answerable, self.outcome, is_right(self.scores), self.confidence)

    @property
    def cites_what_is_not_there(self) -> bool:
        """What `citation_validity` is about, of a probe's row too, which does not keep that score."""
        return any(citation.fault in NOT_THERE for citation in self.citations)

    def without_timings(self) -> dict[str, Any]:
        """What two runs of the same thing share to the letter."""
        return self.model_dump(exclude={"timings"})


def is_right(scores: Mapping[str, float]) -> bool:
    """Whether an answer counts as right: it is correct, or, where only prose is accepted, rests on the evidence."""
    return scores.get("correct", scores.get("grounded")) == 1.0


def write(row: Row) -> str:
    """The row as one line of JSON, newline included; raises `ValueError` for a number that is none."""
    return json.dumps(row.model_dump(mode="json"), ensure_ascii=False, allow_nan=False, sort_keys=True) + "\n"


def read(path: Path) -> tuple[Row, ...]:
    """The rows of a `run.jsonl`; a line torn by a kill at the very end is left out."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    return tuple(_row(path, number, line) for number, line in enumerate(whole.splitlines(), 1) if line.strip())


def main_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The gold questions themselves, without robustness probes."""
    return tuple(row for row in rows if not row.probe)


def _row(path: Path, number: int, line: bytes) -> Row:
    try:
        return Row.model_validate_json(line)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the line"
        message = error.errors()[0]["msg"]
        raise RunError(
            f"{path}:{number}: a row of an evaluation run was wanted, but {where}: {message}; "
            "the file was changed by hand or by another version: run the evaluation again into a new folder"
        ) from error
