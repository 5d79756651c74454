"""Conversations, kept beside the library: what was asked, what was answered, what people thought of it.

An answer is kept whole, with its citations, so that an old one opens with its sources.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
import uuid
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, true, update
from sqlalchemy.exc import DatabaseError

from rag import conversation_tables as tables
from rag.answer.calibration import DEFAULT_RISK
from rag.answer.kept import from_json
from rag.errors import IntegrityError, NoLibrary, UserError
from rag.settings import AnswererName
from rag.types import Answer, Citation

FILE = "conversations.sqlite"
TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What a conversation is asked under."""

    answerer: AnswererName
    model: str = ""
    """Of the language model; empty: the provider's default."""
    risk: float = DEFAULT_RISK
    sources: tuple[str, ...] = ()
    """The documents to search; empty: all."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread of questions."""

    id: str
    title: str
    updated: str
    """ISO time, UTC."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it: an answer, a part of one, a problem, or nothing yet."""

    id: int
    asked: str
    """ISO time, UTC."""
    question: str
    answer: Answer | None = None
    partial: str = ""
    """What was written before it was stopped."""
    problem: str = ""
    """Why there is no answer, in a sentence."""
    thumb: int = 0
    comment: str = ""

    @property
    def open(self) -> bool:
        """Whether nothing became of the question: the page was left, or it is being answered now."""
        return self.answer is None and not self.partial and not self.problem


