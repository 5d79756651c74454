"""Training groups: a question with its window and hard negatives, or with windows that all lack the answer.

Three sorts of window lack it on purpose: what retrieval returned for the question, the question's own
window with the answering sentence taken out, and the own window of a question in which a name, a number or
a year was exchanged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from training.reader.corpora import Corpus, Question
from training.reader.mine import content

MIX = {
    ("squad2", True): 0.17,
    ("squad2", False): 0.17,
    ("squad1", True): 0.13,
    ("pairs", True): 0.19,
    ("qamr_news", True): 0.13,
    ("qamr_news", False): 0.01,
    ("qamr_wiki", True): 0.02,
    ("qadiscourse_news", True): 0.05,
    ("qadiscourse_wiki", True): 0.01,
    ("selqa", True): 0.05,
    ("selqa", False): 0.03,
    ("onestop", True): 0.05,
    ("timeqa", True): 0.025,
    ("timeqa", False): 0.02,
    ("reddit", True): 0.015,
    ("amazon", True): 0.015,
    ("policyqa", True): 0.01,
    ("covidqa", True): 0.01,
    ("fairytale", True): 0.015,
    ("tatqa", True): 0.01,
    ("tatqa", False): 0.005,
    ("conditional", True): 0.005,
}
"""Share of the groups by set and whether the question has an answer; further, `EDITED` of the answerable ones."""
EDITED = 0.08
WITHOUT_SENTENCE = 0.25
TITLED = 0.5
CROPPED = 0.65
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w.'-]+)(?: (?:of |the )?[A-Z][\w.'-]+)*")
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-2][0-9])\b")
_NUMBER = re.compile(r"\b\d+(?:,\d{3})*(?:\.\d+)?\b")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage beside a question; spans into `text`, none where the answer is not there."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()
    whole_sentence: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A question and passages that share one normalisation; at most the first holds the answer."""

    question: str
    pairs: tuple[Pair, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.pairs[0].spans)


