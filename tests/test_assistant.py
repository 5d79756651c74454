"""The main job: a folder in, cited answers out."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import (
    Answer,
    Assistant,
    Document,
    Event,
    Filter,
    IntegrityError,
    LibraryMismatch,
    NoLibrary,
    Passage,
    Retrieved,
    Settings,
    UserError,
)
from rag.assistant import MAX_COPIES
from rag.testing import HashEmbedder, ScriptedLLM

WORDS = sorted(
    {
        word.strip(".,“”\"'")
        for path in (Path(__file__).parent.parent / "seeds").glob("*.txt")
        for word in path.read_text(encoding="utf-8").split()
    }
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The seeds, with the packaged embedder and the sentence ranker."""
    home = tmp_path_factory.mktemp("library") / "rag"
    assistant = Assistant.open(home, settings=Settings(answerer="sentences"))
    report = assistant.ingest(Path(__file__).parent.parent / "seeds")
    assert len(report.added) == 5
    return assistant


def test_a_question_is_answered_with_a_citation_that_resolves(assistant: Assistant) -> None:
    answer = assistant.ask("How many hostages would Hamas have to release in the first round?")
    assert not answer.abstained
    assert "from 40 to 33" in str(answer)
    citation = answer.citations[0]
    assert citation.source == "001_a21a77e1ce7b1e22.txt"
    assert assistant.document(citation.source).text[citation.start : citation.end] == citation.quote


def test_a_question_that_the_documents_do_not_answer_gets_no_answer(assistant: Assistant) -> None:
    answer = assistant.ask("What is the boiling point of mercury?")
    assert answer.abstained
    assert str(answer) == "The documents do not say."
    assert (answer.searched.documents, answer.passages != ()) == (5, True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
def test_every_citation_resolves_and_its_lines_agree_with_the_file(
    assistant: Assistant, seeds: Path, words: list[str]
) -> None:
    question = " ".join(words)
    if not any(c.isalnum() for c in question):
        return
    for citation in assistant.ask(question).citations:
        text = (seeds / citation.source).read_text(encoding="utf-8")
        assert assistant.document(citation.source).text == text
        assert text[citation.start : citation.end] == citation.quote
        first, last = citation.lines
        shown = "\n".join(text.split("\n")[first - 1 : last])
        assert citation.quote in shown
        assert citation.quote not in "\n".join(text.split("\n")[first:last])


def test_boilerplate_is_never_evidence(assistant: Assistant) -> None:
    for question in ("Akismet spam comment data", "Leave a Reply", "scroll to top", "Home today World"):
        for passage in assistant.retrieve(question, k=100):
            document = assistant.document(passage.chunk.source)
            assert not any(passage.chunk.start < e and s < passage.chunk.end for s, e in document.boilerplate)


def test_streaming_shows_passages_first_and_the_answer_last(assistant: Assistant) -> None:
    events = list(assistant.stream("Who resigned in Israel?"))
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Answer)
    assert {"retrieve", "answer", "total"} <= set(events[-1].timings)


def test_a_filter_keeps_the_answer_to_the_documents_it_names(assistant: Assistant) -> None:
    answer = assistant.ask("What did Blinken say?", where=Filter(sources=("004_*",)))
    assert answer.searched.documents == 1
    assert {p.chunk.source for p in answer.passages} == {"004_312ac729c335d70b.txt"}


def test_a_date_filter_leaves_out_documents_without_a_date(assistant: Assistant) -> None:
    passages = assistant.retrieve("Blinken", where=Filter(published_from="2023-11-01", published_to="2023-11-30"))
    assert {p.chunk.source for p in passages} == {"004_312ac729c335d70b.txt"}


def test_a_filter_that_matches_nothing_abstains(assistant: Assistant) -> None:
    answer = assistant.ask("What did Blinken say?", where=Filter(sources=("nothing*",)))
    assert answer.abstained
    assert answer.searched.documents == 0
    assert "No document matches the filter." in answer.notes


