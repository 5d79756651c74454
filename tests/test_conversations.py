from __future__ import annotations

import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.citations import Numbering
from rag.conversations import FILE, Choices, Conversations, title_of
from rag.errors import IntegrityError, NoLibrary, UserError
from rag.types import Answer, Chunk, Conflict, Document, Passage, Searched, Sentence, Side, Statement

TEXT = "The mill opened in 1921. It closed in 1964.\nNobody knows why."
DOCUMENT = Document("mill.txt", TEXT, "ab" * 32, "text/plain", title="The mill", published="2023-11-14")


@pytest.fixture
def answer() -> Answer:
    numbering = Numbering()
    opened, closed = numbering.cite(DOCUMENT, 0, 24), numbering.cite(DOCUMENT, 25, 43)
    chunk = Chunk("mill.txt", DOCUMENT.sha256, 0, 43, TEXT[:43], (Sentence(0, 24), Sentence(25, 43)))
    return Answer(
        "When did the mill open?",
        statements=(
            Statement("It opened in 1921.", (opened,), highlight=(19, 23)),
            Statement("In 1900.", (closed,), missing=("1900",)),
        ),
        conflicts=(Conflict((Side("1921", (opened,)), Side("1964", (closed,)))),),
        passages=(Passage(chunk, 0.5, 1),),
        searched=Searched(1, 2),
        confidence=0.9,
        timings={"total": 0.25},
        answerer="reader",
    )


def test_an_answer_comes_back_whole_with_its_citations(tmp_path: Path, answer: Answer) -> None:
    conversation, turn = Conversations(tmp_path).ask("", answer.question)
    Conversations(tmp_path).answered(turn, answer)
    (kept,) = Conversations(tmp_path).turns(conversation)
    assert kept.answer == answer
    assert not kept.open


