"""From passages to an answer: statements, their citations, and what the answer cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any

from rag.types.documents import Passage, Span


@dataclass(frozen=True, slots=True)
class Citation:
    """A pointer at the exact characters that support a statement.

    Invariant, checked when it is made: `document.text[start:end] == quote`.
    """

    number: int
    """As shown in the answer, from 1 in order of first use."""
    source: str
    sha256: str
    start: int
    end: int
    quote: str
    lines: tuple[int, int]
    """First and last line of the document's text, from 1."""
    title: str = ""
    place: str = ""
    """The native place in words, "page 3"; empty where line numbers say it all."""
    published: str = ""

    @property
    def location(self) -> str:
        """`source:line`, or `source, page 3` where the file has places of its own."""
        return f"{self.source}, {self.place}" if self.place else f"{self.source}:{self.lines[0]}"

    def __str__(self) -> str:
        return f'{self.location}  "{" ".join(self.quote.split())}"'


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and what it rests on."""

    text: str
    citations: tuple[Citation, ...] = ()
    missing: tuple[str, ...] = ()
    """What the cited sentences do not bear out, in words; empty means supported."""
    highlight: Span | None = None
    """The exact answer within the first citation, in offsets of the document."""
    score: float | None = None
    """The packaged reader's logit that the cited sentences say this, where a language model wrote it; higher is
    better. None where nothing was read."""

    @property
    def supported(self) -> bool:
        return bool(self.citations) and not self.missing

    @property
    def support(self) -> str:
        """ "supported", or what is missing."""
        if self.missing:
            return "; ".join(self.missing)
        return "supported" if self.citations else "no sentence is cited"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that sources give for the same question."""

    value: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree: at least two sides, none of them preferred."""

    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked at before the answer, or before saying that there is none."""

    documents: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer cost."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    """None where the price of the model is not known."""
    dropped_citations: int = 0
    """Sentence numbers in the model's text that it had not been given."""

    def __add__(self, other: Usage) -> Usage:
        """Both together; no call adds nothing, and an unknown price stays unknown."""
        dropped = self.dropped_citations + other.dropped_citations
        if not (self.calls and other.calls):
            return replace(other if other.calls else self, dropped_citations=dropped)
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            dropped,
        )


DOCUMENTS_DO_NOT_SAY = "The documents do not say."


@dataclass(frozen=True, slots=True)
class Answer:
    """Statements with their citations, or the finding that the documents do not say."""

    question: str
    statements: tuple[Statement, ...] = ()
    abstained: bool = False
    reason: str = ""
    """Why it abstained, or why another answerer than the chosen one answered."""
    query: str = ""
    """What was searched for: the question, or its rewriting in a conversation."""
    confidence: float | None = None
    """Probability in [0, 1] that the answer is right; None where the answerer has no estimate."""
    conflicts: tuple[Conflict, ...] = ()
    passages: tuple[Passage, ...] = ()
    searched: Searched = Searched()
    answerer: str = ""
    prompt_version: str = ""
    usage: Usage = Usage()
    timings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Seconds a stage: "retrieve", "answer", "total"."""
    notes: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, by number."""
        by_number = {c.number: c for s in self.statements for c in s.citations}
        by_number.update({c.number: c for x in self.conflicts for side in x.sides for c in side.citations})
        return tuple(by_number[n] for n in sorted(by_number))

    @property
    def text(self) -> str:
        """The statements without numbers, or the sentence that says there is no answer."""
        return DOCUMENTS_DO_NOT_SAY if self.abstained else " ".join(s.text for s in self.statements)

    def __str__(self) -> str:
        if self.abstained:
            return DOCUMENTS_DO_NOT_SAY
        return " ".join(_with_numbers(statement) for statement in self.statements)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON types, with the keys that the fields and properties bear."""
        plain = asdict(_without_mapping_proxy(self))
        plain["text"] = self.text
        plain["citations"] = [asdict(c) for c in self.citations]
        for statement, fields in zip(self.statements, plain["statements"], strict=True):
            fields["support"] = statement.support
        plain["passages"] = [passage.to_dict() for passage in self.passages]
        return plain


def _with_numbers(statement: Statement) -> str:
    marks = "".join(f"[{c.number}]" for c in statement.citations)
    text = f"{statement.text} {marks}" if marks else statement.text
    return f"{text} (not supported: {statement.support})" if not statement.supported else text


def _without_mapping_proxy(answer: Answer) -> Answer:
    from dataclasses import replace

    return replace(answer, timings=dict(answer.timings))


@dataclass(frozen=True, slots=True)
class Retrieved:
    """An event of a streamed answer: the passages were found, nothing is written yet."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """An event of a streamed answer: text as it is written; citation marks are `[1]`, from 1."""

    text: str


Event = Retrieved | Delta | Answer
"""A stream is at most one `Retrieved`, any number of `Delta`, and the finished `Answer` last."""
