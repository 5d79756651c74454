"""The folder of a run: `meta.json` says what was run, `run.jsonl` holds a line a question, written as it goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.results import Results, results
from eval.rows import SCHEMA, Row, RunError, main_rows, read, write

ROWS, META = "run.jsonl", "meta.json"


class Measured(BaseModel):
    """What is never the same twice."""

    model_config = ConfigDict(frozen=True)

    started: str = ""
    finished: str = ""
    """ISO times; empty while the run is not done."""
    seconds: float = 0.0
    """Of all sittings that came to an end."""
    peak_memory_mb: float = 0.0
    index_mb: float = 0.0


class Meta(BaseModel):
    """What was run on what. All but `measured` is the same for two runs of the same thing."""

    model_config = ConfigDict(frozen=True)

    schema_: int = Field(default=SCHEMA, alias="schema")
    name: str
    """The gold or the suite."""
    gold_sha256: str
    """Of the questions that were asked: runs compare only over the same."""
    corpus_sha256: str
    settings: dict[str, Any] = {}
    code: dict[str, str] = {}
    """A hash of the assistant's files, versions of what it stands on."""
    commit: str = ""
    """Empty outside a checkout; `code` says what really ran."""
    options: dict[str, Any] = {}
    judge: str = ""
    skipped: tuple[str, ...] = ()
    """Files of the corpus that could not be read, with reasons."""
    network: tuple[str, ...] = ()
    """Foreign hosts called while the library was built."""
    provider: str = ""
    """The host that answers are written by; empty when none is configured."""
    measured: Measured = Measured()

    def identity(self) -> dict[str, Any]:
        """What two runs of the same thing share to the letter."""
        return self.model_dump(
            mode="json", by_alias=True, exclude={"measured", "skipped", "network", "commit", "judge"}
        )


@dataclass(frozen=True)
class Run:
    """A run that was made, or read back from its folder."""

    folder: Path
    meta: Meta
    rows: tuple[Row, ...]

    @cached_property
    def results(self) -> Results:
        return results(self.rows, seed=int(self.meta.options.get("seed", 0)))

    @property
    def questions(self) -> tuple[Row, ...]:
        """The rows of the gold questions, without robustness probes."""
        return main_rows(self.rows)

    @property
    def network(self) -> tuple[str, ...]:
        """Foreign hosts called while the library was built or a question asked, by name."""
        return tuple(sorted({*self.meta.network, *(host for row in self.rows for host in row.network)}))


def load(folder: Path) -> Run:
    """The run in a folder; raises `RunError` where there is none, or one of another schema."""
    meta = _meta(folder)
    path = folder / ROWS
    if not path.exists():
        raise RunError(f"a run was to be read from {folder}, but {ROWS} is missing; run the evaluation again")
    rows = read(path)
    if not rows:
        raise RunError(f"{path} holds no finished question; run `rag eval --out {folder}` to go on with it")
    return Run(folder, meta, rows)


def open_for(folder: Path, meta: Meta) -> tuple[Meta, tuple[Row, ...]]:
    """Make the folder of a run, or take up one that was broken off: then with what it knows and the rows that are done.

    A half-written last line is cut off. Raises `RunError` where the folder holds another run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / META).exists():
        found = _meta(folder)
        _same(folder, found, meta)
        meta = found
    elif any(folder.iterdir()):
        raise RunError(f"a run was to be written to {folder}, which holds other files; name a new or empty folder")
    path = folder / ROWS
    if not path.exists():
        save(folder, meta)
        return meta, ()
    content = path.read_bytes()
    if not content.endswith(b"\n"):
        path.write_bytes(content[: content.rfind(b"\n") + 1])
    return meta, read(path)


def append(folder: Path, row: Row) -> None:
    """Add one row, so that a kill leaves whole lines and at most one torn."""
    with (folder / ROWS).open("a", encoding="utf-8") as file:
        file.write(write(row))


def save_judged(run: Run) -> None:
    """Write a run's rows anew with a judge's scores, whole or not at all."""
    path = run.folder / ROWS
    beside = path.with_suffix(".jsonl.new")
    beside.write_text("".join(map(write, run.rows)), encoding="utf-8")
    beside.replace(path)
    save(run.folder, run.meta)


def save(folder: Path, meta: Meta) -> None:
    """Write `meta.json`."""
    text = json.dumps(meta.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / META).write_text(text + "\n", encoding="utf-8")


def _meta(folder: Path) -> Meta:
    path = folder / META
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RunError(
            f"a run was to be read from {folder}, but {META} cannot be read ({error.strerror}); name a run's folder"
        ) from error
    except ValueError as error:
        raise RunError(f"{path} is not JSON ({error}); run the evaluation again into a new folder") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        found = content.get("schema") if isinstance(content, dict) else None
        raise RunError(
            f"{folder} holds a run of schema {found}, this version reads schema {SCHEMA}; run the evaluation again"
        )
    try:
        return Meta.model_validate(content)
    except ValidationError as error:
        raise RunError(f"{path}: {error.errors()[0]['loc']}: {error.errors()[0]['msg']}; run it again") from error


def _same(folder: Path, found: Meta, wanted: Meta) -> None:
    before, now = found.identity(), wanted.identity()
    different = [key for key in now if before.get(key) != now[key]]
    if different:
        raise RunError(
            f"{folder} holds a run with other {', '.join(different)}; "
            "name a new folder, or delete this one to start over"
        )
