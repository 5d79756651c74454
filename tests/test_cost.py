"""The budget: what was paid counts against it, and what cost nothing does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.cache import CachedModel
from rag.answer.cost import Meter, Spent
from rag.answer.language_model import LanguageModel, Message, Prompt, Reply, ReplyStream
from rag.answer.provider import OpenAIModel
from rag.errors import BudgetSpent, ContextTooLong, NotAsked, ProviderError, ProviderRefused, ReplyRejected
from rag.settings import Settings
from rag.testing import ScriptedLLM, ScriptedServer
from rag.testing.server import fails, says

PROMPT = Prompt((Message("system", "Answer."), Message("user", "Who? " * 80)))
PRICED = {"price_in": 1.0, "price_out": 1.0, "max_tokens": 100}
MOST = (PROMPT.tokens + 100) / 1e6


def meter(model: LanguageModel, spent: Spent, calls: float = 1.5) -> Meter:
    """With a budget for so many calls at their most."""
    return Meter(model, Settings(budget_usd=calls * MOST, **PRICED), spent)


@pytest.mark.parametrize("error", [NotAsked("no connection"), ProviderRefused("the key"), ContextTooLong("too long")])
def test_a_call_that_no_model_read_costs_nothing(error: ProviderError) -> None:
    spent = Spent()
    for _ in range(5):
        with pytest.raises(type(error)):
            list(meter(ScriptedLLM(error), spent).stream(PROMPT))
    assert spent.usd == pytest.approx(0)


@pytest.mark.parametrize("error", [ProviderError("no answer in time"), ReplyRejected("the reply was cut off")])
def test_a_call_that_a_model_may_have_read_counts_at_its_most(error: ProviderError) -> None:
    spent = Spent()
    with pytest.raises(type(error)):
        list(meter(ScriptedLLM(error), spent).stream(PROMPT))
    assert spent.usd == pytest.approx(MOST)
    with pytest.raises(BudgetSpent):
        list(meter(ScriptedLLM("Fine."), spent).stream(PROMPT))


def test_a_call_that_breaks_off_after_a_word_counts_whatever_the_fault() -> None:
    class BreaksOff:
        name, provider = "scripted", "this process"

        def stream(self, prompt: Prompt) -> ReplyStream:
            yield "A team "
            raise ProviderRefused("no quota is left")

    spent = Spent()
    with pytest.raises(ProviderRefused):
        list(meter(BreaksOff(), spent).stream(PROMPT))
    assert spent.usd == pytest.approx(MOST)


def test_a_whole_reply_counts_as_what_it_cost() -> None:
    spent = Spent()
    list(meter(ScriptedLLM("Fine."), spent).stream(PROMPT))
    assert spent.usd == pytest.approx((PROMPT.tokens + 1) / 1e6)


def test_a_server_that_is_down_or_busy_and_the_breaker_spend_no_budget() -> None:
    with ScriptedServer(fails(429)) as server:
        settings = Settings(base_url=server.base_url, model="scripted", attempts=1, budget_usd=1.5 * MOST, **PRICED)
        spent = Spent()
        asked = Meter(OpenAIModel(settings), settings, spent)
        for _ in range(3):
            with pytest.raises(NotAsked, match="asks for patience"):
                list(asked.stream(PROMPT))
    for said in ("cannot be reached", "cannot be reached", "in a row"):
        with pytest.raises(NotAsked, match=said):
            list(Meter(asked.model, settings, spent).stream(PROMPT))
    assert spent.usd == pytest.approx(0)


def test_a_reply_on_disk_needs_no_budget(tmp_path: Path) -> None:
    llm, spent = ScriptedLLM("A team lead approves it [1]."), Spent()
    cached = CachedModel(llm, tmp_path)
    list(meter(cached, spent).stream(PROMPT))
    *_, reply = meter(cached, spent, calls=0.5).stream(PROMPT)
    assert isinstance(reply, Reply)
    assert reply.cached
    assert len(llm.prompts) == 1
    with pytest.raises(BudgetSpent):
        list(meter(cached, spent, calls=0.5).stream(Prompt((Message("user", "Another?"),))))


def test_a_server_that_answers_is_paid() -> None:
    with ScriptedServer(says("Fine.")) as server:
        settings = Settings(base_url=server.base_url, model="scripted", **PRICED)
        spent = Spent()
        list(Meter(OpenAIModel(settings), settings, spent).stream(PROMPT))
    assert spent.usd == pytest.approx(101 / 1e6)
