"""Development sets over held-out documents: whole corpora with and without the answer, and pairs.

A corpus is all windows of a held-out part, but for the documents that were taken out so that their
questions have no answer. Retrieval over it is of the assistant's kind: BM25 and its embedder, here fused by reciprocal
rank.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.answer.calibration import Features
from rag.answer.looks import Text, look
from rag.answer.spans import words
from rag.ingest.sentences import split
from rag.models.minilm import MiniLM
from rag.models.reader import Pair, Reader
from training.reader.corpora import Corpus, Question
from training.reader.mine import Bm25, answered_in, fused, may_answer, stands_alone

FAMILIES = {
    "qamr_news": 0.28,
    "squad2": 0.20,
    "squad1": 0.14,
    "onestop": 0.12,
    "selqa": 0.10,
    "qadiscourse_news": 0.08,
    "timeqa": 0.08,
}
"""Share of the questions by set; where a set has too few, the set is smaller."""
NEAR_MISSES = 0.25
"""Beside the unanswerable questions whose document is gone, so many, as a share of them, from SQuAD 2.0's unanswerable
ones whose article is there: the corpus looks as if it had the answer."""
DEPTH = 24
MOST_A_DOCUMENT = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """A question over a corpus: the retrieved windows, best first, and what is right."""

    question: Question
    answerable: bool
    retrieved: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """The reader's candidates for one question, as the calibration sees them."""

    asked: Asked
    features: tuple[Features, ...]
    overlaps: tuple[float, ...]
    """Of the question with each passage: what word overlap alone would go by."""
    right: tuple[bool, ...]


def whole_corpus(
    corpus: Corpus, answerable: int, unanswerable: int, seed: int, cache: Path
) -> tuple[list[int], list[Asked]]:
    """The windows that stay, and the questions with what was retrieved among them for each."""
    rng = random.Random(seed)
    by_document: dict[str, list[Question]] = {}
    for question in corpus.questions:
        if question.family in FAMILIES and question.spans and stands_alone(question):
            by_document.setdefault(corpus.windows[question.window].document, []).append(question)
    documents = sorted(by_document)
    rng.shuffle(documents)
    documents.sort(key=lambda d: by_document[d][0].family)
    removed = set(documents[1::2])
    kept = [i for i, window in enumerate(corpus.windows) if window.document not in removed]
    asked = []
    for family, share in FAMILIES.items():
        own = [d for d in documents if by_document[d][0].family == family]
        asked += _drawn([by_document[d] for d in own if d not in removed], round(share * answerable), rng)
        asked += _drawn([by_document[d] for d in own if d in removed], round(share * unanswerable), rng)
    minimal = [
        q
        for q in corpus.questions
        if q.family == "squad2" and not q.spans and corpus.windows[q.window].document not in removed
    ]
    asked += rng.sample(minimal, min(len(minimal), round(NEAR_MISSES * unanswerable)))
    vectors = cached_vectors([w.text for w in corpus.windows], cache.with_suffix(".windows.npz"))
    questions = cached_vectors([q.text for q in asked], cache.with_suffix(".questions.npz"))
    lexical = Bm25([corpus.windows[i].text for i in kept])
    ranked = fused(lexical.scores([q.text for q in asked]), questions @ vectors[kept].T, DEPTH)
    return kept, [
        Asked(q, bool(q.spans) and corpus.windows[q.window].document not in removed, tuple(kept[i] for i in row))
        for q, row in zip(asked, ranked, strict=True)
    ]


def passages_taken_out(corpus: Corpus, asked: Sequence[Asked]) -> list[Asked]:
    """The answerable questions over documents that speak of the matter and no longer say it.

    The question's own window is gone, and with it each in which an answer to the same question was found or that holds
    one of the answers' words; where nothing else of the document was retrieved, the question is left out.
    """
    answered, made = answered_in(corpus), []
    for one in asked:
        if not one.answerable:
            continue
        own = one.question.window
        rest = [
            w
            for w in one.retrieved
            if w not in answered[one.question.text.casefold()]
            and not may_answer(one.question, corpus, f" {_plain(corpus.windows[w].text)} ")
        ]
        if any(corpus.windows[w].document == corpus.windows[own].document for w in rest):
            made.append(replace(one, answerable=False, retrieved=tuple(rest)))
    return made


def _drawn(documents: list[list[Question]], n: int, rng: random.Random) -> list[Question]:
    """`n` questions or as many as there are, spread over the documents, at most a few from each."""
    drawn: list[Question] = []
    left = [rng.sample(questions, min(len(questions), MOST_A_DOCUMENT)) for questions in documents]
    while len(drawn) < n and any(left):
        drawn += [questions.pop() for questions in rng.sample(left, len(left)) if questions]
    return drawn[:n]


def cached_vectors(texts: Sequence[str], cache: Path) -> np.ndarray:
    """Of the packaged embedder, kept in `cache` with a digest of the texts, and made anew where they are others."""
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    if cache.exists():
        with np.load(cache) as kept:
            if str(kept["digest"]) == digest:
                return kept["vectors"]
    made = MiniLM().embed_documents(texts)
    np.savez(cache, vectors=made, digest=digest)
    return made


def judge(reader: Reader, corpus: Corpus, asked: Asked) -> Judged:
    """Reads the retrieved windows as the assistant does; the sentences that it looked at closely are kept."""
    windows = [corpus.windows[i] for i in asked.retrieved]
    texts = [Text(Pair(w.text, w.title), [(s.start, s.end) for s in split(w.text)]) for w in windows]
    found = look(reader, asked.question.text, texts)
    return Judged(
        asked,
        tuple(Features.of(c) for c in found),
        tuple(overlap(asked.question.text, f"{w.title} {w.text}") for w in windows),
        tuple(
            asked.answerable and is_right(asked.question, corpus, asked.retrieved[c.passage], c.sentence) for c in found
        ),
    )


def is_right(question: Question, corpus: Corpus, window: int, sentence: tuple[int, int]) -> bool:
    """Whether the sentence holds the answer: it overlaps the span, or states a telling answer elsewhere.

    An answer of one short word counts elsewhere only within the question's own document; there, most of a long
    answer's words count too, since one set has each article at three reading levels.
    """
    if window == question.window:
        return any(a < sentence[1] and b > sentence[0] for a, b in question.spans)
    said = corpus.windows[window].text[slice(*sentence)]
    text = f" {_plain(said)} "
    wanted = [_plain(a) for a in question.answers]
    if corpus.windows[window].document != corpus.windows[question.window].document:
        return any(len(a) >= 8 and f" {a} " in text for a in wanted)
    known = words(said)
    long = [w for a in question.answers if len(w := words(a)) >= 4]
    return any(a and f" {a} " in text for a in wanted) or any(len(w & known) >= 0.6 * len(w) for w in long)


def overlap(question: str, text: str) -> float:
    """Share of the question's words, common ones left out, that the text has; 1 where the question has none."""
    asked = words(question)
    return len(asked & words(text)) / len(asked) if asked else 1.0


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))
