"""Lexical search: nothing in a question is syntax, and the words that matter decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.library.snapshot import Snapshot
from rag.retrieve import lexical
from rag.retrieve.words import STOP_WORDS, words
from rag.testing import HashEmbedder

DOCUMENTS = {
    "bridge.txt": "The old bridge over the Vltava was closed in 2019. Engineers had found cracks in two arches.",
    "river.txt": "The Vltava carries more water in April than in the whole of the summer, engineers say.",
    "hamlet.txt": "To be, or not to be, that is the question which Hamlet asks himself.",
    "cafe.txt": "The café in the Žižkov quarter serves crème brûlée, and its owner is called José.",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with library_of(folder, tmp_path_factory.mktemp("library")).snapshot() as taken:
        yield taken


def library_of(folder: Path, home: Path) -> Library:
    embedder = HashEmbedder()
    library = Library.create(home, embedder.name, embedder.dimensions)
    ingest(library, [folder], embedder)
    return library


def found(snapshot: Snapshot, question: str, allowed: tuple[str, ...] | None = None) -> list[str]:
    ids = [chunk for chunk, _ in lexical.search(snapshot.connection, question, 10, allowed)]
    return [chunk.source for chunk in snapshot.chunks(ids)]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.text(alphabet="\"*()^:+-{}[]'\x00 ANDORTNE", max_size=60))
@example('"*() AND')
@example("NEAR(bridge, 3) OR title : bridge")
@example("\x00")
@example("🌉🙂")
@example("bridge" * 40_000)
@example("ⅷ ² ª 𝟙 अनुच्छेद กรุงเทพ 東京")
def test_no_question_whatever_raises(snapshot: Snapshot, question: str) -> None:
    ranking = lexical.search(snapshot.connection, question, 10)
    scores = [score for _, score in ranking]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_words_match_by_their_stem(snapshot: Snapshot) -> None:
    assert found(snapshot, "Who closes bridges?") == ["bridge.txt"]


def test_accents_may_be_left_out_or_written_apart(snapshot: Snapshot) -> None:
    assert found(snapshot, "creme brulee") == ["cafe.txt"]
    assert found(snapshot, "cre\u0300me bru\u0302le\u0301e") == ["cafe.txt"]


def test_stop_words_find_nothing_beside_other_words(snapshot: Snapshot) -> None:
    assert found(snapshot, "What is the owner called?") == ["cafe.txt"]


def test_a_question_of_stop_words_alone_is_searched_for_with_them(snapshot: Snapshot) -> None:
    assert set(words("To be or not to be?")) <= STOP_WORDS
    assert found(snapshot, "To be or not to be?")[0] == "hamlet.txt"


def test_words_that_no_document_has_find_nothing(snapshot: Snapshot) -> None:
    assert found(snapshot, "the quetzal flies") == []


def test_the_score_says_how_much_of_the_question_was_found(snapshot: Snapshot) -> None:
    [(_, whole)] = lexical.search(snapshot.connection, "cracks", 1)
    [(_, half)] = lexical.search(snapshot.connection, "cracks quetzal", 1)
    assert half == pytest.approx(whole * 0.4, abs=0.1)


def test_only_allowed_documents_are_found(snapshot: Snapshot) -> None:
    assert found(snapshot, "Vltava engineers", ("river.txt",)) == ["river.txt"]
    assert found(snapshot, "Vltava engineers", ()) == []


def test_only_letters_and_digits_in_quotes_reach_the_index(snapshot: Snapshot) -> None:
    match = lexical.compose(snapshot.connection, 'bridge" OR cracks:"Vltava* (NEAR) 2019')
    assert match is not None
    assert sorted(match.expression.split(" OR ")) == ['"2019"', '"bridge"', '"cracks"', '"vltava"']


def test_words_in_many_chunks_are_left_out_where_rarer_ones_remain(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "CHEAP", 1)
    assert found(snapshot, "engineers cracks") == ["bridge.txt"]
    assert set(found(snapshot, "engineers")) == {"bridge.txt", "river.txt"}


def test_of_a_long_question_the_rarest_words_are_searched_for(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "MAX_WORDS", 1)
    match = lexical.compose(snapshot.connection, "Vltava engineers cracks")
    assert match is not None
    assert match.expression == '"cracks"'
