"""The command `rag`: what it prints and what it ends with."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from rag.cli import main

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTION = "How many hostages would Hamas have to release in the first round?"


@dataclass
class Done:
    """What a command printed, and what it ended with."""

    returncode: int
    stdout: str
    stderr: str


def rag(*arguments: object, home: Path, **environment: str) -> Done:
    """The command in this process: what starting Python costs is paid once."""
    out, err = io.StringIO(), io.StringIO()
    settings = {"RAG_HOME": str(home), "RAG_ANSWERER": "sentences", **environment}
    with (
        mock.patch.dict(os.environ, settings),
        mock.patch.object(sys, "argv", ["rag", *map(str, arguments)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("cli") / "lib"
    done = rag("ingest", SEEDS, home=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 added")
    return home


def test_an_answer_names_file_line_and_quote_and_ends_with_zero(home: Path) -> None:
    done = rag("ask", QUESTION, home=home)
    assert done.returncode == 0
    assert '001_a21a77e1ce7b1e22.txt:28  "Recently, Israeli officials' in done.stdout
    assert "\x1b" not in done.stdout


def test_the_printed_line_is_the_line_of_the_file(home: Path) -> None:
    answer = json.loads(rag("ask", QUESTION, "--json", home=home).stdout)
    for citation in answer["citations"]:
        lines = (SEEDS / citation["source"]).read_text(encoding="utf-8").splitlines()
        assert citation["quote"] in lines[citation["lines"][0] - 1]


def test_a_question_without_an_answer_ends_with_four(home: Path) -> None:
    done = rag("ask", "What is the boiling point of mercury?", home=home)
    assert done.returncode == 4
    assert done.stdout.startswith("The documents do not say.\nSearched 5 documents, ")


def test_a_question_may_begin_with_a_dash(home: Path) -> None:
    assert rag("ask", "--", "--help me: who resigned?", home=home).returncode in (0, 4)


@pytest.mark.parametrize("amount", ["0", "-1", "nan"])
def test_a_budget_that_allows_no_call_is_refused_by_the_options_own_name(amount: str, home: Path) -> None:
    done = rag("ask", QUESTION, "--budget", amount, home=home)
    assert done.returncode == 2
    assert "'--budget': an amount over 0 was expected" in done.stderr


def test_search_shows_passages_best_first(home: Path) -> None:
    passages = json.loads(rag("search", "Rafah", "-k", "3", "--json", home=home).stdout)
    assert [p["rank"] for p in passages] == [1, 2, 3]
    assert passages[0]["chunk"]["text"] in (SEEDS / passages[0]["chunk"]["source"]).read_text(encoding="utf-8")
    assert rag("search", "Rafah", "-k", "3", home=home).stdout.splitlines()[0].lstrip().startswith("1  ")


def test_status_lists_each_document(home: Path) -> None:
    printed = rag("status", home=home).stdout
    assert all(path.name in printed for path in SEEDS.glob("*.txt"))
    assert json.loads(rag("status", "--json", home=home).stdout)["documents"][0]["source"].startswith("000_")


def test_a_second_ingest_changes_nothing_and_may_be_quiet(home: Path) -> None:
    again = rag("ingest", SEEDS, "--quiet", home=home)
    assert (again.returncode, again.stdout) == (0, "")
    assert json.loads(rag("ingest", SEEDS, "--json", home=home).stdout)["chunks"] == 0


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "good.txt").write_text("The bridge was closed on Tuesday.")
    (folder / "junk.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "empty.txt").touch()
    done = rag("ingest", folder, home=tmp_path / "lib")
    assert done.returncode == 3
    assert "Skipped: empty.txt: the file is empty" in done.stdout
    assert "Skipped: junk.txt: " in done.stdout
    assert (
        "The bridge was closed on Tuesday." in rag("ask", "When was the bridge closed?", home=tmp_path / "lib").stdout
    )


def test_forgetting_says_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge was closed on Tuesday.")
    (tmp_path / "b.txt").write_text("The school was opened on Friday.")
    rag("ingest", tmp_path / "a.txt", tmp_path / "b.txt", home=tmp_path / "lib")
    assert rag("forget", "a.txt", home=tmp_path / "lib").stdout.startswith("Forgotten: a.txt; ")
    again = rag("forget", "a.txt", home=tmp_path / "lib")
    assert again.returncode == 1
    assert "no document 'a.txt'" in again.stderr
    odd = rag("forget", "caf\udce9.txt", home=tmp_path / "lib")
    assert (odd.returncode, odd.stderr) == (1, again.stderr.replace("a.txt", r"caf\\xe9.txt"))


def test_a_backup_of_one_document_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge was closed on Tuesday.")
    rag("ingest", tmp_path / "a.txt", home=tmp_path / "lib")
    done = rag("backup", tmp_path / "kept.zip", home=tmp_path / "lib")
    assert done.stdout == f"1 document, 1 chunk, written to {tmp_path / 'kept.zip'}\n"
    restored = rag("restore", tmp_path / "kept.zip", home=tmp_path / "other")
    assert restored.stdout.startswith("1 document, 1 chunk, restored from ")


@pytest.mark.parametrize("port", ["0", "99999"])
def test_a_port_that_is_none_is_a_sentence(tmp_path: Path, port: str) -> None:
    done = rag("chat", "--port", port, home=tmp_path)
    assert done.returncode == 2
    assert "or equal to" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("ask", "Who?"), 1, "rag ingest FOLDER"),
        (("search", "Rafah"), 1, "rag ingest FOLDER"),
        (("status",), 1, "rag ingest FOLDER"),
        (("ingest", "nowhere"), 1, "nowhere"),
        (("ingest", ""), 2, "a path was expected"),
        (("status", "--library", ""), 2, "a path was expected"),
        (("ask",), 2, "Missing argument"),
        (("ask", "Who?", "--colour"), 2, "No such option"),
        (("ask", "Who?", "--answerer", "oracle"), 2, "'oracle' is not one of"),
        (("ask", ""), 2, "ask in words"),
        (("search", "?!"), 2, "ask in words"),
        (("ask", "Who?", "-k", "0"), 2, "Invalid value for '-k'"),
        (("search", "x", "--from", "soon"), 2, "'soon'"),
        (("search", "x", "--to", "2024-02-30"), 2, "a date like 2023-11-14"),
        (("ingest", ".", "--chunk-tokens", "5"), 2, "--chunk-tokens"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = rag(*arguments, home=tmp_path / "none")
    assert done.returncode == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_of_the_environment_that_cannot_be_is_an_error_and_no_usage(home: Path) -> None:
    done = rag("ask", "Who?", home=home, RAG_ANSWERER="oracle")
    assert (done.returncode, done.stderr.startswith("rag: the setting RAG_ANSWERER is wrong")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("ask", "Who?"), 1, "rag ingest FOLDER"),
        (("doctor",), 1, "rag ingest FOLDER"),
        (("restore", "nowhere"), 1, "nowhere"),
        (("ask",), 2, "Missing argument"),
        (("ask", "Who?", "--colour"), 2, "No such option"),
        (("search", "x", "--from", "soon"), 2, "'soon'"),
    ],
)
def test_with_json_an_error_is_an_object_too_and_the_exit_code_stays(
    tmp_path: Path, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = rag(*arguments, "--json", home=tmp_path / "none")
    assert (done.returncode, done.stderr) == (code, "")
    said = json.loads(done.stdout)
    assert list(said) == ["error"]
    assert sentence in said["error"]


def test_a_word_that_looks_like_an_option_after_two_dashes_asks_for_no_json(tmp_path: Path) -> None:
    assert rag("ask", "--", "--json", home=tmp_path / "none").stderr.startswith("rag: ")


def test_an_answer_as_json_names_its_passages_by_place_and_search_gives_their_text(home: Path) -> None:
    answer = json.loads(rag("ask", QUESTION, "-k", "2", "--json", home=home).stdout)
    found = json.loads(rag("search", QUESTION, "-k", "2", "--json", home=home).stdout)
    assert [list(passage) for passage in answer["passages"]] == [["rank", "score", "id", "source", "start", "end"]] * 2
    assert [p["id"] for p in answer["passages"]] == [p["chunk"]["id"] for p in found]
    assert answer["statements"][0]["citations"][0] == answer["citations"][0]


def test_a_terminal_that_cannot_show_a_character_stops_nothing(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag", "ask", "What did Smotrich call the deal?"],
        capture_output=True,
        env={**os.environ, "RAG_HOME": str(home), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
        check=False,
    )
    assert done.returncode in (0, 4)
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("search", QUESTION),
        ("search", QUESTION, "--json"),
        ("search", QUESTION, "-k", "40", "--json"),
        ("ask", "--json"),
    ],
)
def test_output_to_a_full_disk_is_told_in_a_sentence(home: Path, arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "rag", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "RAG_HOME": str(home)},
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("rag: the output could not be written (No space left on device); ")
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_stops_early_is_told_nothing(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "rag", "status", "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, "RAG_HOME": str(home)},
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")
