"""What a gold file holds: one question a line, with its answers and its evidence."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from rag.errors import UserError

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
Split = Literal["tune", "test"]


class GoldError(UserError):
    """A gold file cannot be used as it is."""


class StaleGold(GoldError):
    """A source file is no longer the one that the gold was written over; nobody's answer is wrong for that."""


class Span(BaseModel):
    """Characters of one document that support an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Text
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of the file's bytes when the item was written."""
    start: int = Field(ge=0)
    """Characters of the document's text, from 0; `end` is exclusive."""
    end: int
    quote: Text

    @model_validator(mode="after")
    def _is_as_long_as_its_quote(self) -> Span:
        if self.end - self.start != len(self.quote):
            raise ValueError(
                f"start {self.start} and end {self.end} span {self.end - self.start} characters, the quote has "
                f"{len(self.quote)}; count characters of the decoded text, not bytes"
            )
        return self


class Item(BaseModel):
    """A question, and how an answer to it is judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    question: Text
    kind: Text
    """What the question asks of the assistant; metrics are sliced by it."""
    answerable: bool
    """Whether the documents answer it; where they do not, the right answer is to abstain."""
    answers: tuple[Text, ...] = ()
    """Accepted strings; the first states every required fact, so that it alone is a complete answer."""
    plausible_wrong: tuple[Text, ...] = ()
    """Strings that a wrong answer would likely contain."""
    evidence: tuple[Annotated[tuple[Span, ...], Field(min_length=1)], ...] = ()
    """Every group is needed; within a group any one span is enough."""
    required_facts: tuple[Text, ...] = ()
    """Each names what an answer has to contain; alternatives are separated by ` | `."""
    forbidden_facts: tuple[Text, ...] = ()
    """Strings that make an answer wrong, such as a claim told as plain fact."""
    note: str = ""
    """Who claims it; for an unanswerable question, where the nearest text stops short."""


class Paraphrase(BaseModel):
    """Another wording of an item's question: same answer, same evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    of: Text
    """The item's id."""
    question: Text


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a gold file that a person has to look at."""

    path: Path
    line: int
    """From 1."""
    message: str
    """What is wrong and what to do."""
    stale: bool = False
    """The source file changed since the item was written; the item itself may well be right."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def alternatives(fact: str) -> tuple[str, ...]:
    """The wordings of a required fact; any of them states it."""
    return tuple(wording.strip() for wording in fact.split(" | ") if wording.strip())


def asked(question: str) -> str:
    """What two wordings of a question share that differ in case and punctuation; "C++" is not "C#"."""
    return " ".join(re.findall(r"[\w+#*%&@$€£]+", question.casefold()))


def split(item: Item | Paraphrase) -> Split:
    """Whether thresholds may see this item: by a hash of its id, so it never moves when items are added.

    A paraphrase goes where its item goes.
    """
    identity = item.of if isinstance(item, Paraphrase) else item.id
    return "test" if int(hashlib.sha256(identity.encode()).hexdigest()[:8], 16) % 2 else "tune"
