"""State, all of it: what all visitors share, and what belongs to one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import streamlit as st

from rag import Assistant
from rag.conversations import Conversations
from rag.library.catalog import FILE
from rag.settings import AnswererName, Settings
from rag.types import Filter
from ui.guard import owner

if TYPE_CHECKING:
    from rag.library.snapshot import DocumentInfo
    from ui.asking import Asking
    from ui.ingesting import Ingesting


@dataclass
class Opened:
    """What the source panel shows: a citation of a turn."""

    turn: int
    number: int


@dataclass
class Session:
    """What one visitor looks at."""

    conversation: str = ""
    opened: Opened | None = None
    asking: Asking | None = None
    """The question that is being answered now."""
    answerer: AnswererName = "auto"
    sources: tuple[str, ...] = ()
    """Globs of the documents to search; empty: all."""
    draft: str = ""
    """A question that comes from a click and not from the box."""

    @property
    def where(self) -> Filter:
        return Filter(tuple(_literal(source) for source in self.sources))


def session() -> Session:
    """This visitor's state."""
    if "footnote" not in st.session_state:
        st.session_state.footnote = Session()
    return cast("Session", st.session_state.footnote)


def home() -> Path:
    """The library's folder."""
    return Settings().home


def assistant() -> Assistant:
    """The assistant, one for all visitors, with the answerer that this one chose."""
    return _assistant(str(home()), session().answerer)


def conversations() -> Conversations:
    """This visitor's conversations."""
    return _conversations(str(home()), owner())


def has_library() -> bool:
    """Whether there is anything to ask."""
    return (home() / FILE).is_file() and bool(known())


def version() -> int:
    """Goes up with each change of the library."""
    with assistant().library.snapshot() as snapshot:
        return snapshot.version


def known() -> tuple[DocumentInfo, ...]:
    """What is known of each document; read once a version, for all visitors."""
    return _known(str(home()), version())


@st.cache_resource(show_spinner=False, max_entries=2)
def _known(folder: str, number: int) -> tuple[DocumentInfo, ...]:  # noqa: ARG001 - the key of the cache
    return assistant().documents()


@st.cache_resource(show_spinner=False)
def ingesting() -> Ingesting:
    """The one ingest of this server; visitors see the same one."""
    from ui.ingesting import Ingesting

    return Ingesting(_assistant(str(home()), "auto"))


@st.cache_resource(show_spinner=False, max_entries=1000)
def _conversations(folder: str, whose: str) -> Conversations:
    return Conversations(Path(folder), whose)


@st.cache_resource(show_spinner=False)
def _assistant(folder: str, answerer: AnswererName) -> Assistant:
    settings = Settings(answerer=answerer) if answerer != "auto" or "RAG_ANSWERER" not in os.environ else Settings()
    return Assistant.open(folder, settings=settings)


def _literal(source: str) -> str:
    """A glob that matches this name alone."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in source)
