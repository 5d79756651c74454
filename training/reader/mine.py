"""Hard negatives: what retrieval returns for a training question and yet does not answer it.

Retrieval is of the assistant's kind, BM25 and its embedder, here fused by reciprocal rank, over the windows of all sets
mixed. A window that holds one of the answers' words is left out, since it may well answer; so is each in which an
answer to the same question was found.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from scipy import sparse
from tokenizers import Tokenizer

from training.reader.corpora import Corpus, Question
from training.reader.network import Encoder

KEPT = 16
"""Negatives kept for a question, hardest first."""
DENSE_WEIGHT = 2.0
EMBEDDED_TOKENS = 96
CAPS = {
    "qamr_news": 7000,
    "qamr_wiki": 2500,
    "qadiscourse_news": 4000,
    "qadiscourse_wiki": 1500,
    "reddit": 2000,
    "amazon": 2000,
    "fairytale": 2000,
    "policyqa": 900,
}
"""Sets whose questions repeat themselves or lean on their passage: so many are used."""
_STOP = frozenset(
    "a an and are as at be been by did do does for from had has have how i in is it its many much of on or "
    "that the their there they this to was were what when where which who whom whose why will with you".split()
)


def choose(corpus: Corpus, seed: int) -> list[int]:
    """Numbers of the questions to train on: the sets capped, the fuller questions of a capped set first."""
    rng = random.Random(seed)
    families: dict[str, list[int]] = {}
    for i, question in enumerate(corpus.questions):
        families.setdefault(question.family, []).append(i)
    chosen = []
    for family, members in sorted(families.items()):
        rng.shuffle(members)
        if family in CAPS:
            members.sort(key=lambda i: not stands_alone(corpus.questions[i]))
        chosen += members[: CAPS.get(family)]
    return sorted(chosen)


def stands_alone(question: Question) -> bool:
    """Whether the question says what it is about: a name or a number in it and some words beside."""
    words = question.text.split()
    named = any(w[:1].isupper() or w[:1].isdigit() for w in words[1:])
    vague = re.search(r"\b(author|writer|user|this|something|someone|speaker|narrator|reviewer|OP)\b", question.text)
    return named and not vague and len(content(question.text)) >= 3


def content(text: str) -> list[str]:
    """Lower-cased words without the commonest, cut to six letters in place of a stemmer."""
    return [w[:6] for w in re.findall(r"[a-z0-9]+", text.lower()) if w not in _STOP]


class Bm25:
    """BM25 over texts as one sparse product."""

    def __init__(self, texts: Sequence[str], k1: float = 0.9, b: float = 0.4) -> None:
        self._k1 = k1
        self._vocabulary: dict[str, int] = {}
        rows, columns = [], []
        lengths = np.zeros(len(texts))
        for i, text in enumerate(texts):
            words = content(text)
            lengths[i] = len(words) or 1
            rows += [i] * len(words)
            columns += [self._vocabulary.setdefault(w, len(self._vocabulary)) for w in words]
        shape = (len(texts), len(self._vocabulary))
        counts = sparse.coo_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape).tocsr()
        frequency = np.bincount(counts.indices, minlength=shape[1])
        self._idf = np.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        entries = counts.tocoo()
        weights = entries.data * (k1 + 1) / (entries.data + norm[entries.row]) * self._idf[entries.col]
        self._matrix = sparse.csc_matrix((weights.astype(np.float32), (entries.row, entries.col)), shape).T.tocsr()

    def shares(self, questions: Sequence[str]) -> np.ndarray:
        """The scores as shares of what a text could reach that repeats every word of the question without end."""
        most = [
            sum(self._idf[i] for w in set(content(q)) if (i := self._vocabulary.get(w)) is not None) for q in questions
        ]
        return self.scores(questions) / (self._k1 + 1) / np.maximum(np.array(most), 1e-9)[:, None]

    def scores(self, questions: Sequence[str]) -> np.ndarray:
        """Shape (questions, texts)."""
        rows, columns = [], []
        for i, question in enumerate(questions):
            known = {self._vocabulary[w] for w in content(question) if w in self._vocabulary}
            rows += [i] * len(known)
            columns += known
        asked = sparse.csr_matrix(
            (np.ones(len(rows), np.float32), (rows, columns)), (len(questions), self._matrix.shape[0])
        )
        return (asked @ self._matrix).toarray()


def embed(
    encoder: Encoder, tokenizer: Tokenizer, texts: Sequence[str], workers: int, progress: Callable[[str], None]
) -> np.ndarray:
    """Unit vectors by mean pooling, shape (n, 384), from the first tokens of each text."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    encoder = encoder.eval().bfloat16()
    vectors = np.zeros((len(texts), 384), np.float32)
    batches = [order[i : i + 32] for i in range(0, len(order), 32)]
    began = time.monotonic()

    def one(batch: list[int]) -> None:
        torch.set_num_threads(1)
        encoded = [tokenizer.encode(texts[i]).ids[:EMBEDDED_TOKENS] for i in batch]
        ids = torch.zeros(len(batch), max(map(len, encoded)), dtype=torch.long)
        mask = torch.zeros(ids.shape)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        with torch.inference_mode():
            states = encoder(ids, mask.bfloat16(), torch.zeros_like(ids)).float()
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        vectors[batch] = torch.nn.functional.normalize(pooled, dim=-1).numpy()

    with ThreadPoolExecutor(workers) as pool:
        for done, _ in enumerate(pool.map(one, batches)):
            if done % 100 == 0:
                progress(f"embedded {done * 32:,} of {len(texts):,} in {time.monotonic() - began:.0f} s")
    return vectors


