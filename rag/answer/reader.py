"""The reader as an answerer: exact answers in their own sentences, or the finding that the documents do not say.

The statements are sentences of the documents, verbatim, so whatever stands around the answer ("according to …")
stays with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rag.answer.calibration import DEFAULT_RISK, FITTED, Calibration, Features
from rag.answer.choice import Choice, all_answers, best_answers
from rag.answer.found import Found
from rag.answer.looks import Reads, Text, look
from rag.answer.mentions import mentioning
from rag.answer.quoting import quote
from rag.answer.requests import asks_for_all, asks_to_write
from rag.answer.silent import silent_sentences
from rag.answer.spans import Candidate, words
from rag.answer.tables import Shown, show
from rag.ingest.chunk import context
from rag.models.reader import QUESTION_TOKENS, Pair, Reader
from rag.types import Answer, Delta, Document, Event, Passage, Sentence, Span

MAX_PASSAGES = 24
READER_WEIGHT = 0.036
"""Of the reader's logit beside retrieval's fused score when passages are reranked; fitted on held-out documents."""


class ReaderAnswerer:
    """Answers from at most `MAX_PASSAGES` passages with the packaged reader; needs neither key nor network.

    `risk` is the share of questions on other things than the documents are about that may be answered all the same; of
    those that they nearly answer, several times as many are.
    """

    name = "reader"
    depth = MAX_PASSAGES
    """Passages that it takes where nobody says how many."""

    def __init__(
        self, reader: Reads | None = None, risk: float = DEFAULT_RISK, calibration: Calibration = FITTED
    ) -> None:
        self._reader = reader or Reader()
        self._calibration = calibration
        self._risk = risk
        self._threshold = calibration.threshold(risk)

    def open(self) -> None:
        """Open the reader's files now, so that the first question does not wait for them."""
        self._reader.open()

    def stream(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Iterator[Event]:
        """At most one `Delta`, then the `Answer`; it abstains below the threshold."""
        answer = self.answer(question, passages, documents)
        if not answer.abstained:
            yield Delta(str(answer))
        yield answer

    def answer(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Answer:
        if not passages:
            return Answer(question, abstained=True, answerer=self.name, reason="No passage was found.")
        if asks_to_write(question):
            reason = "The reader quotes what the documents say and writes nothing of its own; a language model can."
            return Answer(question, abstained=True, answerer=self.name, reason=reason)
        if not words(question):
            reason = "The question has no word to look for; without a language model each must say what it is about."
            return Answer(question, abstained=True, answerer=self.name, reason=reason)
        notes: tuple[str, ...] = ()
        if self._reader.truncates(question):
            notes = (f"The question is long; only its first {QUESTION_TOKENS} tokens were read.",)
        read = [p for p in passages[:MAX_PASSAGES] if p.chunk.source in documents]
        if named := mentioning(question, read, documents):
            looked = "1 passage was" if len(read) == 1 else f"{len(read)} passages were"
            notes = (*notes, f"{looked} looked through, the nearest to the question.")
            return replace(self._answered(question, named, all_answers(named), documents), notes=notes)
        found = self.find(question, read, documents)
        sure = [one for one in found if one.confidence >= self._threshold]
        if not sure:
            best = found[0].confidence if found else 0.0
            return Answer(
                question,
                abstained=True,
                confidence=best,
                answerer=self.name,
                reason=f"No passage answers the question surely enough: the best has a confidence of {best:.2f}, "
                f"and {self._threshold:.2f} is asked for.",
                notes=notes,
            )
        choice = all_answers(sure) if asks_for_all(question) else best_answers(question, found, sure)
        return replace(self._answered(question, found, choice, documents), notes=notes)

    def find(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> list[Found]:
        """The sentences that the reader looked at closely, likeliest answer first."""
        read = [p for p in passages[:MAX_PASSAGES] if p.chunk.source in documents]
        found: dict[tuple[str, Span], Found] = {}
        shown = [show(documents[p.chunk.source], p.chunk) for p in read]
        texts = [_text(p, documents[p.chunk.source], one, question) for p, one in zip(read, shown, strict=True)]
        for candidate in look(self._reader, question, texts):
            passage = read[candidate.passage]
            one = self._found(candidate, passage, documents[passage.chunk.source], shown[candidate.passage])
            key = one.document.source, one.sentence
            if key not in found or found[key].log_odds < one.log_odds:
                found[key] = one
        return sorted(found.values(), key=lambda f: -f.log_odds)

    def rerank(
        self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]
    ) -> tuple[Passage, ...]:
        """The passages by retrieval's score and the reader's logit together, best first.

        Those past `MAX_PASSAGES` follow in their old order. Answers do not need it: they rest on sentences.
        """
        read = [p for p in passages[:MAX_PASSAGES] if p.chunk.source in documents]
        readings = self._reader.read(question, [_pair(p, documents[p.chunk.source]) for p in read])
        best = {p.chunk.id: r.score for p, r in zip(read, readings, strict=True) if r is not None}
        lowest = min(best.values(), default=0.0)
        scored = [
            replace(p, score=p.score + READER_WEIGHT * best.get(p.chunk.id, lowest)) for p in passages[:MAX_PASSAGES]
        ]
        ordered = [*sorted(scored, key=lambda p: -p.score), *passages[MAX_PASSAGES:]]
        return tuple(replace(p, rank=rank) for rank, p in enumerate(ordered, start=1))

    def _found(self, candidate: Candidate, passage: Passage, document: Document, shown: Shown) -> Found:
        return Found(
            passage,
            document,
            shown.sentences[candidate.sentence],
            shown.back(candidate.span),
            candidate.looks[:2][-1].share,
            self._calibration.ranking_score(Features.of(candidate)),
        )

    def _answered(
        self, question: str, found: Sequence[Found], choice: Choice, documents: Mapping[str, Document]
    ) -> Answer:
        statements, conflicts = quote(choice, documents)
        return Answer(question, statements, confidence=found[0].confidence, conflicts=conflicts, answerer=self.name)


def _pair(passage: Passage, document: Document) -> Pair:
    return Pair(show(document, passage.chunk).text, context(document, passage.chunk))


def _text(passage: Passage, document: Document, shown: Shown, question: str) -> Text:
    silent = silent_sentences(document, passage.chunk.sentences, question)
    spans = {span for span, (start, end) in shown.sentences.items() if Sentence(start, end) in silent}
    return Text(Pair(shown.text, context(document, passage.chunk)), list(shown.sentences), spans)
