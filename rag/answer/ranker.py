"""The sentence ranker: an answerer without a language model, and honest about what it is.

It scores each sentence of the passages by its likeness to the question and answers with the best
one to three, verbatim. It does not understand: where no sentence is likely enough to hold the
answer, it says that the documents do not say.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.answer.citations import Numbering
from rag.answer.evidence import EvidenceSentence, gather
from rag.types import Answer, Delta, Document, Embedder, Event, Passage, Statement

MAX_STATEMENTS = 3
WITHIN = 0.9
"""A further sentence is given where its score is at least this share of the best one's."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression: log-odds that a sentence holds the answer."""

    bias: float
    cosine: float
    """Of the question and the sentence."""
    overlap: float
    """Share of the question's words, weighted by rarity, in the sentence."""
    overlap_in_context: float
    """The same for the sentence with the one before it."""
    rank: float
    """One over the rank of the sentence's passage."""


FITTED = Weights(bias=-9.299, cosine=4.476, overlap=3.362, overlap_in_context=2.955, rank=3.062)
"""By `training/fit_ranker.py`, on public question sets."""
THRESHOLD = 0.37
"""Where answering stops to pay on documents of those sets that the weights were not fitted on."""


class SentenceRanker:
    """Answers with the sentences that are most like the question, verbatim."""

    name = "sentences"

    def __init__(self, embedder: Embedder, weights: Weights = FITTED, threshold: float = THRESHOLD) -> None:
        self._embedder = embedder
        self._weights = weights
        self._threshold = threshold

    def stream(self, question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> Iterator[Event]:
        """At most one `Delta`, then the `Answer`; it abstains below the threshold."""
        evidence = gather(passages, documents)
        scored = zip(self.score(question, evidence), evidence, strict=True)
        ranked = sorted((pair for pair in scored if _states(pair[1])), key=lambda pair: -pair[0])
        if not ranked or ranked[0][0] < self._threshold:
            yield Answer(
                question,
                abstained=True,
                answerer=self.name,
                confidence=ranked[0][0] if ranked else None,
                reason="No sentence is enough like the question." if ranked else "No passage was found.",
            )
            return
        best = ranked[0][0]
        numbering = Numbering()
        chosen = [sentence for score, sentence in ranked[:MAX_STATEMENTS] if score >= WITHIN * best]
        statements = tuple(
            Statement(" ".join(s.text.split()), (numbering.cite(s.document, s.start, s.end),)) for s in chosen
        )
        answer = Answer(question, statements, answerer=self.name, confidence=best)
        yield Delta(str(answer))
        yield answer

    def score(self, question: str, evidence: Sequence[EvidenceSentence]) -> list[float]:
        """For each sentence the probability in [0, 1] that it holds the answer."""
        weights = self._weights
        return [
            _logistic(
                weights.bias
                + weights.cosine * f.cosine
                + weights.overlap * f.overlap
                + weights.overlap_in_context * f.overlap_in_context
                + weights.rank * f.rank
            )
            for f in self.features(question, evidence)
        ]

    def features(self, question: str, evidence: Sequence[EvidenceSentence]) -> list[Features]:
        """What the regression sees of each sentence."""
        if not evidence:
            return []
        texts = [" ".join(sentence.text.split()) for sentence in evidence]
        in_context = [_with_previous(evidence, texts, i) for i in range(len(evidence))]
        vector = self._embedder.embed_question(question)
        vectors = self._embedder.embed_documents(texts)
        cosines = (vectors @ vector).tolist()
        overlap = _Overlap(question, texts)
        return [
            Features(
                cosine=cosines[i],
                overlap=overlap.share(texts[i]),
                overlap_in_context=overlap.share(in_context[i]),
                rank=1 / sentence.passage.rank,
            )
            for i, sentence in enumerate(evidence)
        ]


@dataclass(frozen=True, slots=True)
class Features:
    """One sentence beside the question; the names are those of `Weights`."""

    cosine: float
    overlap: float
    overlap_in_context: float
    rank: float


def _states(sentence: EvidenceSentence) -> bool:
    """Whether it could be an answer: a question, or the title, is most like the question and says nothing."""
    text = sentence.text.strip()
    return not text.endswith("?") and text.lstrip("# ") != sentence.document.title


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _with_previous(evidence: Sequence[EvidenceSentence], texts: Sequence[str], i: int) -> str:
    if i and evidence[i - 1].document.source == evidence[i].document.source:
        return f"{texts[i - 1]} {texts[i]}"
    return texts[i]


class _Overlap:
    """How much of the question's words, weighted by rarity among the sentences, a text has."""

    def __init__(self, question: str, texts: Sequence[str]) -> None:
        frequency = Counter(word for text in texts for word in _words(text))
        self._weights = {word: math.log((len(texts) + 1) / (frequency[word] + 0.5)) for word in _words(question)}
        self._weights = {word: max(weight, 0.0) for word, weight in self._weights.items()}
        self._total = sum(self._weights.values())

    def share(self, text: str) -> float:
        words = _words(text)
        return sum(w for word, w in self._weights.items() if word in words) / self._total if self._total else 0.0


def _words(text: str) -> set[str]:
    """Words and numbers, folded, cut to six characters: "resigned" and "resignation" meet."""
    return {word[:6] for word in re.findall(r"\w+", text.casefold())}
