"""Who answers, and how boldly: what is to be had here, in plain words."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from urllib.parse import urlsplit

import streamlit as st

from rag.answer.choose import available
from rag.errors import RagError
from rag.settings import AnswererName, Settings
from ui import text
from ui.problems import log
from ui.session import begins_with, choose, session, settings

ANSWERERS: dict[AnswererName, str] = {
    "openai": "A language model",
    "reader": "The reader",
    "sentences": "The likest sentences",
}
RISKS = {
    0.01: "1 in 100",
    0.02: "1 in 50",
    0.05: "1 in 20",
    0.1: "1 in 10",
    0.2: "1 in 5",
    0.3: "3 in 10",
    0.5: "1 in 2",
}


def show() -> None:
    """The answerer, its model where it has one, and its risk where it can be chosen."""
    state = session()
    choices = state.choices
    offered = available(settings())
    answerer = st.selectbox(
        "Answers by",
        offered,
        format_func=lambda name: ANSWERERS[name],
        key=begins_with(f"answerer-{state.conversation}", choices.answerer),
    )
    choices = replace(choices, answerer=answerer)
    if answerer == "openai":
        choices = replace(choices, model=_model(choices.model))
    if answerer == "reader":
        choices = replace(choices, risk=_risk(choices.risk))
    choose(choices)


def _model(current: str) -> str:
    """The model's name, chosen or typed; beneath it, who sees the documents."""
    offered = _offered().names
    names = list(dict.fromkeys(filter(None, (current, *offered))))
    chosen = st.selectbox(
        "Model",
        names,
        index=None,
        placeholder="As the provider has it",
        accept_new_options=True,
        key=begins_with(f"model-{session().conversation}", current or None),
    )
    host = urlsplit(settings().base_url).hostname or "api.openai.com"
    text.quiet(f"{host} sees the question and the passages.")
    return (chosen or "").strip()


def _risk(current: float) -> float:
    offered = sorted({*RISKS, current})
    chosen = st.select_slider(
        "Risk of a false answer",
        offered,
        format_func=odds,
        key=begins_with(f"risk-{session().conversation}", current),
        help="Lower: fewer false answers, and more often “The documents do not say.”",
    )
    text.quiet(
        f"Of questions on other things than the documents are about, at most {odds(chosen)} should get an answer all "
        "the same; of those that they nearly answer, several times as many."
    )
    return float(chosen)


def odds(risk: float) -> str:
    """ "1 in 10"; a share of one's own as "7 in 100"."""
    return RISKS.get(risk) or f"{risk * 100:g} in 100"


class Offered:
    """The models of the server, asked for in a thread: it may be slow, or not there."""

    def __init__(self, given: Settings) -> None:
        self.names: tuple[str, ...] = ()
        self._given = given
        Thread(target=self._ask, name="footnote-models", daemon=True).start()

    def _ask(self) -> None:
        from rag.answer.provider import OpenAIModel

        try:
            self.names = OpenAIModel(self._given).offered()
        except RagError as error:  # a name can still be typed, and asking says what is wrong
            log.info("no models were listed", exc_info=error)


@st.cache_resource(show_spinner=False, ttl=600)
def _offered() -> Offered:
    return Offered(settings())
