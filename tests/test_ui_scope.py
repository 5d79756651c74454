from __future__ import annotations

import pytest

from rag.library.snapshot import DocumentInfo
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
