from __future__ import annotations

import threading

import pytest

from rag.answer.choose import available
from rag.answer.prices import PRICES
from rag.settings import Settings
from rag.testing import ScriptedServer
from rag.testing.server import says
from ui.answering import ANSWERERS, Offered, odds


def test_only_what_is_to_be_had_is_offered_and_each_has_a_name() -> None:
    assert available(Settings()) == ("reader", "sentences")
    assert available(Settings(api_key="k")) == ("openai", "reader", "sentences")
    assert set(available(Settings(base_url="http://localhost:1/v1"))) <= set(ANSWERERS)


@pytest.mark.parametrize(("risk", "words"), [(0.01, "1 in 100"), (0.1, "1 in 10"), (0.07, "7 in 100")])
def test_a_risk_is_said_in_plain_words(risk: float, words: str) -> None:
    assert odds(risk) == words


def _names(settings: Settings) -> tuple[str, ...]:
    offered = Offered(settings)
    for thread in threading.enumerate():
        if thread.name == "footnote-models":
            thread.join(120)
    return offered.names


def test_models_are_those_with_a_price_or_those_that_the_server_lists() -> None:
    assert _names(Settings(api_key="k")) == tuple(PRICES)
    with ScriptedServer(says("Never asked.")) as server:
        assert _names(Settings(base_url=server.base_url)) == ("scripted",)


def test_a_server_that_is_not_there_offers_none() -> None:
    assert _names(Settings(base_url="http://127.0.0.1:9/v1", connect_timeout_s=0.5)) == ()