@pytest.mark.parametrize("question", ["", "   ", "\x00", "\U0001f600\U0001f680"])
def test_a_question_without_a_word_gets_a_sentence(assistant: Assistant, question: str) -> None:
    with pytest.raises(UserError, match="a question with at least one word"):
        assistant.ask(question)


@pytest.mark.parametrize("question", ['"*() AND', "NEAR(a b)", "a\x00b", "who " * 250_000])
def test_odd_questions_are_asked_all_the_same(assistant: Assistant, question: str) -> None:
    assert isinstance(assistant.ask(question), Answer)


@pytest.mark.parametrize("question", [None, 5, b"who"])
def test_what_is_no_text_is_no_question(assistant: Assistant, question: object) -> None:
    with pytest.raises(UserError, match="a question is text, and"):
        assistant.ask(question)  # type: ignore[arg-type]


def test_a_question_that_was_cut_says_so(assistant: Assistant) -> None:
    assert any("999,999 characters" in note for note in assistant.ask("who " * 250_000).notes)


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_gets_a_sentence(assistant: Assistant, k: int) -> None:
    with pytest.raises(UserError, match="must be 1 or more"):
        assistant.retrieve("Blinken", k=k)


def test_k_of_a_million_brings_what_there_is(assistant: Assistant) -> None:
    passages = assistant.retrieve("Blinken", k=1_000_000)
    assert [p.rank for p in passages] == list(range(1, len(passages) + 1))
    assert len(passages) <= assistant.status().chunks


def test_without_a_library_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="rag ingest"):
        Assistant.open(tmp_path / "none").ask("Who?")


def test_a_library_without_documents_says_what_to_run(tmp_path: Path) -> None:
    assistant = Assistant.open(tmp_path / "lib", embedder=HashEmbedder())
    with pytest.raises(UserError, match="nowhere"):
        assistant.ingest(tmp_path / "nowhere")
    with pytest.raises(NoLibrary, match="rag ingest FOLDER"):
        assistant.ask("Who?")


def test_a_library_of_another_embedder_is_refused_with_what_to_run(tmp_path: Path, seeds: Path) -> None:
    Assistant.open(tmp_path / "lib", embedder=HashEmbedder()).ingest(seeds)
    other = Assistant.open(tmp_path / "lib", embedder=HashEmbedder(32, name="other"))
    with pytest.raises(LibraryMismatch, match="rag ingest FOLDER --library"):
        other.ask("Who resigned?")
    assert Assistant.open(tmp_path / "lib", embedder=HashEmbedder()).ask("Who resigned?") is not None


def test_a_forgotten_document_is_not_cited_any_more(tmp_path: Path, seeds: Path) -> None:
    assistant = Assistant.open(tmp_path / "lib", embedder=HashEmbedder())
    assistant.ingest(seeds)
    assistant.forget("004_312ac729c335d70b.txt")
    assert "004_312ac729c335d70b.txt" not in {d.source for d in assistant.documents()}
    assert all(p.chunk.source[:3] != "004" for p in assistant.retrieve("Axios memo genocide", k=50))
    with pytest.raises(UserError, match="no document"):
        assistant.document("004_312ac729c335d70b.txt")


def test_a_model_file_that_is_damaged_is_named(tmp_path: Path, seeds: Path, assistant: Assistant) -> None:
    from rag.models.minilm import MODEL, MiniLM
    from rag.models.session import ModelFile

    bad = tmp_path / "model.onnx"
    bad.write_bytes(b"not a model")
    broken = Assistant.open(assistant.settings.home, embedder=MiniLM(ModelFile(bad, MODEL.sha256)))
    with pytest.raises(IntegrityError, match="reinstall"):
        broken.ask("Who resigned?")
    assert isinstance(assistant.ask("Who resigned?"), Answer)


def test_two_threads_may_ask_at_once(assistant: Assistant) -> None:
    from concurrent.futures import ThreadPoolExecutor

    questions = ["Who resigned in Israel?", "What did Ron Dermer say about Rafah?"] * 4
    alone = {q: str(assistant.ask(q)) for q in set(questions)}
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda q: str(assistant.ask(q)), questions)) == [alone[q] for q in questions]