class Groups:
    """An endless, seeded stream of groups over a corpus and its mined negatives."""

    def __init__(self, corpus: Corpus, negatives: Mapping[int, Sequence[int]], seed: int) -> None:
        self._corpus, self._negatives = corpus, negatives
        self._rng = random.Random(seed)
        self._members: dict[tuple[str, bool], list[int]] = {key: [] for key in MIX}
        for i in negatives:
            question = corpus.questions[i]
            key = (question.family, bool(question.spans))
            if key in self._members:
                self._members[key].append(i)
        self._left: dict[tuple[str, bool], list[int]] = {key: [] for key in MIX}
        self._names = self._names_by_family()

    def __iter__(self) -> Iterator[Group]:
        keys = [key for key in MIX if self._members[key]]
        weights = [MIX[key] for key in keys]
        while True:
            key = self._rng.choices(keys, weights)[0]
            if not self._left[key]:
                self._left[key] = self._rng.sample(self._members[key], len(self._members[key]))
            group = self._group(self._left[key].pop())
            if group is not None:
                yield group

    def _group(self, number: int) -> Group | None:
        question = self._corpus.questions[number]
        if not question.spans:
            pairs = [self._plain(question.window), *self._mined(number, self._rng.choice((1, 1, 2)))]
            return Group(question.text, tuple(pairs))
        if self._rng.random() < EDITED and (edited := self._edited(question)):
            return Group(edited, (self._plain(question.window), *self._mined(number, 1)))
        own = self._own(question)
        if own is None:
            return None
        lacking = self._mined(number, self._rng.choice((2, 3)))
        if self._rng.random() < WITHOUT_SENTENCE and (rest := self._without_sentence(question)):
            lacking = [rest, *lacking[1:]]
        return Group(question.text, (own, *lacking)) if lacking else None

    def _own(self, question: Question) -> Pair | None:
        window = self._corpus.windows[question.window]
        text, spans = self._cropped(window.text, question.spans)
        prefix = self._prefix(question.window)
        moved = tuple((a + len(prefix), b + len(prefix)) for a, b in spans)
        return Pair(prefix + text, moved, question.whole_sentence) if moved else None

    def _plain(self, window: int) -> Pair:
        text, _ = self._cropped(self._corpus.windows[window].text, [])
        return Pair(self._prefix(window) + text)

    def _mined(self, number: int, n: int) -> list[Pair]:
        ranked = self._negatives.get(number, [])
        weights = [1 / (2 + rank) for rank in range(len(ranked))]
        picked: list[int] = []
        while len(picked) < min(n, len(ranked)):
            window = self._rng.choices(ranked, weights)[0]
            if window not in picked:
                picked.append(window)
        return [self._plain(window) for window in picked]

    def _prefix(self, window: int) -> str:
        title = self._corpus.windows[window].title
        return f"{title}\n" if title and self._rng.random() < TITLED else ""

    def _cropped(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
        """A stretch of whole sentences that holds the first span, now and then shorter than the window."""
        if len(text) < 300 or self._rng.random() > CROPPED:
            return text, list(spans)
        bounds = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
        pieces = [(a, b) for a, b in pairwise(bounds) if b > a]
        target = self._rng.uniform(180, 520)
        anchor = spans[0] if spans else (pos := self._rng.randrange(len(text)), pos + 1)
        held = [i for i, (a, b) in enumerate(pieces) if a < anchor[1] and b > anchor[0]]
        first, last = held[0], held[-1]
        while pieces[last][1] - pieces[first][0] < target and (first > 0 or last < len(pieces) - 1):
            if last == len(pieces) - 1 or (first > 0 and self._rng.random() < 0.5):
                first -= 1
            else:
                last += 1
        start, end = pieces[first][0], pieces[last][1]
        return text[start:end], [(a - start, b - start) for a, b in spans if start <= a and b <= end]

    def _without_sentence(self, question: Question) -> Pair | None:
        text = self._corpus.windows[question.window].text
        bounds = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
        pieces = [(a, b) for a, b in pairwise(bounds) if b > a]
        kept = [(a, b) for a, b in pieces if not any(a < e and b > s for s, e in question.spans)]
        rest = "".join(text[a:b] for a, b in kept).strip()
        plain = f" {' '.join(re.findall(r'[a-z0-9]+', rest.lower()))} "
        answers = [" ".join(re.findall(r"[a-z0-9]+", a.lower())) for a in question.answers]
        if len(kept) < 2 or len(rest) < 120 or any(f" {a} " in plain for a in answers):
            return None
        return Pair(self._prefix(question.window) + rest)

    def _edited(self, question: Question) -> str | None:
        """The question with one name, year or number exchanged for another that its window does not hold."""
        text, held = question.text, self._corpus.windows[question.window].text
        options: list[tuple[re.Match[str], str]] = []
        for match in _NUMBER.finditer(text):
            value = int(float(match[0].replace(",", "")))
            further = self._rng.randint(1, 12)
            year = _YEAR.fullmatch(match[0])
            options.append((match, str(value + (self._rng.choice((-1, 1)) if year else 1) * further)))
        names = self._names.get(question.family, [])
        options += [(m, self._rng.choice(names)) for m in _NAME.finditer(text) if names and m[0] in held]
        options = [(m, new) for m, new in options if new not in held and new != m[0]]
        if not options:
            return None
        match, new = self._rng.choice(options)
        return text[: match.start()] + new + text[match.end() :]

    def _names_by_family(self) -> dict[str, list[str]]:
        found: dict[str, set[str]] = {}
        for i in self._negatives:
            question = self._corpus.questions[i]
            found.setdefault(question.family, set()).update(
                m[0] for m in _NAME.finditer(question.text) if content(m[0])
            )
        return {family: sorted(names) for family, names in found.items()}
