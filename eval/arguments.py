"""What the commands take, and the questions that their arguments name."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eval.benchmark import Benchmark

Gold = Annotated[Path | None, typer.Option("--gold", help="Questions, one JSON object a line.")]
CorpusFolder = Annotated[Path | None, typer.Option("--corpus", help="The folder that they are about.")]
SuiteName = Annotated[str | None, typer.Option("--suite", help="squad2, nq-open, clapnq, ramdocs or bipia instead.")]
Data = Annotated[Path | None, typer.Option("--data", help="The suite's file or folder.")]
Out = Annotated[Path | None, typer.Option("--out", help="The run's folder; a broken-off run in it is taken up.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A setting, e.g. k=4; may repeat.")]
Limit = Annotated[int | None, typer.Option(min=1, help="A fixed sample of this many questions.")]


@contextlib.contextmanager
def benchmark_of(
    gold: Path | None, corpus: Path | None, suite: str | None = None, data: Path | None = None
) -> Iterator[Benchmark]:
    """The questions that the arguments name; a suite's passages are files for as long as it runs."""
    from eval.gold import GoldError

    if suite is None:
        from eval.benchmark import choose

        if data is not None:
            raise GoldError("--data belongs to a suite: give --suite NAME too")
        yield choose(gold, corpus)
        return
    if gold is not None or corpus is not None:
        raise GoldError("a suite brings its own questions and passages: leave out --gold and --corpus")
    from eval.suites import build

    with tempfile.TemporaryDirectory(prefix="footnote-suite-") as folder:
        yield build(suite, data, Path(folder))
