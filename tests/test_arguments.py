"""What callers hand in: each thing that cannot be is told in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag import Assistant, ConfigurationError, Filter, Settings, UserError
from rag.testing import HashEmbedder


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("arguments")
    (folder / "lease.txt").write_text("The landlord is Jane Roe.")
    assistant = Assistant.open(folder / "lib", settings=Settings(answerer="sentences"), embedder=HashEmbedder())
    assistant.ingest(folder / "lease.txt")
    return assistant


CALLS: list[tuple[str, Callable[[Any], object], str]] = [
    ("ingest(None)", lambda a: a.ingest(None), "the path of a file or folder is text or a pathlib.Path, and None"),
    ("ingest(list)", lambda a: a.ingest(["a.txt", "b.txt"]), r"give each by itself: ingest\(\*paths\)"),
    ("ingest('')", lambda a: a.ingest(""), "and '' "),
    ("a NUL", lambda a: a.ingest("a\0.txt"), "the path of a file or folder"),
    ("sources=5", lambda a: a.retrieve("landlord", where=Filter(sources=(5,))), "sources= takes globs"),  # type: ignore[arg-type]
    ("backup(None)", lambda a: a.backup(None), "the path of a backup"),
    ("restore(5)", lambda a: a.restore(5), "the path of a backup"),
    ("ask(None)", lambda a: a.ask(None), r"a question is text, and None \(NoneType\) is none"),
    ("retrieve(5)", lambda a: a.retrieve(5), r"a query is text, and 5 \(int\) is none"),
    ("k='3'", lambda a: a.retrieve("landlord", k="3"), r"\(k\) is a whole number, and '3'"),
    ("k=1.5", lambda a: a.ask("Who is it?", k=1.5), r"\(k\) is a whole number"),
    ("where='x'", lambda a: a.ask("Who is it?", where="lease*"), "where= takes a Filter"),
    ("a year", lambda a: a.retrieve("landlord", where=Filter(published_from=2024)), "a date like 2023-11-14"),  # type: ignore[arg-type]
    ("history='x'", lambda a: a.ask("Who is it?", history=["x"]), "history= takes the answers so far"),
    ("one answer", lambda a: a.ask("And it?", history=a.ask("Who is it?")), r"history=\[answer\]"),
]


@pytest.mark.parametrize(("call", "sentence"), [case[1:] for case in CALLS], ids=[case[0] for case in CALLS])
def test_a_call_with_the_wrong_kind_of_value_says_what_was_wanted(
    assistant: Assistant, call: Callable[[Any], object], sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        call(assistant)


def test_opening_with_what_is_no_path_no_settings_or_no_embedder_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="the path of a library"):
        Assistant.open(5)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="settings= takes Settings"):
        Assistant.open(tmp_path, settings={"k": 3})  # type: ignore[arg-type]
    (tmp_path / "a.txt").write_text("One.")
    with pytest.raises(ConfigurationError, match="embedder= takes a name"):
        Assistant.open(tmp_path / "lib", embedder=5).ingest(tmp_path / "a.txt")


def test_a_filter_of_one_source_may_be_a_text(assistant: Assistant) -> None:
    assert Filter(sources="reports/*") == Filter(sources=("reports/*",))  # type: ignore[arg-type]
    assert assistant.retrieve("landlord", where=Filter(sources="other*")) == ()  # type: ignore[arg-type]


def test_a_closed_assistant_has_let_go_of_the_library_and_opens_it_again_when_asked(assistant: Assistant) -> None:
    with assistant as opened:
        assert opened is assistant
        before = opened.ask("Who is the landlord?")
    assert assistant._library is None
    assistant.close()
    assert assistant.ask("Who is the landlord?").citations == before.citations
