"""The doctor: what it finds, in words a person can act on, what it repairs, and what it must leave."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from damage import ask, current, damage, make, place_in_catalog
from test_cli import rag

from rag.assistant import Assistant
from rag.errors import IntegrityError, LibraryMismatch, NoLibrary
from rag.ingest.ingest import ingest
from rag.library import doctor, generations
from rag.library.catalog import FILE, Catalog
from rag.library.library import Library
from rag.library.salvage import KEPT
from rag.models import minilm
from rag.models.session import ModelFile
from rag.settings import Settings
from rag.testing import HashEmbedder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "place")


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A library whose folder of documents is a copy of its own."""
    shutil.copytree(made / "notes", tmp_path / "notes")
    embedder = HashEmbedder()
    library = Library.create(tmp_path / "home", embedder.name, embedder.dimensions)
    ingest(library, [tmp_path / "notes"], embedder)
    library.close()
    return tmp_path / "home"


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def assistant(home: Path, embedder: HashEmbedder) -> Assistant:
    return Assistant.open(home, Settings(answerer="sentences"), embedder)


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "child" not in request.node.name:
        inspected = lambda home: generations.inspect(Catalog(home), home / generations.FOLDER)  # noqa: E731
        monkeypatch.setattr(doctor, "inspected", inspected)


def test_a_sound_library_has_no_findings_and_its_counts(assistant: Assistant) -> None:
    health = assistant.doctor()
    assert (health.sound, health.findings, health.documents, health.chunks) == (True, (), 24, 24)


def test_where_there_is_no_library_there_is_nothing_to_examine(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match="rag ingest FOLDER"):
        Assistant.open(tmp_path / "none", embedder=HashEmbedder()).doctor()


def test_only_looking_changes_nothing(assistant: Assistant, home: Path) -> None:
    damage(home / FILE, "one bit", place_in_catalog(home, "in a text"))
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".sqlite3"}
    health = assistant.doctor(repair=False)
    assert [finding.said for finding in health.findings] == ["the text of 007.txt is not what was stored"]
    assert not health.sound
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE chunks SET vector = 'words' WHERE key = 3",
        "UPDATE documents SET content = 'words' WHERE id = 3",
        "UPDATE documents SET source = x'00' WHERE id = 3",
        "UPDATE contents SET text = x'8d' WHERE id = 3",
    ],
)
def test_a_value_of_another_kind_than_was_stored_is_found_and_costs_nothing_else(
    assistant: Assistant, home: Path, change: str
) -> None:
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(change)
    assert not assistant.doctor(repair=False).sound
    assert assistant.doctor().sound
    assert len(assistant.documents()) == 24


def test_names_of_tables_that_are_no_text_are_told_as_damage(assistant: Assistant, home: Path) -> None:
    file = home / FILE
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE contents", b"CREATE TABLE \x8dontents"))
    with pytest.raises(IntegrityError, match="rag doctor"):
        Library.open(home)
    assert not assistant.doctor().sound


def test_a_document_whose_file_is_gone_is_taken_out_and_named_until_it_is_back(
    assistant: Assistant, home: Path
) -> None:
    damage(home / FILE, "one bit", place_in_catalog(home, "in a text"))
    file = home.parent / "notes/007.txt"
    words = file.read_bytes()
    file.unlink()
    health = assistant.doctor()
    assert not health.sound
    named = next(finding for finding in health.findings if finding.state == "broken")
    assert str(file) in named.said
    assert "put the file back" in named.remedy
    assert "007.txt" in {skipped.source for skipped in assistant.status().skipped}
    assert len(assistant.documents()) == 23
    assert (home / KEPT).exists()
    file.write_bytes(words)
    assistant.ingest(file)
    assert assistant.doctor().findings == ()
    assert len(assistant.documents()) == 24