def fused(lexical: np.ndarray, dense: np.ndarray, depth: int, dense_weight: float = DENSE_WEIGHT) -> np.ndarray:
    """The `depth` best columns of each row by reciprocal rank fusion, best first."""
    rows = np.arange(len(lexical))[:, None]
    scores = np.zeros(lexical.shape, np.float32)
    for ranking, weight in ((lexical, 1.0), (dense, dense_weight)):
        reach = min(2 * depth, ranking.shape[1] - 1)
        top = np.argpartition(-ranking, reach, axis=1)[:, :reach]
        top = np.take_along_axis(top, np.argsort(-ranking[rows, top], axis=1), axis=1)
        scores[rows, top] += weight / (20 + np.arange(reach))
    best = np.argpartition(-scores, depth, axis=1)[:, :depth]
    return np.take_along_axis(best, np.argsort(-scores[rows, best], axis=1), axis=1)


def hard_negatives(
    corpus: Corpus,
    chosen: Sequence[int],
    vectors: Callable[[Sequence[str]], np.ndarray],
    progress: Callable[[str], None],
) -> dict[int, list[int]]:
    """By question number, window numbers that retrieval ranks high and that do not hold the answer."""
    pool = sorted({corpus.questions[i].window for i in chosen})
    texts = [corpus.windows[w].text for w in pool]
    plain = [" " + " ".join(re.findall(r"[a-z0-9]+", t.lower())) + " " for t in texts]
    lexical, dense = Bm25(texts), vectors(texts)
    asked = vectors([corpus.questions[i].text for i in chosen])
    answered, found = answered_in(corpus), {}
    for first in range(0, len(chosen), 256):
        part = chosen[first : first + 256]
        ranked = fused(
            lexical.scores([corpus.questions[i].text for i in part]), asked[first : first + 256] @ dense.T, 2 * KEPT
        )
        for row, i in zip(ranked, part, strict=True):
            question = corpus.questions[i]
            own = {question.window, *answered.get(question.text.casefold(), ())}
            kept = [pool[c] for c in row if pool[c] not in own and not may_answer(question, corpus, plain[c])]
            found[i] = kept[:KEPT]
        if first % 5120 == 0:
            progress(f"mined {first:,} of {len(chosen):,}")
    return found


def answered_in(corpus: Corpus) -> dict[str, set[int]]:
    """By question, folded: the windows in which somebody found an answer to it.

    More than one where a set has an article at three levels of English, or asks the same of many texts.
    """
    found: dict[str, set[int]] = {}
    for question in corpus.questions:
        if question.spans:
            found.setdefault(question.text.casefold(), set()).add(question.window)
    return found


def may_answer(question: Question, corpus: Corpus, plain: str) -> bool:
    """Whether the text (lower-cased words, spaced) holds one of the answers, or most of the answering sentence."""
    if question.whole_sentence:
        own = corpus.windows[question.window].text
        words = [set(re.findall(r"[a-z0-9]+", own[a:b].lower())) - _STOP for a, b in question.spans]
        held = set(plain.split())
        return any(len(w & held) > 0.6 * len(w) for w in words if w)
    answers = (" ".join(re.findall(r"[a-z0-9]+", a.lower())) for a in question.answers)
    return any(a and f" {a} " in plain for a in answers)
