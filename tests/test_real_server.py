"""The chain against a real OpenAI-compatible server: llama.cpp's, with models of half a megabyte."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Settings
from rag.testing import HashEmbedder
from rag.types import Answer, Delta
from tests import tiny_gguf

pytestmark = pytest.mark.server
SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_ctx, params.n_parallel = sys.argv[1], 0, 8192, 1
params.use_jinja, params.warmup, params.verbosity = True, False, -1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""
LINE = ("▁A", "▁team", "▁lead", "▁approves", "▁it", "▁[1]", "▁[77]", "▁![x](http://evil.example)", ".")


@pytest.fixture(scope="module", params=["noise", "a line"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """What the model says, and the base URL."""
    pytest.importorskip("xllamacpp", reason="pip install -e '.[server]'")
    pytest.importorskip("gguf", reason="pip install -e '.[server]'")
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tiny_gguf.write(path, LINE if request.param == "a line" else ())
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        assert address, "llama.cpp's server did not start"
        yield request.param, f"{address}/v1"
        process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/rules.txt").write_text("A team lead approves it. The form is due on 3 May.\n")
    return tmp_path


@pytest.mark.parametrize("streaming", [True, False], ids=["streamed", "whole"])
def test_the_chain_comes_through_without_an_error_and_without_a_false_citation(
    server: tuple[str, str], folder: Path, streaming: bool
) -> None:
    says, base_url = server
    settings = Settings(base_url=base_url, home=folder / "library", streaming=streaming, max_tokens=64)
    assistant = Assistant.open(settings=settings, embedder=HashEmbedder())
    assistant.ingest(folder / "docs")
    *events, answer = assistant.stream("Who approves it?")
    assert isinstance(answer, Answer)
    for citation in answer.citations:
        assert assistant.document(citation.source).text[citation.start : citation.end] == citation.quote
    text = "".join(event.text for event in events if isinstance(event, Delta))
    assert "evil" not in text + str(answer)
    if says == "a line":
        assert (answer.answerer, answer.reason) == ("openai", "")
        assert answer.text == "A team lead approves it x."
        assert [citation.quote for citation in answer.citations] == ["A team lead approves it."]
        assert "address" in answer.statements[0].support
        assert answer.usage.dropped_citations == 1
        assert answer.usage.completion_tokens > 5
    else:
        assert answer.answerer == "openai" or answer.reason


def test_a_prompt_that_the_server_finds_too_long_is_sent_with_fewer_passages(
    server: tuple[str, str], folder: Path
) -> None:
    for i in range(12):
        words = " ".join(f"word{i}{j}" for j in range(150))
        (folder / f"docs/{i}.txt").write_text(f"Who approves it? {words}.")
    settings = Settings(base_url=server[1], home=folder / "library", max_tokens=64, context_tokens=60_000, k=30)
    assistant = Assistant.open(settings=settings, embedder=HashEmbedder())
    assistant.ingest(folder / "docs")
    answer = assistant.ask("Who approves it?")
    assert answer.answerer == "openai" or answer.reason
    if server[0] == "a line":
        assert any("left out" in note for note in answer.notes)