def test_a_changed_file_in_the_place_of_a_damaged_text_comes_in_as_it_is(assistant: Assistant, home: Path) -> None:
    damage(home / FILE, "one bit", place_in_catalog(home, "in a text"))
    (home.parent / "notes/007.txt").write_text("Keeper7 has moved to the harbour.", encoding="utf-8")
    assert assistant.doctor().sound
    assert assistant.document("007.txt").text == "Keeper7 has moved to the harbour."


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE chunks SET sentences = '[[0, 4000]]' WHERE key = 3", "a passage of"),
        ("UPDATE chunks SET heading = 'Elsewhere' WHERE key = 3", "a passage of"),
        ("DELETE FROM content_chunks WHERE content = 5", "belongs to no document"),
        ("UPDATE content_chunks SET position = 4 WHERE content = 5", "a passage of"),
        ("DELETE FROM documents WHERE id = 5", "belongs to no document"),
        ("UPDATE documents SET content = 999 WHERE id = 5", "is not there"),
        ("DROP TRIGGER chunks_deleted", "its tables are not those"),
        ("INSERT INTO chunks_fts(chunks_fts) VALUES ('delete-all')", "the lexical index does not fit"),
        ("UPDATE settings SET value = '1e3' WHERE key = 'version'", "must be a number"),
        ("DELETE FROM settings WHERE key = 'embedder'", "has no setting 'embedder'"),
        ("UPDATE settings SET value = 'nowhere' WHERE key = 'generation'", "an index that it does not know"),
    ],
)
def test_rows_that_do_not_fit_are_found_and_mended(
    assistant: Assistant, home: Path, statement: str, said: str, embedder: HashEmbedder
) -> None:
    right = ask(home)
    embedder.embedded = 0
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute(statement)
    assert any(said in finding.said for finding in assistant.doctor(repair=False).findings)
    assert "rag doctor" in ask(home).error
    assert assistant.doctor().sound
    assert embedder.embedded <= 1
    assistant.ingest(home.parent / "notes")  # what could not even be named
    after = ask(home)
    assert (after.error, after.found) == ("", right.found)


def test_commits_that_went_with_the_log_are_named_and_their_numbers_are_not_used_again(
    assistant: Assistant, home: Path
) -> None:
    old = (home / FILE).read_bytes()
    (home.parent / "notes/new.txt").write_text("A new lamp was lit.", encoding="utf-8")
    assistant.ingest(home.parent / "notes")
    version = assistant.status().version
    (home / FILE).write_bytes(old)
    with pytest.raises(IntegrityError, match=r"1 changes, but 2 were made.*rag doctor"):
        Library.open(home)
    assert "1 changes are gone" in assistant.doctor().findings[0].said
    assert Library.open(home).catalog.version() == version
    assert assistant.ingest(home.parent / "notes").added == ("new.txt",)


def test_another_embedder_is_a_finding_and_repairs_nothing(home: Path) -> None:
    other = Assistant.open(home, Settings(), HashEmbedder(name="other"))
    assert [finding.area for finding in other.doctor().findings] == ["settings"]
    damage(home / FILE, "one bit", place_in_catalog(home, "in a vector"))
    with pytest.raises(LibraryMismatch, match=r"takes its embedder, hash"):
        other.doctor()
    assert not (home / KEPT).exists()


def test_the_library_of_another_version_is_not_repaired_but_refused(assistant: Assistant, home: Path) -> None:
    with closing(sqlite3.connect(home / FILE)) as connection, connection:
        connection.execute("UPDATE settings SET value = '1' WHERE key = 'schema'")
    with pytest.raises(LibraryMismatch, match=r"schema 1.*use the version that made it"):
        assistant.doctor()


def test_a_damaged_model_is_named(assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    monkeypatch.setattr(minilm, "TOKENIZER", ModelFile(tmp_path / "model.onnx", "0" * 64))
    (finding,) = assistant.doctor().findings
    assert (finding.area, finding.state) == ("models", "broken")
    assert "reinstall" in finding.remedy


def test_damaged_conversations_are_named_and_documents_are_not(assistant: Assistant, home: Path) -> None:
    (home / "conversations.sqlite").write_bytes(b"no database" * 100)
    (finding,) = assistant.doctor().findings
    assert (finding.area, finding.state) == ("conversations", "broken")


def test_what_needs_nobody_to_act_is_a_note(assistant: Assistant, home: Path) -> None:
    shutil.rmtree(home.parent / "notes")
    (home / "generations/halfmade").mkdir()
    health = assistant.doctor()
    assert [(finding.area, finding.state) for finding in health.findings] == [("index", "note"), ("folders", "note")]
    assert health.sound


def test_an_index_is_looked_at_in_a_child_that_it_may_kill(assistant: Assistant, home: Path) -> None:
    assert doctor.inspected(home) == ""
    damage(next(current(home).rglob("data_level0.bin")), "one bit")
    assert "data_level0.bin is not as it was written" in doctor.inspected(home)


def test_the_command_says_it_in_words_and_in_json_and_ends_with_one_where_something_stays_broken(home: Path) -> None:
    damage(home / FILE, "half")
    done = rag("doctor", "--check", "--json", home=home, RAG_EMBEDDER="all-MiniLM-L6-v2")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["sound"], report["findings"][0]["area"]) == (False, "catalog")
    done = rag("doctor", "--check", home=home)
    assert done.returncode == 1
    assert done.stdout.startswith("Broken: catalog: ")
    assert done.stdout.endswith(": not sound\n")
