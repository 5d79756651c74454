"""What the packaged reader makes of a statement beside the sentences that it cites.

The statement is put in the place of the question. What scores very low has nothing to do with what it cites,
though it may share words with it; that much can be told from the score, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from rag.errors import RagError
from rag.types import Statement

if TYPE_CHECKING:
    from rag.models.reader import Pair, Reading

UNRELATED = -2.7
"""Statements below it are marked: 9 of 10 beside an unrelated sentence are, on documents chosen for finding it."""
FITTED_FOR = "reader@374597cf7a67"
"""The scale of the score is one model's own, so another model's scores mark nothing. Both are found by
`python -m benchmarks.support_score`."""
NOT_FOUND = "the reader does not find it in the cited sentences"


class ScoresPassages(Protocol):
    """What is needed of the reader."""

    @property
    def name(self) -> str: ...

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]: ...


def scored(statements: Sequence[Statement], reader: ScoresPassages | None) -> tuple[Statement, ...]:
    """The statements, those that cite something with a score; as they are where the reader cannot be opened."""
    if reader is None:
        return tuple(statements)
    try:
        return tuple(_scored(statement, reader) if statement.citations else statement for statement in statements)
    except RagError:
        return tuple(statements)


def _scored(statement: Statement, reader: ScoresPassages) -> Statement:
    from rag.models.reader import Pair

    cited = " ".join(citation.quote for citation in statement.citations)
    (reading,) = reader.read(statement.text, [Pair(cited, statement.citations[0].title)])
    if reading is None:
        return statement
    unrelated = reader.name == FITTED_FOR and reading.score < UNRELATED and not statement.missing
    return replace(statement, score=reading.score, missing=(NOT_FOUND,) if unrelated else statement.missing)
