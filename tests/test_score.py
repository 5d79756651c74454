"""The reader's score beside a statement: handed on, and never in the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.answer.score import FITTED_FOR, NOT_FOUND, UNRELATED, scored
from rag.errors import IntegrityError
from rag.models.reader import Pair, Reader, Reading
from rag.types import Citation, Statement


def cited(quote: str) -> Statement:
    return Statement("It is so.", (Citation(1, "a.txt", "0" * 64, 0, len(quote), quote, (1, 1), title="A"),))


class Gives:
    """Gives one score to every passage that is not blank."""

    def __init__(self, score: float, name: str = FITTED_FOR) -> None:
        self.name = name
        self.asked: list[tuple[str, Pair]] = []
        self._score = score

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]:
        self.asked += [(question, pair) for pair in pairs]
        nothing = np.zeros(0, dtype=np.float32)
        return [Reading(self._score, (), nothing, nothing) if pair.passage.strip() else None for pair in pairs]


class Broken:
    """Cannot be opened."""

    name = FITTED_FOR

    def read(self, question: str, pairs: Sequence[Pair]) -> list[Reading | None]:
        raise IntegrityError("the reader's file is damaged")


def test_each_statement_that_cites_something_has_a_score_beside_it() -> None:
    reader = Gives(1.5)
    found = scored([cited("four"), Statement("Uncited."), cited(" ")], reader)
    assert [statement.score for statement in found] == [1.5, None, None]
    assert [statement.supported for statement in found] == [True, False, True]
    assert reader.asked[0] == ("It is so.", Pair("four", "A"))


def test_what_has_nothing_to_do_with_its_citation_is_marked() -> None:
    (found,) = scored([cited("x")], Gives(UNRELATED - 0.1))
    assert found.support == NOT_FOUND


def test_another_models_scores_mark_nothing() -> None:
    (found,) = scored([cited("x")], Gives(UNRELATED - 5, name="reader@another"))
    assert (found.supported, found.score) == (True, UNRELATED - 5)


def test_without_a_reader_or_with_a_broken_one_statements_have_no_score() -> None:
    statements = (cited("x"), Statement("Uncited."))
    assert scored(statements, None) == statements
    assert scored(statements, Broken()) == statements


def test_the_threshold_belongs_to_the_packaged_reader() -> None:
    assert Reader().name == FITTED_FOR
