"""Retrieval: the passages of a question, or a sentence that says why there are none to be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UserError
from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.library.snapshot import Snapshot
from rag.retrieve.retrieve import QUESTION_LIMIT, Stages, note_on_length, retrieve, searchable
from rag.testing import HashEmbedder
from rag.types import Filter

if TYPE_CHECKING:
    from rag.types import Vectors

REPORT = "The harbour of Tallinn handled thirty ships a day, and the pilots asked for a second tug."
DOCUMENTS = {
    "reports/harbour.txt": f"November 14, 2023\n\n{REPORT}",
    "reports/copy.txt": f"November 14, 2023\n\n{REPORT}",
    "reports/mill.txt": "The mill at Tartu grinds rye for the bakers of the town, and the miller keeps bees.",
    "letters/ice.txt": "January 3, 2024\n\nThe harbour froze over in a week; the tug could not leave before the thaw.",
}
EMBEDDER = HashEmbedder()


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    library = Library.create(tmp_path_factory.mktemp("library"), EMBEDDER.name, EMBEDDER.dimensions)
    ingest(library, [folder], EMBEDDER)
    with library.snapshot() as taken:
        yield taken


def test_the_passage_with_the_words_of_the_question_is_first(snapshot: Snapshot) -> None:
    passages = retrieve(snapshot, EMBEDDER, "Who grinds rye for the bakers?")
    assert passages[0].chunk.source == "reports/mill.txt"
    assert [passage.rank for passage in passages] == list(range(1, len(passages) + 1))
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


def test_the_same_content_at_two_paths_is_one_passage_that_names_both(snapshot: Snapshot) -> None:
    first, *rest = retrieve(snapshot, EMBEDDER, "How many ships a day does Tallinn handle?")
    assert first.chunk.source == "reports/copy.txt"
    assert [chunk.source for chunk in first.duplicates] == ["reports/harbour.txt"]
    assert "reports/harbour.txt" not in {passage.chunk.source for passage in rest}


def test_every_passage_is_text_of_its_document(snapshot: Snapshot) -> None:
    for passage in retrieve(snapshot, EMBEDDER, "harbour tug mill"):
        for chunk in (passage.chunk, *passage.duplicates):
            assert snapshot.document(chunk.source).text[chunk.start : chunk.end] == chunk.text


def test_k_bounds_the_passages_and_a_million_is_no_fault(snapshot: Snapshot) -> None:
    assert len(retrieve(snapshot, EMBEDDER, "harbour", k=1)) == 1
    assert len(retrieve(snapshot, EMBEDDER, "harbour", k=1_000_000)) == 3


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_below_one_is_refused_in_a_sentence(snapshot: Snapshot, k: int) -> None:
    with pytest.raises(UserError, match=rf"must be 1 or more, not {k}; the default is 8"):
        retrieve(snapshot, EMBEDDER, "harbour", k=k)


@pytest.mark.parametrize("query", ["", "  \n\t", "\x00", "\x00\x00 \x00", "🙂🌉", "?!", "\ud800"])
def test_a_question_without_a_word_is_refused_in_a_sentence(snapshot: Snapshot, query: str) -> None:
    with pytest.raises(UserError, match=r"a question with at least one word or number was expected, but .*; ask in"):
        retrieve(snapshot, EMBEDDER, query)


@pytest.mark.parametrize("query", ['"*() AND', "har\x00bour", "harbour \ud800 🙂", "the", "ships" * 250_000])
def test_an_odd_question_is_searched_for_like_any_other(snapshot: Snapshot, query: str) -> None:
    assert retrieve(snapshot, EMBEDDER, query)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_question_gives_passages_or_a_sentence(snapshot: Snapshot, query: str) -> None:
    if any(character.isalnum() for character in query):
        assert retrieve(snapshot, EMBEDDER, query)
    else:
        with pytest.raises(UserError):
            retrieve(snapshot, EMBEDDER, query)


def test_a_question_is_cut_and_the_note_says_where() -> None:
    long = "harbour " * 130_000
    assert len(searchable(long)) <= QUESTION_LIMIT
    assert note_on_length(long) == ("The question has 1,039,999 characters; only the first 2,000 were searched for.")
    assert note_on_length("harbour") == ""


def test_blanks_count_for_nothing_in_a_question() -> None:
    blanks = " \n\x00" * 3_000
    assert searchable(f"{blanks}Who is{blanks}it?") == "Who is it?"
    assert note_on_length(f"{blanks}Who is{blanks}it?") == ""


def test_globs_choose_the_documents(snapshot: Snapshot) -> None:
    passages = retrieve(snapshot, EMBEDDER, "harbour", where=Filter(sources=("letters/*",)))
    assert {passage.chunk.source for passage in passages} == {"letters/ice.txt"}
    only_one = retrieve(snapshot, EMBEDDER, "ships", where=Filter(sources=("*/harbour.txt",)))
    assert [passage.chunk.source for passage in only_one] == ["reports/harbour.txt"]
    assert only_one[0].duplicates == ()
    assert retrieve(snapshot, EMBEDDER, "harbour", where=Filter(sources=("nowhere/*",))) == ()


def test_dates_choose_the_documents_and_those_without_are_out(snapshot: Snapshot) -> None:
    def found(where: Filter) -> set[str]:
        return {passage.chunk.source for passage in retrieve(snapshot, EMBEDDER, "harbour mill", where=where)}

    assert found(Filter(published_from="2024-01-01")) == {"letters/ice.txt"}
    assert found(Filter(published_to="2023-11-14")) == {"reports/copy.txt"}
    assert found(Filter(published_from="1900-01-01")) == {"letters/ice.txt", "reports/copy.txt"}


def test_dates_in_the_wrong_order_are_refused_and_one_day_is_not(snapshot: Snapshot) -> None:
    with pytest.raises(UserError, match="swap them"):
        retrieve(snapshot, EMBEDDER, "harbour", where=Filter(published_from="2024-01-02", published_to="2024-01-01"))
    one_day = Filter(published_from="2023-11-14", published_to="2023-11-14")
    assert {p.chunk.source for p in retrieve(snapshot, EMBEDDER, "harbour mill", where=one_day)} == {"reports/copy.txt"}


@pytest.mark.parametrize("date", ["2024", "soon", "2024-13-01", "20240101"])
def test_a_date_that_is_none_is_refused_in_a_sentence(snapshot: Snapshot, date: str) -> None:
    with pytest.raises(UserError, match=r"published_from \(--from\) must be a date like 2023-11-14, not"):
        retrieve(snapshot, EMBEDDER, "harbour", where=Filter(published_from=date))


def test_one_ranking_alone_is_searched_where_that_is_asked_for(snapshot: Snapshot) -> None:
    class Refusing(HashEmbedder):
        def embed_question(self, question: str) -> Vectors:
            raise AssertionError("nothing was to be embedded")

    question = "Who grinds rye for the bakers?"
    by_words = retrieve(snapshot, Refusing(), question, stages=Stages(fusion="lexical"))
    assert [passage.chunk.source for passage in by_words] == ["reports/mill.txt"]
    assert retrieve(snapshot, EMBEDDER, "zzyzx", stages=Stages(fusion="lexical")) == ()
    by_meaning = retrieve(snapshot, EMBEDDER, question, stages=Stages(fusion="dense"))
    vector = EMBEDDER.embed_question(question)
    assert [passage.score for passage in by_meaning] == [score for _, score in snapshot.nearest(vector, 3)]


def test_the_weight_moves_the_order_from_meaning_to_words(snapshot: Snapshot) -> None:
    def order(weight: float) -> list[str]:
        return [p.chunk.id for p in retrieve(snapshot, EMBEDDER, "harbour", stages=Stages(lexical_weight=weight))]

    dense = [p.chunk.id for p in retrieve(snapshot, EMBEDDER, "harbour", stages=Stages(fusion="dense"))]
    lexical = [p.chunk.id for p in retrieve(snapshot, EMBEDDER, "harbour", stages=Stages(fusion="lexical"))]
    assert order(0) == dense
    assert order(1)[: len(lexical)] == lexical