class Conversations:
    """The conversations of one owner in a library's folder; thread-safe, several processes may share it.

    `owner` is who logged in, or empty where nobody does. Nobody sees another owner's conversations.
    In a folder that cannot be written, those that are there can be read and gone on with, for as long as this object
    lives.
    """

    def __init__(self, home: Path, owner: str = "") -> None:
        self._home = Path(home)
        self._owner = owner
        self._file = self._home / FILE
        self.lasting = tables.writable(self._file)
        """Whether they are kept in the library's folder."""
        if not self.lasting:
            instead = mkdtemp(prefix="footnote-")
            weakref.finalize(self, shutil.rmtree, instead, ignore_errors=True)
            self._file = self._copied(Path(instead) / FILE)
        self._engine = tables.engine(self._file)

    def listed(self, search: str = "") -> tuple[Conversation, ...]:
        """Latest first; those whose title, questions or answers hold `search`."""
        if not self._file.is_file():
            return ()
        wanted = select(tables.conversations).where(tables.conversations.c.owner == self._owner)
        if search.strip():
            words = search.strip()
            inside = select(tables.turns.c.conversation).where(
                or_(
                    tables.turns.c.question.icontains(words, autoescape=True),
                    func.json_extract(func.nullif(tables.turns.c.answer, ""), "$.text").icontains(
                        words, autoescape=True
                    ),
                )
            )
            title = tables.conversations.c.title.icontains(words, autoescape=True)
            wanted = wanted.where(or_(title, tables.conversations.c.id.in_(inside)))
        with self._connection() as connection:
            rows = connection.execute(wanted.order_by(tables.conversations.c.updated.desc()))
            return tuple(Conversation(row.id, row.title, row.updated) for row in rows)

    def turns(self, conversation: str) -> tuple[Turn, ...]:
        """The turns, oldest first; none where there is no such conversation."""
        if not conversation or not self._file.is_file():
            return ()
        with self._connection() as connection:
            rows = connection.execute(
                select(tables.turns)
                .join(tables.conversations)
                .where(tables.turns.c.conversation == conversation, tables.conversations.c.owner == self._owner)
                .order_by(tables.turns.c.id)
            )
            return tuple(_turn(row) for row in rows)

    def ask(self, conversation: str, question: str) -> tuple[str, int]:
        """Note a question, in a new conversation where `conversation` is empty; its id and the turn's."""
        with self._connection() as connection:
            if not conversation:
                conversation = uuid.uuid4().hex
                row = {"id": conversation, "owner": self._owner, "title": title_of(question), "updated": _now()}
                connection.execute(insert(tables.conversations).values(row))
            else:
                self._touch(connection, conversation)
            empty: dict[str, Any] = {"answer": "", "partial": "", "problem": "", "thumb": 0, "comment": ""}
            # Never an id that was there before: a late answer to a deleted turn must not find another in its place.
            unused = func.max(func.coalesce(func.max(tables.turns.c.id), 0) + 1, time.time_ns() // 1000)
            row = {"conversation": conversation, "asked": _now(), "question": question, **empty}
            new = insert(tables.turns).values(id=select(unused).scalar_subquery(), **row)
            turn = connection.scalar(new.returning(tables.turns.c.id))
            assert turn is not None
            return conversation, turn

    def choices(self, conversation: str) -> Choices | None:
        """What was chosen for a conversation; None where nothing was."""
        if not conversation or not self._file.is_file():
            return None
        with self._connection() as connection:
            kept = connection.scalar(
                select(tables.choices.c.choices)
                .join(tables.conversations)
                .where(tables.conversations.c.id == conversation, tables.conversations.c.owner == self._owner)
            )
        return Choices(**{**(found := json.loads(kept)), "sources": tuple(found["sources"])}) if kept else None

    def choose(self, conversation: str, choices: Choices) -> None:
        """Keep what was chosen for a conversation; nothing happens where there is none."""
        if not conversation:
            return
        with self._connection() as connection:
            ours = tables.conversations.c.id == conversation, tables.conversations.c.owner == self._owner
            if connection.scalar(select(tables.conversations.c.id).where(*ours)):
                row = {"conversation": conversation, "choices": json.dumps(asdict(choices), ensure_ascii=False)}
                connection.execute(insert(tables.choices).prefix_with("OR REPLACE").values(row))

    def cited(self, source: str) -> tuple[Citation, ...]:
        """What this owner's answers cited of a document, each place once."""
        if not self._file.is_file():
            return ()
        one = func.json_each(tables.turns.c.answer, "$.citations").table_valued("value")
        with self._connection() as connection:
            rows = connection.scalars(
                select(one.c.value)
                .select_from(tables.turns.join(tables.conversations).join(one, true()))
                .where(
                    tables.conversations.c.owner == self._owner,
                    tables.turns.c.answer != "",
                    func.json_extract(one.c.value, "$.source") == source,
                )
            )
            found = {(row["start"], row["end"]): row for row in map(json.loads, rows)}
        return tuple(Citation(**{**found[span], "lines": tuple(found[span]["lines"])}) for span in sorted(found))

    def answered(self, turn: int, answer: Answer) -> None:
        """Keep the answer of a turn, also of one that was stopped before."""
        self._set(turn, answer=json.dumps(answer.to_dict(), ensure_ascii=False), partial="", problem="")

    def stopped(self, turn: int, partial: str) -> None:
        """Keep what was written before the answer was stopped."""
        self._set(turn, partial=partial or "…", problem="")

    def failed(self, turn: int, problem: str) -> None:
        """Keep why there is no answer."""
        self._set(turn, problem=problem, partial="")

    def judged(self, turn: int, thumb: int | None = None, comment: str | None = None) -> None:
        """Keep what the reader thinks, 1 good, -1 bad, 0 nothing, or says; None leaves what there is."""
        given = {"thumb": thumb, "comment": comment}
        self._set(turn, **{name: value for name, value in given.items() if value is not None})

    def rename(self, conversation: str, title: str) -> None:
        """Another title; `UserError` for an empty one."""
        if not title.strip():
            raise UserError("a conversation was to be renamed, but the new name is empty; give it a word")
        with self._connection() as connection:
            self._touch(connection, conversation)
            connection.execute(
                update(tables.conversations)
                .where(tables.conversations.c.id == conversation)
                .values(title=title_of(title))
            )

    def delete(self, conversation: str) -> None:
        """Remove a conversation with all its turns; nothing happens where there is none."""
        with self._connection() as connection:
            theirs = tables.conversations.c.id == conversation, tables.conversations.c.owner == self._owner
            connection.execute(delete(tables.conversations).where(*theirs))

    def _touch(self, connection: Connection, conversation: str) -> None:
        found = connection.execute(
            update(tables.conversations)
            .where(tables.conversations.c.id == conversation, tables.conversations.c.owner == self._owner)
            .values(updated=_now())
        )
        if not found.rowcount:
            raise UserError("this conversation was to be continued, but it has been deleted; start a new one")

    def _set(self, turn: int, **values: Any) -> None:
        with self._connection() as connection:
            ours = select(tables.conversations.c.id).where(tables.conversations.c.owner == self._owner)
            connection.execute(
                update(tables.turns)
                .where(tables.turns.c.id == turn, tables.turns.c.conversation.in_(ours))
                .values(**values)
            )

    def _copied(self, to: Path) -> Path:
        try:
            tables.copied(self._file, to)
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        return to

    def _damaged(self, error: BaseException | None) -> IntegrityError:
        return IntegrityError(
            f"the conversations in {self._file} were to be read or written, but that failed "
            f"({error}); look at the disk's space and rights, or move the file away"
        )

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A transaction; the file is made where there is none, or none any more."""
        if not self._home.is_dir():
            raise NoLibrary(f"a library was looked for in {self._home}, but there is none; add documents first")
        try:
            with self._engine.begin() as connection:
                tables.create(connection)
                yield connection
        except DatabaseError as error:
            raise self._damaged(error.orig) from error


def title_of(question: str) -> str:
    """A question as a conversation's title: one line, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def _turn(row: Row[Any]) -> Turn:
    answer = from_json(row.answer) if row.answer else None
    return Turn(row.id, row.asked, row.question, answer, row.partial, row.problem, row.thumb, row.comment)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
