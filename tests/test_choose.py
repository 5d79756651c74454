"""Which answerer answers, and who sees the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, ConfigurationError, Settings
from rag.answer.choose import choose_answerer, uses_model
from rag.testing import HashEmbedder, ScriptedLLM, ScriptedServer
from rag.testing.server import says


def test_a_key_or_a_base_url_brings_the_model_in() -> None:
    assert uses_model(Settings(api_key="k"))
    assert uses_model(Settings(base_url="http://localhost:1/v1"))
    assert not uses_model(Settings())


@pytest.mark.parametrize("name", ["reader", "sentences"])
def test_an_answerer_at_home_stays_at_home_though_there_is_a_key(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_ANSWERER", name)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-something")
    assert not uses_model(Settings())
    assert Assistant.open(embedder=HashEmbedder()).seen_by == ""


def test_a_model_without_key_and_url_is_a_sentence() -> None:
    with pytest.raises(ConfigurationError, match="neither OPENAI_API_KEY nor a base URL"):
        choose_answerer(Settings(answerer="openai"), HashEmbedder())


def test_who_sees_the_documents_is_known_before_anything_is_sent() -> None:
    assistant = Assistant.open(settings=Settings(api_key="k"), embedder=HashEmbedder())
    assert assistant.seen_by == "gpt-4.1-mini at api.openai.com"


def test_a_budget_needs_a_price() -> None:
    with pytest.raises(ConfigurationError, match="RAG_PRICE_IN"):
        choose_answerer(Settings(base_url="http://localhost:1/v1", model="mine", budget_usd=1), HashEmbedder())


def test_something_that_is_no_model_is_named() -> None:
    with pytest.raises(ConfigurationError, match="a str is none"):
        choose_answerer(Settings(), HashEmbedder(), "gpt-4")


def assistant(tmp_path: Path, **given: object) -> Assistant:
    (tmp_path / "docs").mkdir(exist_ok=True)
    (tmp_path / "docs/rules.txt").write_text("A team lead approves it. The form is due on 3 May.\n")
    opened = Assistant.open(tmp_path / "library", embedder=HashEmbedder(), **given)
    opened.ingest(tmp_path / "docs")
    return opened


def test_any_llamaindex_llm_may_be_given(tmp_path: Path) -> None:
    from llama_index.core.llms import MockLLM

    class Says(MockLLM):
        def stream_chat(self, messages, **_):
            from llama_index.core.llms import ChatMessage, ChatResponse

            for text in ("A team lead ", "approves it [1]."):
                yield ChatResponse(message=ChatMessage(role="assistant", content=text), delta=text)

    opened = assistant(tmp_path, llm=Says())
    answer = opened.ask("Who approves it?")
    assert str(answer) == "A team lead approves it. [1]"
    assert answer.answerer == "openai"
    assert "LlamaIndex" in opened.seen_by


def test_a_llamaindex_llm_that_fails_is_replaced(tmp_path: Path) -> None:
    from llama_index.core.llms import MockLLM

    class Fails(MockLLM):
        def stream_chat(self, messages, **_):
            raise RuntimeError("no")

    answer = assistant(tmp_path, llm=Fails()).ask("Who approves it?")
    assert answer.answerer != "openai"
    assert "failed (RuntimeError)" in answer.reason


def test_a_conversation_shows_what_was_searched_for(tmp_path: Path) -> None:
    llm = ScriptedLLM("A team lead approves it [1].", "When is the form due?", "It is due on 3 May [2].")
    opened = assistant(tmp_path, llm=llm)
    first = opened.ask("Who approves it?")
    second = opened.ask("And when is it due?", history=[first])
    assert (second.question, second.query) == ("And when is it due?", "When is the form due?")
    assert second.usage.calls == 2
    assert str(second) == "It is due on 3 May. [1]"


def test_a_cached_reply_is_not_asked_for_again(tmp_path: Path) -> None:
    with ScriptedServer(says("A team lead approves it [1].")) as server:
        settings = Settings(base_url=server.base_url, reply_cache=tmp_path / "cache", price_in=1, price_out=1)
        opened = assistant(tmp_path, settings=settings)
        first, second = opened.ask("Who approves it?"), opened.ask("Who approves it?")
        assert len(server.requests) == 1
    assert str(first) == str(second)
    assert (first.usage.calls, second.usage.calls, second.usage.cost_usd) == (1, 0, 0.0)
    for kept in (tmp_path / "cache").rglob("*.json"):
        kept.write_text("{")


def test_a_damaged_cache_is_asked_past(tmp_path: Path) -> None:
    llm = ScriptedLLM("A team lead approves it [1].")
    opened = assistant(tmp_path, llm=llm, settings=Settings(reply_cache=tmp_path / "cache"))
    opened.ask("Who approves it?")
    for kept in (tmp_path / "cache").rglob("*.json"):
        kept.write_text("{")
    assert str(opened.ask("Who approves it?")) == "A team lead approves it. [1]"
    assert len(llm.prompts) == 2
