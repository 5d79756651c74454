from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rag import Assistant
from rag.library.lock import write_lock
from rag.testing import HashEmbedder
from ui import outcome, welcome
from ui.ingesting import Ingesting

CHAT = "from ui.views import chat; chat.page()"
DOCUMENTS = "from ui.views import documents; documents.page()"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ingesting:
    """A first ingest, of nothing that can be read."""
    monkeypatch.setenv("RAG_HOME", str(tmp_path / "library"))
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "scan.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    found = Ingesting(Assistant.open(tmp_path / "library", embedder=HashEmbedder()))
    for module in (outcome, welcome):
        monkeypatch.setattr(module, "ingesting", lambda: found)
    found.start([tmp_path / "documents"])
    found.wait(60)
    return found


def _said(script: str) -> str:
    app = AppTest.from_string(script, default_timeout=60).run()
    assert not app.exception
    return "\n".join(element.value.replace("\\", "") for element in (*app.markdown, *app.caption, *app.warning))


@pytest.mark.parametrize("script", [CHAT, DOCUMENTS], ids=["chat", "documents"])
def test_a_first_ingest_that_read_nothing_says_so_and_why(work: Ingesting, script: str) -> None:
    assert work.report is not None
    said = _said(script)
    assert "Last reading: nothing new." in said
    assert f"scan.pdf: {work.report.skipped[0].reason}" in said


@pytest.mark.parametrize("script", [CHAT, DOCUMENTS], ids=["chat", "documents"])
def test_a_first_ingest_that_failed_says_why(work: Ingesting, script: str, tmp_path: Path) -> None:
    with write_lock(tmp_path / "library" / "lock"):
        work.start([tmp_path / "documents"])
        work.wait(60)
    assert work.problem
    assert work.problem in _said(script)
