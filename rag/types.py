"""The values that travel through Footnote: from a file to a chunk, from a question to an answer.

All are frozen: a value that has been checked stays checked. Offsets count characters of
`Document.text`, from 0, end exclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    """Shape (n, dimensions), or (dimensions,) for one; unit length."""

CHUNK_TOKENS = 200
"""About so many make a chunk, where nobody asks for another size."""
K = 8
"""Passages, where nobody says how many."""

Span = tuple[int, int]
"""(start, end) in characters of a document's text, end exclusive."""


# ---------------------------------------------------------------- documents


@dataclass(frozen=True, slots=True)
class Section:
    """A span of a document that has a place of its own in the file's native terms."""

    start: int
    end: int
    place: str = ""
    """Where a person finds it, in words: "page 3", "Sheet1, row 12"; empty for plain text."""
    heading: tuple[str, ...] = ()
    """The headings that it stands under, outermost first."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file as text, with what is known about it."""

    source: str
    text: str
    sha256: str
    """Of the file's bytes, in hexadecimal."""
    media_type: str
    title: str = ""
    """As the content gives it; empty where it gives none. Never made from the file's name."""
    published: str = ""
    """ISO date (2023-11-14), or empty where the text shows none."""
    sections: tuple[Section, ...] = ()
    """In order, without overlap; they need not cover the text."""
    boilerplate: tuple[Span, ...] = ()
    """In order, without overlap: spans that are never evidence (navigation, forms, notices)."""
    notes: tuple[str, ...] = ()
    """What a reader of the file should know: a guessed encoding, pages without text."""

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """First and last line, counted from 1, of the characters from `start` to `end`."""
        first = _line_ends(self.text, 0, start) + 1
        return first, first + _line_ends(self.text, start, max(start, end - 1))

    def section_at(self, offset: int) -> Section | None:
        """The section that holds this character; None between sections."""
        return next((s for s in self.sections if s.start <= offset < s.end), None)


def _line_ends(text: str, start: int, end: int) -> int:
    """Line ends between two offsets, as an editor counts them: LF, CR LF, or CR alone."""
    ends = text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
    cut_in_two = 0 < end < len(text) and start < end and text[end - 1] == "\r" and text[end] == "\n"
    return ends - cut_in_two


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of a document that can be cited."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Neighbouring whole sentences of one document: what is indexed and retrieved.

    Invariant: `document.text[start:end] == text`.
    """

    source: str
    sha256: str
    start: int
    end: int
    text: str
    sentences: tuple[Sentence, ...]

    @property
    def id(self) -> str:
        """The same content at the same span has the same id, whatever the file is called."""
        identity = f"{self.sha256}:{self.start}:{self.end}:{self.text}"
        return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as the answer to a query, best first from rank 1."""

    chunk: Chunk
    score: float
    """Higher is better; compares only within one ranking."""
    rank: int
    duplicates: tuple[Chunk, ...] = ()
    """The same or nearly the same text elsewhere, folded into this passage."""

    def to_dict(self) -> dict[str, Any]:
        """The passage as JSON types, with the id of each chunk."""
        plain = asdict(self)
        for chunk, fields in zip((self.chunk, *self.duplicates), (plain["chunk"], *plain["duplicates"]), strict=True):
            fields["id"] = chunk.id
        return plain


# ---------------------------------------------------------------- answers


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
        if not (self.calls and other.calls):
            return other if other.calls else self
        known = self.cost_usd is not None and other.cost_usd is not None
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            (self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
            self.dropped_citations + other.dropped_citations,
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


# ---------------------------------------------------------------- ingest


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why, in words."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest changed; sources, sorted."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    """(old source, new source): the content stayed, so nothing was embedded."""
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()
    chunks: int = 0
    """Chunks that were embedded."""
    seconds: float = 0.0

    @property
    def nothing_new(self) -> bool:
        """Whether the library is as it was, with nothing that needs to be said."""
        return not (self.added or self.updated or self.renamed or self.removed or self.skipped or self.notes)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents a search may look at; an empty filter is all of them."""

    sources: tuple[str, ...] = ()
    """Globs over `Document.source`; any may match."""
    published_from: str = ""
    """ISO date, inclusive; documents without a date are left out once a date is asked for."""
    published_to: str = ""


# ---------------------------------------------------------------- interfaces


class Embedder(Protocol):
    """Makes vectors. Questions and documents are different inputs."""

    @property
    def name(self) -> str:
        """Identity of the model and its settings: another name means other vectors."""

    @property
    def dimensions(self) -> int: ...

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions), in the order of `texts`."""

    def embed_question(self, question: str) -> Vectors:
        """One unit vector, shape (dimensions,)."""


class Answerer(Protocol):
    """Turns a question and its passages into an answer."""

    @property
    def name(self) -> str: ...

    def stream(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Iterator[Event]:
        """Any number of `Delta`, then the finished `Answer`.

        `documents` holds, by source, each document that a passage stands in. With no
        passages the answer abstains and no model is called.
        """
