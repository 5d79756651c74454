"""State, all of it: what all visitors share, and what belongs to one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from rag import Assistant
from rag.answer.choose import available
from rag.conversations import Choices, Conversations
from rag.errors import RagError
from rag.library.catalog import FILE
from rag.settings import AnswererName, Settings
from rag.types import Document, Filter, Skipped
from ui.guard import owner
from ui.problems import log

if TYPE_CHECKING:
    from rag.library.snapshot import DocumentInfo
    from ui.asking import Asking
    from ui.ingesting import Ingesting


@dataclass
class Session:
    """What one visitor looks at."""

    conversation: str = ""
    asking: Asking | None = None
    """The question that is being answered now."""
    problem: str = ""
    """Why the last question or new name was not taken, in a sentence; shown once."""
    choices: Choices = field(default_factory=lambda: default_choices())

    @property
    def where(self) -> Filter:
        return Filter(tuple(_literal(source) for source in self.choices.sources))


def session() -> Session:
    """This visitor's state."""
    if "footnote" not in st.session_state:
        st.session_state.footnote = Session()
    return cast("Session", st.session_state.footnote)


def enter(conversation: str) -> None:
    """Look at a conversation, under what was chosen for it; at a new one where it is empty."""
    state = session()
    state.conversation, state.problem = conversation, ""
    state.choices = usable(conversations().choices(conversation) or default_choices())
    if conversation:
        st.query_params["conversation"] = conversation
    else:
        st.query_params.clear()


def choose(choices: Choices) -> None:
    """Ask under these from now on, here and whenever this conversation is opened again."""
    state = session()
    if choices != state.choices:
        state.choices = choices
        conversations().choose(state.conversation, choices)


def begins_with(key: str, value: Any) -> str:
    """The key of a field that shows `value` when it is first drawn.

    As the field's own default it would change with each choice, and make a new field of it: the one
    in use would lose the focus, or close under the hand.
    """
    st.session_state.setdefault(key, value)
    return key


def default_choices() -> Choices:
    """As the settings say; the best answerer that there is, where they leave it open."""
    given = settings()
    answerer = available(given)[0] if given.answerer == "auto" else given.answerer
    return usable(Choices(answerer, given.model, given.risk))


def usable(choices: Choices) -> Choices:
    """The same with an answerer that is to be had today."""
    offered = available(settings())
    return choices if choices.answerer in offered else replace(choices, answerer=offered[0])


def settings() -> Settings:
    """As the environment has them; reading it takes milliseconds, and a page asks often."""
    return _settings(tuple(item for item in os.environ.items() if item[0].startswith(("RAG_", "OPENAI_"))))


def home() -> Path:
    """The library's folder."""
    return settings().home


def assistant() -> Assistant:
    """The assistant as this visitor chose it; library and models are one for all visitors."""
    return _chosen(str(home()), replace(session().choices, sources=()))


def at_home() -> Assistant:
    """The assistant that calls no language model: its answers cost nothing."""
    return _chosen(str(home()), Choices(_local(), "", settings().risk))


def conversations() -> Conversations:
    """This visitor's conversations."""
    return _conversations(str(home()), owner())


def has_library() -> bool:
    """Whether there is anything to ask."""
    return (home() / FILE).is_file() and bool(known())


def version() -> int:
    """Goes up with each change of the library."""
    with _assistant(str(home())).library.snapshot() as snapshot:
        return snapshot.version


def known() -> tuple[DocumentInfo, ...]:
    """What is known of each document; read once a version, for all visitors."""
    return _known(str(home()), version())


def skipped() -> tuple[Skipped, ...]:
    """The files that could not be read, with reasons; none before the first ingest."""
    return _assistant(str(home())).status().skipped if (home() / FILE).is_file() else ()


def finder() -> Callable[[str], Document | None]:
    """Documents of today's library by source, None where one is gone; each is read once a version."""
    folder, number = str(home()), version()

    def find(source: str) -> Document | None:
        try:
            return _document(folder, number, source)
        except RagError:
            return None

    return find


@lru_cache(maxsize=4)
def _settings(environment: tuple[tuple[str, str], ...]) -> Settings:  # noqa: ARG001 - the key of the cache
    return Settings()


@st.cache_resource(show_spinner=False, max_entries=2)
def _known(folder: str, number: int) -> tuple[DocumentInfo, ...]:  # noqa: ARG001 - the key of the cache
    return _assistant(folder).documents()


@st.cache_resource(show_spinner=False, max_entries=32)
def _document(folder: str, number: int, source: str) -> Document:  # noqa: ARG001 - the key of the cache
    return _assistant(folder).document(source)


@st.cache_resource(show_spinner=False)
def ingesting() -> Ingesting:
    """The one ingest of this server; visitors see the same one."""
    from ui.ingesting import Ingesting

    return Ingesting(_assistant(str(home())))


@st.cache_resource(show_spinner=False, max_entries=1000)
def _conversations(folder: str, whose: str) -> Conversations:
    return Conversations(Path(folder), whose)


@st.cache_resource(show_spinner=False)
def _assistant(folder: str) -> Assistant:
    return Assistant.open(folder)


@st.cache_resource(show_spinner=False, max_entries=32)
def _chosen(folder: str, choices: Choices) -> Assistant:
    shared = _assistant(folder)
    _opened_ahead(folder)
    chosen = {"answerer": choices.answerer, "model": choices.model, "risk": choices.risk}
    return shared.under(shared.settings.model_copy(update=chosen))


@st.cache_resource(show_spinner=False)
def _opened_ahead(folder: str) -> Thread:
    """Opens what the first question would wait for, once; a language model is not called."""
    at_home = _assistant(folder).under(Settings(answerer=_local()))

    def ask() -> None:
        try:
            at_home.ask("What is written here?")
        except Exception as error:  # the first question will meet it again, and say so
            log.info("nothing was opened ahead", exc_info=error)

    opening = Thread(target=ask, name="footnote-opening", daemon=True)
    opening.start()
    return opening


def _local() -> AnswererName:
    """The answerer that needs no network."""
    return "sentences" if settings().answerer == "sentences" else "reader"


def _literal(source: str) -> str:
    """A glob that matches this name alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in source)
