"""The stages of retrieval, as an assistant's settings switch and vary them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag import Assistant
from rag.answer.reader import MAX_PASSAGES, ReaderAnswerer
from rag.cli import app
from rag.errors import LibraryMismatch, UserError
from rag.ingest.ingest import ingest
from rag.library.library import Library
from rag.settings import Settings
from rag.testing import HashEmbedder
from rag.types import CHUNK_TOKENS, K, Passage
from tests.scripted_reader import PLAIN, FakeReader

ELECTED = "Maria Keller"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty notes that repeat the question, and one that answers it in other words."""
    place = tmp_path / "notes"
    place.mkdir()
    for n in range(30):
        (place / f"{n:02}.txt").write_text(f"Who was elected to the harbour board in the year {n}?", encoding="utf-8")
    (place / "answer.txt").write_text(f"The harbour board of the year is led by {ELECTED}.", encoding="utf-8")
    return place


def opened(folder: Path, reader: FakeReader | None = None, **settings: object) -> Assistant:
    answerer = ReaderAnswerer(reader or FakeReader({ELECTED: 40.0}), calibration=PLAIN)
    home = folder.parent / "library"
    assistant = Assistant.open(home, Settings(**settings), HashEmbedder(), answerer)  # type: ignore[arg-type]
    assistant.ingest(folder)
    return assistant


def sources(passages: tuple[Passage, ...]) -> list[str]:
    return [passage.chunk.source for passage in passages]


QUESTION = "Who was elected to the harbour board?"


def test_reranking_brings_what_the_reader_finds_to_the_front_and_keeps_k(folder: Path) -> None:
    eleventh = sources(opened(folder).retrieve(QUESTION, k=11))[-1]
    reader = FakeReader({f"year {int(eleventh.removesuffix('.txt'))}?": 40.0})

    passages = opened(folder, reader, rerank=True).retrieve(QUESTION, k=3)

    assert len(passages) == 3
    assert sources(passages)[0] == eleventh
    assert [passage.rank for passage in passages] == [1, 2, 3]
    assert len(reader.asked[0]) == MAX_PASSAGES


def test_without_reranking_the_reader_is_not_asked_to_find(folder: Path) -> None:
    reader = FakeReader({})
    opened(folder, reader).retrieve(QUESTION)
    assert reader.asked == []


def test_a_k_of_zero_is_refused_with_reranking_too(folder: Path) -> None:
    with pytest.raises(UserError, match="must be 1 or more, not 0"):
        opened(folder, rerank=True).retrieve(QUESTION, k=0)


def test_an_answer_rests_on_as_many_passages_as_are_asked_for_or_as_the_answerer_reads(folder: Path) -> None:
    assert len(opened(folder).ask(QUESTION).passages) == MAX_PASSAGES
    assert len(opened(folder, k=5).ask(QUESTION).passages) == 5
    assert len(opened(folder, k=5).ask(QUESTION, k=2).passages) == 2
    assert len(opened(folder).retrieve(QUESTION)) == K


def test_one_ranking_alone_is_searched_where_the_settings_say_so(folder: Path) -> None:
    assert sources(opened(folder, fusion="lexical").retrieve("Keller")) == ["answer.txt"]
    assert len(opened(folder, fusion="dense").retrieve("Keller")) == K


def test_a_library_remembers_the_size_of_its_chunks_and_refuses_another(tmp_path: Path) -> None:
    text = " ".join(f"Sentence number {n} tells of the harbour and its pilots." for n in range(40))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "long.txt").write_text(text, encoding="utf-8")

    def chunks(name: str, size: int | None) -> int:
        settings = Settings(chunk_tokens=size)
        assistant = Assistant.open(tmp_path / name, settings, HashEmbedder())
        assistant.ingest(tmp_path / "notes")
        return assistant.status().chunks

    small, usual = chunks("small", 60), chunks("usual", None)
    assert small > usual
    assert Library.open(tmp_path / "usual").chunk_tokens == CHUNK_TOKENS

    (tmp_path / "notes" / "more.txt").write_text(text.replace("harbour", "mill"), encoding="utf-8")
    assert chunks("small", None) == chunks("small", 60) == 2 * small
    with pytest.raises(LibraryMismatch, match=r"chunks of about 60 tokens, but 200 were asked for .*--library OTHER"):
        chunks("small", 200)
    again = Library.open(tmp_path / "small")
    assert ingest(again, [tmp_path / "notes"], HashEmbedder()).nothing_new


def test_the_commands_take_the_stages_and_search_names_each_chunk(folder: Path) -> None:
    home = str(folder.parent / "cli")
    run = CliRunner()
    made = run.invoke(app, ["ingest", str(folder), "--library", home, "--chunk-tokens", "120"])
    assert made.exit_code == 0, made.output
    assert Library.open(Path(home)).chunk_tokens == 120

    found = run.invoke(app, ["search", "Keller", "--library", home, "--fusion", "lexical", "--json"])
    (passage,) = json.loads(found.output)
    with Library.open(Path(home)).snapshot() as snapshot:
        (chunk,) = snapshot.chunks([passage["chunk"]["id"]])
    assert chunk.text == passage["chunk"]["text"]