def test_a_question_without_an_answer_is_kept_as_open(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    conversation, turn = store.ask("", "When?")
    assert store.turns(conversation)[0].open
    store.stopped(turn, "The mill op")
    assert (store.turns(conversation)[0].partial, store.turns(conversation)[0].open) == ("The mill op", False)
    store.failed(turn, "The model did not answer.")
    assert store.turns(conversation)[0].problem == "The model did not answer."


def test_conversations_are_listed_latest_first_and_found_by_title_question_and_answer(
    tmp_path: Path, answer: Answer
) -> None:
    store = Conversations(tmp_path)
    mill, turn = store.ask("", "When did the mill open?")
    store.answered(turn, answer)
    tower, _ = store.ask("", "How high is the tower?")
    store.ask(tower, "And 100% of it?")
    assert [c.id for c in store.listed()] == [tower, mill]
    assert [c.id for c in store.listed("opened in 1921")] == [mill]
    assert [c.id for c in store.listed("TOWER")] == [tower]
    assert [c.id for c in store.listed("100%")] == [tower]
    assert store.listed("%") == store.listed("100%")
    assert store.listed("quote") == (), "only what people read is searched"


@pytest.mark.parametrize("words", ["école", "ÉCOLE", "e\u0301cole", "ПУТИН", "путин"])
def test_a_search_knows_the_capitals_of_every_alphabet(tmp_path: Path, words: str) -> None:
    store = Conversations(tmp_path)
    store.ask("", "Où est l'École de Путин?")
    assert len(store.listed(words)) == 1


def test_nobody_sees_or_changes_another_owners_conversations(tmp_path: Path) -> None:
    ada, bob = Conversations(tmp_path, "ada@example.org"), Conversations(tmp_path, "bob@example.org")
    conversation, turn = ada.ask("", "A secret?")
    bob.judged(turn, -1)
    bob.delete(conversation)
    assert (bob.listed(), bob.turns(conversation)) == ((), ())
    with pytest.raises(UserError, match="has been deleted"):
        bob.ask(conversation, "What was it?")
    assert ada.turns(conversation)[0].thumb == 0


def test_a_conversation_is_renamed_judged_and_deleted_with_its_turns(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    conversation, turn = store.ask("", "When?")
    store.rename(conversation, "  The mill ")
    store.judged(turn, 1, "Good.")
    assert store.listed()[0].title == "The mill"
    assert (store.turns(conversation)[0].thumb, store.turns(conversation)[0].comment) == (1, "Good.")
    with pytest.raises(UserError, match="new name is empty"):
        store.rename(conversation, " ")
    store.delete(conversation)
    assert (store.listed(), store.turns(conversation)) == ((), ())
    with pytest.raises(UserError, match="has been deleted"):
        store.ask(conversation, "Still there?")


def test_a_late_answer_to_a_deleted_question_finds_no_other_in_its_place(tmp_path: Path, answer: Answer) -> None:
    store = Conversations(tmp_path)
    deleted, late = store.ask("", answer.question)
    store.delete(deleted)
    conversation, _ = store.ask("", "How many mills are there?")
    store.answered(late, answer)
    assert store.turns(conversation)[0].open


def test_after_the_file_was_moved_away_it_is_made_anew(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    store.ask("", "When?")
    for file in tmp_path.glob(f"{FILE}*"):
        file.unlink()
    assert store.listed() == ()
    conversation, _ = store.ask("", "And now?")
    assert [found.id for found in store.listed()] == [conversation]


def test_nothing_is_made_by_looking_and_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    assert (store.listed(), store.turns("x")) == ((), ())
    assert not (tmp_path / FILE).exists()
    store.ask("", "When?")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_no_library_and_a_damaged_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary):
        Conversations(tmp_path / "none").ask("", "When?")
    (tmp_path / FILE).write_bytes(b"this is no database " * 100)
    with pytest.raises(IntegrityError, match=r"conversations\.sqlite"):
        Conversations(tmp_path).listed()


def test_a_long_question_makes_a_short_title() -> None:
    assert title_of("When\n did it open?") == "When did it open?"
    assert len(title_of("word " * 100)) <= 61


def test_many_may_ask_their_first_question_at_once(tmp_path: Path) -> None:
    stores = [Conversations(tmp_path) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda store: store.ask("", "When?"), stores))
    assert len({conversation for conversation, _ in asked}) == 8
    assert len(Conversations(tmp_path).listed()) == 8


def test_what_was_chosen_for_a_conversation_is_kept_with_it_and_goes_with_it(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    assert store.choices("") is None
    conversation, _ = store.ask("", "When?")
    assert store.choices(conversation) is None
    chosen = Choices("reader", "", 0.05, ("mill.txt",))
    store.choose(conversation, replace(chosen, risk=0.2))
    store.choose(conversation, chosen)
    assert Conversations(tmp_path).choices(conversation) == chosen
    assert Conversations(tmp_path, "bob").choices(conversation) is None
    Conversations(tmp_path, "bob").choose(conversation, replace(chosen, risk=0.5))
    assert store.choices(conversation) == chosen
    store.delete(conversation)
    assert store.choices(conversation) is None
    store.choose(conversation, chosen)
    assert store.choices(conversation) is None


def test_the_places_of_a_document_that_were_cited_are_found_once_each(tmp_path: Path, answer: Answer) -> None:
    store = Conversations(tmp_path)
    assert store.cited("mill.txt") == ()
    for _ in range(2):
        _, turn = store.ask("", answer.question)
        store.answered(turn, answer)
    store.ask("", "Left open?")
    assert store.cited("mill.txt") == tuple(sorted(answer.citations, key=lambda c: c.start))
    assert store.cited("other.txt") == ()
    assert Conversations(tmp_path, "bob").cited("mill.txt") == ()


def test_a_thumb_and_a_comment_are_kept_apart(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    conversation, turn = store.ask("", "When?")
    store.judged(turn, thumb=-1)
    store.judged(turn, comment="It was 1921.")
    (kept,) = store.turns(conversation)
    assert (kept.thumb, kept.comment) == (-1, "It was 1921.")


def test_what_was_stopped_takes_the_place_of_a_problem(tmp_path: Path) -> None:
    store = Conversations(tmp_path)
    conversation, turn = store.ask("", "When?")
    store.failed(turn, "The model did not answer.")
    store.stopped(turn, "The mill op")
    (kept,) = store.turns(conversation)
    assert (kept.partial, kept.problem) == ("The mill op", "")


def test_an_answer_takes_the_place_of_what_was_stopped(tmp_path: Path, answer: Answer) -> None:
    store = Conversations(tmp_path)
    conversation, turn = store.ask("", "When?")
    store.stopped(turn, "The mill op")
    store.answered(turn, answer)
    (kept,) = store.turns(conversation)
    assert (kept.partial, kept.answer) == ("", answer)


GO_ON_AS_NOBODY = """
import os, sys
from pathlib import Path
from rag.conversations import Conversations
from rag.types import Answer

home = Path(sys.argv[1])

def go_on():
    store = Conversations(home)
    (old,) = store.listed()
    _, turn = store.ask(old.id, "And then?")
    store.answered(turn, Answer("And then?", abstained=True))
    print(store.lasting, [turn.question for turn in store.turns(old.id)])

if os.getuid() == 0:
    Conversations(home)  # while everything that it imports can be read
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Path(home, "probe").touch()
except PermissionError:
    go_on()
"""


def test_in_a_folder_that_cannot_be_written_old_conversations_are_there_and_go_on_for_a_while() -> None:
    with tempfile.TemporaryDirectory() as parent:  # pytest's own folders are closed to other users
        Path(parent).chmod(0o755)
        home = Path(parent) / "home"
        home.mkdir()
        conversation, _ = Conversations(home).ask("", "When?")
        (home / FILE).chmod(0o444)
        home.chmod(0o555)
        command = [sys.executable, "-c", GO_ON_AS_NOBODY, str(home)]
        went_on = subprocess.run(command, capture_output=True, text=True, check=False)
        home.chmod(0o755)
        assert (went_on.stdout, went_on.stderr) == ("False ['When?', 'And then?']\n", "")
        assert [turn.question for turn in Conversations(home).turns(conversation)] == ["When?"]
        assert Conversations(home).lasting


def test_a_file_that_cannot_be_copied_from_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    monkeypatch.setattr("rag.conversation_tables.writable", lambda path: False)
    with pytest.raises(IntegrityError, match="file is not a database"):
        Conversations(tmp_path)
