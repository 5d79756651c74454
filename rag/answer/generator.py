"""The generator: a language model writes, and every sentence is held to the sentences it names.

The model sees numbered sentences and writes numbers. What file, characters and quote a number
means is decided here, so a citation always resolves, whatever the model does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain

from rag.answer.citations import Numbering
from rag.answer.cost import Meter
from rag.answer.evidence import EvidenceSentence, gather
from rag.answer.language_model import LanguageModel, Prompt, Reply
from rag.answer.prompts import VERSION, answer_prompt, rewrite_prompt
from rag.answer.sanitize import clean, strange_addresses
from rag.answer.score import ScoresPassages, scored
from rag.answer.speakers import speaker
from rag.answer.statements import Written
from rag.answer.thoughts import without_unopened
from rag.answer.verify import Source, findings, verify
from rag.answer.writer import Writer
from rag.errors import BudgetSpent, ContextTooLong, ProviderError
from rag.types import (
    Answer,
    Answerer,
    Citation,
    Conflict,
    Delta,
    Document,
    Event,
    Passage,
    Side,
    Statement,
    Usage,
)

CONTEXT_BEFORE = 3
"""Sentences before a cited one that say whom its "he" or "it" means."""
LONGEST_QUERY = 400
"""Characters of a rewritten question; more is no question."""


class Generator:
    """Answers with a language model; with `fallback` where the model does not answer."""

    name = "openai"

    def __init__(
        self, meter: Meter, fallback: Answerer, strict: bool = False, reader: ScoresPassages | None = None
    ) -> None:
        """`reader` scores each statement beside what it cites; without one no statement has a score."""
        self._meter = meter
        self._fallback = fallback
        self._strict = strict
        self._reader = reader

    @property
    def model(self) -> LanguageModel:
        return self._meter.model

    def stream(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Iterator[Event]:
        """Text as it is written with marks `[1]`, then the finished `Answer`.

        Nothing is raised for a provider's failure: the fallback answers, and `reason` says why.
        """
        if not gather(passages, documents):
            yield self._abstained(Answer(question), "No passage was found.")
            return
        spent = Usage()
        try:
            for event in self._attempt(question, passages, documents):
                if isinstance(event, Usage):
                    spent = event
                else:
                    yield event
        except (ProviderError, BudgetSpent) as error:
            for event in self._fallback.stream(question, passages, documents):
                yield _instead(event, str(error), spent) if isinstance(event, Answer) else event

    def rewrite(self, question: str, history: Sequence[Answer]) -> tuple[str, Usage]:
        """The question as one that stands alone, and what that cost; raises `ProviderError`, `BudgetSpent`."""
        reply = None
        with closing(self._meter.stream(rewrite_prompt(question, history))) as events:
            for event in events:
                reply = event if isinstance(event, Reply) else reply
        assert reply is not None
        line = clean(next((line for line in reply.text.splitlines() if line.strip()), "")).strip(" \"'`")
        usable = any(c.isalnum() for c in line) and len(line) <= LONGEST_QUERY
        return line if usable else question, self._meter.usage(reply)

    def _attempt(
        self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]
    ) -> Iterator[Event | Usage]:
        """One call; again with half the passages where a server finds the prompt too long."""
        fitting, prompt = self._fit(question, passages, documents)
        while True:
            try:
                yield from self._write(question, fitting, documents, prompt, len(passages) - len(fitting))
                return
            except ContextTooLong:
                if len(fitting) == 1:
                    raise
                fitting = fitting[: len(fitting) // 2]
                prompt = answer_prompt(question, gather(fitting, documents))

    def _fit(
        self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]
    ) -> tuple[Sequence[Passage], Prompt]:
        """As many passages, best first, as the model's context takes; at least one."""
        for n in range(len(passages), 0, -1):
            prompt = answer_prompt(question, gather(passages[:n], documents))
            if n == 1 or prompt.tokens <= self._meter.longest_prompt:
                return passages[:n], prompt
        raise AssertionError("passages are checked before")

    def _write(
        self,
        question: str,
        passages: Sequence[Passage],
        documents: Mapping[str, Document],
        prompt: Prompt,
        left_out: int,
    ) -> Iterator[Event | Usage]:
        resolver = _Resolver(question, gather(passages, documents), self._strict)
        writer = Writer(resolver.statement)
        reply = None
        with closing(self._meter.stream(prompt)) as events:
            for event in events:
                if isinstance(event, Reply):
                    reply = event
                else:
                    yield from map(Delta, writer.feed(event))
        yield from map(Delta, writer.close())
        assert reply is not None
        if (said := without_unopened(reply.text)) != reply.text.lstrip():  # shown as they came, no part of the answer
            resolver = _Resolver(question, gather(passages, documents), self._strict)
            writer = Writer(resolver.statement)
            deque(chain(writer.feed(said), writer.close()), maxlen=0)
        usage = self._meter.usage(reply)
        yield usage
        yield self._finished(question, passages, writer, resolver, usage, left_out)

    def _finished(
        self,
        question: str,
        passages: Sequence[Passage],
        writer: Writer,
        resolver: _Resolver,
        usage: Usage,
        left_out: int,
    ) -> Answer:
        conflicts = resolver.conflicts(writer)
        statements = scored(writer.statements, self._reader)
        if self._strict:
            resolver.left_out += sum(not statement.supported for statement in statements)
            statements = tuple(statement for statement in statements if statement.supported)
        notes = [f"The documents do not say: {text}" for text in map(clean, writer.missing) if text.strip()]
        if left_out:
            notes.append(
                f"{left_out} of {len(passages) + left_out} passages were left out: the model's context is full."
            )
        if resolver.left_out:
            notes.append(f"{resolver.left_out} statements were left out: the cited sentences do not bear them out.")
        answer = Answer(
            question,
            statements,
            passages=tuple(passages) if left_out else (),
            answerer=self.name,
            prompt_version=VERSION,
            usage=replace(usage, dropped_citations=resolver.dropped),
            notes=tuple(notes),
        )
        cited = any(statement.citations for statement in statements)
        if not statements or (writer.abstained and not cited):
            reason = "No sentence that was found answers it." if writer.abstained else "Nothing written had support."
            return self._abstained(answer, reason)
        return replace(answer, conflicts=conflicts)

    def _abstained(self, answer: Answer, reason: str) -> Answer:
        return replace(answer, statements=(), abstained=True, reason=reason, answerer=self.name, prompt_version=VERSION)