def test_threads_that_ask_first_at_once_share_the_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    import rag.models.embedder

    opened = []

    def slowly(*_: object, **__: object) -> HashEmbedder:
        opened.append(1)
        time.sleep(0.05)
        return HashEmbedder()

    monkeypatch.setattr(rag.models.embedder, "open_embedder", slowly)
    fresh, together = Assistant.open(tmp_path, settings=Settings(answerer="sentences")), Barrier(4)

    def parts(_: int) -> tuple[int, int]:
        together.wait(10)
        return id(fresh._answerer), id(fresh._embedder)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(parts, range(4)))) == 1
    assert len(opened) == 1


def test_the_terminal_and_python_give_the_same_answer(assistant: Assistant) -> None:
    question = "Who resigned in Israel?"
    printed = subprocess.run(
        [sys.executable, "-m", "rag", "ask", "--answerer", "sentences", "--library", assistant.settings.home, question],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.splitlines()[0] == str(assistant.ask(question))


class _Counting:
    """An answerer that notes how many passages it was given."""

    name = "counting"
    depth = 12

    def __init__(self) -> None:
        self.given: list[int] = []

    def stream(self, question: str, passages: tuple[Passage, ...], documents: dict[str, Document]) -> Iterator[Event]:
        self.given.append(len(passages))
        yield Answer(question, abstained=True)


@pytest.mark.parametrize("copies", [2, 40])
def test_documents_that_repeat_a_passage_are_at_hand_to_be_cited_up_to_a_limit(tmp_path: Path, copies: int) -> None:
    given: list[set[str]] = []

    class Notes(_Counting):
        def stream(
            self, question: str, passages: tuple[Passage, ...], documents: dict[str, Document]
        ) -> Iterator[Event]:
            given.append(set(documents))
            return super().stream(question, passages, documents)

    for number in range(copies):
        (tmp_path / f"{number}.txt").write_text("Dogs may come in on a lead.\n")
    with Assistant.open(tmp_path / "library", embedder=HashEmbedder(), llm=Notes()) as opened:
        opened.ingest(tmp_path)
        opened.ask("May dogs come in?")
    assert len(given[0]) == min(copies, 1 + MAX_COPIES)


def test_an_answerer_that_reads_deep_is_given_more_unless_the_asker_says_how_many(assistant: Assistant) -> None:
    counting = _Counting()
    asked = Assistant.open(assistant.settings.home, llm=counting)
    asked.ask("What did Blinken say about Rafah?")
    asked.ask("What did Blinken say about Rafah?", k=3)
    assert counting.given == [12, 3]


def test_models_may_be_opened_before_the_first_question(assistant: Assistant) -> None:
    from threading import Event

    from rag.models.minilm import MiniLM

    opened = Event()

    class Tells(MiniLM):
        def open(self) -> None:
            super().open()
            opened.set()

    eager = Assistant.open(assistant.settings.home, embedder=Tells())
    eager.open_models()
    assert opened.wait(30)
    assert isinstance(eager.ask("Who resigned in Israel?"), Answer)


def test_an_assistant_under_other_settings_reads_the_library_that_is_open(tmp_path: Path, seeds: Path) -> None:
    assert Assistant.open(tmp_path / "none", embedder=HashEmbedder()).under(Settings()).settings.home
    Assistant.open(tmp_path / "home", embedder=HashEmbedder()).ingest(seeds)
    assistant = Assistant.open(tmp_path / "home", embedder=HashEmbedder())
    assert assistant.under(Settings(answerer="sentences")).library is assistant.library


def test_an_assistant_under_settings_that_ask_for_no_model_asks_none(tmp_path: Path) -> None:
    assistant = Assistant.open(tmp_path / "home", embedder=HashEmbedder(), llm=ScriptedLLM("It says so [1]."))
    assert assistant.under(Settings()).seen_by == "scripted at this process"
    assert assistant.under(Settings(answerer="reader")).seen_by == ""
    assert assistant.under(Settings(answerer="sentences")).under(Settings(answerer="reader")).seen_by == ""
