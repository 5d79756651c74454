from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag.library.snapshot import DocumentInfo
from ui import scope
from ui.scope import matching

DOCUMENTS = tuple(
    DocumentInfo(source, "", "text/plain", title, "", 1, 1)
    for source, title in (("reports/mill.txt", "The Old Mill"), ("tower.txt", ""), ("reports/bridge.txt", "The bridge"))
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["reports/mill.txt", "tower.txt", "reports/bridge.txt"]),
        ("MILL old", ["reports/mill.txt"]),
        ("reports the", ["reports/mill.txt", "reports/bridge.txt"]),
        ("mill tower", []),
    ],
)
def test_documents_are_found_by_all_words_of_title_or_name(words: str, found: list[str]) -> None:
    assert matching(DOCUMENTS, words) == found


def _script() -> None:
    import streamlit as st

    from ui import scope, session

    scope.show()
    st.session_state.searched = session.session().choices.sources


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Sources with their titles; one more is one version more."""
    found: list[tuple[str, str]] = []
    monkeypatch.setenv("RAG_HOME", str(tmp_path))
    monkeypatch.setattr(scope, "known", lambda: tuple(DocumentInfo(s, "", "", t, "", 1, 1) for s, t in found))
    monkeypatch.setattr(scope, "version", lambda: len(found))
    return found


@pytest.mark.parametrize("title", ["Annual report", "x" * 80 + " and more"])
def test_of_documents_with_one_title_the_one_that_is_chosen_is_searched(
    library: list[tuple[str, str]], title: str
) -> None:
    library += [("2022.txt", title), ("2023.txt", title + " of 2023" * (len(title) > 80)), ("z.txt", "Z")]
    app = AppTest.from_function(_script, default_timeout=60).run()
    labels = app.multiselect[0].options
    assert len(set(labels)) == 3
    app.multiselect[0].set_value([labels[1]]).run()
    assert not app.exception
    assert app.session_state["searched"] == ("2023.txt",)


def test_what_is_chosen_stays_when_another_document_of_the_same_title_comes(library: list[tuple[str, str]]) -> None:
    library += [("2022.txt", "Annual report"), ("z.txt", "Z")]
    app = AppTest.from_function(_script, default_timeout=60).run()
    app.multiselect[0].set_value([app.multiselect[0].options[0]]).run()
    library.insert(0, ("2023.txt", "Annual report"))
    app.run()
    assert app.session_state["searched"] == ("2022.txt",)