class _Resolver:
    """Turns what the model wrote into statements: numbers into citations, each held to its sentences."""

    def __init__(self, question: str, evidence: Sequence[EvidenceSentence], strict: bool) -> None:
        self._question = question
        self._evidence = evidence
        self._strict = strict
        self._numbering = Numbering()
        self.dropped = 0
        self.left_out = 0

    def statement(self, written: Written) -> Statement | None:
        """None where it has no words left, or where only supported ones are wanted and this is none."""
        cited = self._cited(written.numbers)
        text = " ".join(clean(written.text, [sentence.text for sentence in cited]).split())
        if not any(c.isalnum() for c in text):
            return None
        missing = verify(text, [self._source(sentence) for sentence in cited]) if cited else ()
        if strange_addresses(written.text, [sentence.text for sentence in cited]):
            missing = (*missing, "it held an address that is not in the cited sentences")
        if self._strict and (missing or not cited):
            self.left_out += 1
            return None
        return Statement(text, self._cite(cited), missing)

    def conflicts(self, writer: Writer) -> tuple[Conflict, ...]:
        """The disagreements whose sides all rest on sentences that were given, and hold nothing that those do not."""
        found = []
        for disagreement in writer.disagreements:
            sides = [(clean(value), self._cited(numbers)) for value, numbers in disagreement.sides]
            if all(cited and value and not self._foreign(value, cited) for value, cited in sides):
                found.append(Conflict(tuple(Side(value, self._cite(cited)) for value, cited in sides)))
        return tuple(found)

    def _foreign(self, value: str, cited: Sequence[EvidenceSentence]) -> bool:
        """Whether a number, a date, a name or a quotation of a side is not in its sentences; a word may be another."""
        found = findings(value, [self._source(sentence) for sentence in cited])
        return any(found[kind] for kind in ("number", "date", "name", "quote"))

    def _cited(self, numbers: Sequence[int]) -> list[EvidenceSentence]:
        known = [self._evidence[n - 1] for n in numbers if 1 <= n <= len(self._evidence)]
        self.dropped += len(numbers) - len(known)
        return known

    def _cite(self, sentences: Sequence[EvidenceSentence]) -> tuple[Citation, ...]:
        return tuple(self._numbering.cite(s.document, s.start, s.end) for s in sentences)

    def _source(self, sentence: EvidenceSentence) -> Source:
        """A cited sentence with those that stand right before it, as far as they were given, and with who says it."""
        document, start = sentence.document, sentence.start
        before: list[str] = []
        for earlier in reversed(self._evidence[max(sentence.number - 1 - CONTEXT_BEFORE, 0) : sentence.number - 1]):
            if earlier.document is not document or document.text[earlier.end : start].strip():
                break
            before.insert(0, earlier.text)
            start = earlier.start
        told = speaker(document, (sentence.start, sentence.end))
        says = " ".join(document.text[slice(*told)].split()) if told else ""
        return Source(sentence.text, " ".join(before), document.title, document.published, says)


def _instead(answer: Answer, reason: str, spent: Usage) -> Answer:
    """The fallback's answer, saying why it is not the model's."""
    said = f"{reason}; {answer.reason}" if answer.abstained and answer.reason else reason
    return replace(answer, reason=said, usage=spent if spent.calls else answer.usage)
