"""Training groups: a question with its window and hard negatives, or with windows that all lack the answer.

Five sorts of window lack it on purpose: what retrieval returned for the question, another window of the same document,
the question's own window with the answering sentence taken out, the own window with a name, a number or a year of the
question exchanged, and the own window of a question in which one was exchanged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from training.reader import edits
from training.reader.corpora import Corpus, Question
from training.reader.mine import answered_in, content, may_answer

MIX = {
    ("squad2", True): 0.11,
    ("squad2", False): 0.15,
    ("squad1", True): 0.09,
    ("pairs", True): 0.13,
    ("qamr_news", True): 0.16,
    ("qamr_news", False): 0.01,
    ("qamr_wiki", True): 0.08,
    ("qadiscourse_news", True): 0.05,
    ("qadiscourse_wiki", True): 0.02,
    ("selqa", True): 0.04,
    ("selqa", False): 0.02,
    ("onestop", True): 0.05,
    ("timeqa", True): 0.025,
    ("timeqa", False): 0.02,
    ("reddit", True): 0.03,
    ("amazon", True): 0.015,
    ("policyqa", True): 0.015,
    ("covidqa", True): 0.01,
    ("fairytale", True): 0.025,
    ("tatqa", True): 0.01,
    ("tatqa", False): 0.005,
    ("conditional", True): 0.005,
}
"""Share of the groups by set and whether the question has an answer; further, `EDITED` of the answerable ones."""
EDITED = 0.12
OTHER_WINDOW, WITHOUT_SENTENCE = 0.3, 0.2
"""Of the other answerable groups, so many have the own window beside itself, changed so that it lacks the answer."""
SAME_DOCUMENT = 0.5
"""So many groups have a window of the same document in place of the last that retrieval returned."""
TITLED = 0.6
"""So many groups show the titles of their windows; all of a group's or none, so that a title alone tells nothing."""
CROPPED = 0.65
UNMARKED = 0.3
"""So many questions lose their question mark, as people type them."""


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
        self._documents: dict[str, list[int]] = {}
        for number, window in enumerate(corpus.windows):
            self._documents.setdefault(window.document, []).append(number)
        self._answered = answered_in(corpus)
        self._titles_shown = False  # by the group that is being made

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
        self._titles_shown = self._rng.random() < TITLED
        if not question.spans:
            pairs = [self._plain(question.window), *self._mined(number, self._rng.choice((1, 1, 2)))]
            return Group(self._typed(question.text), tuple(pairs))
        if self._rng.random() < EDITED and (edited := self._edited(question)):
            return Group(self._typed(edited), (self._plain(question.window), *self._mined(number, 1)))
        own = self._own(question)
        if own is None:
            return None
        lacking = self._mined(number, self._rng.choice((2, 3)))
        if self._rng.random() < SAME_DOCUMENT and (beside := self._beside(question)):
            lacking = [*lacking[:-1], beside]
        if near := self._near_miss(question):
            lacking = [near, *lacking[1:]]
        return Group(self._typed(question.text), (own, *lacking)) if lacking else None

    def _typed(self, question: str) -> str:
        return question.rstrip(" ?") if self._rng.random() < UNMARKED else question

    def _beside(self, question: Question) -> Pair | None:
        """Another window of the question's document that does not hold the answer, if there is one."""
        windows = self._corpus.windows
        own = {question.window, *self._answered.get(question.text.casefold(), ())}
        others = [w for w in self._documents[windows[question.window].document] if w not in own]
        for other in self._rng.sample(others, min(3, len(others))):
            plain = " " + " ".join(re.findall(r"[a-z0-9]+", windows[other].text.lower())) + " "
            if not may_answer(question, self._corpus, plain):
                return self._plain(other)
        return None

    def _near_miss(self, question: Question) -> Pair | None:
        """The own window, changed so that it lacks the answer; mostly None."""
        window, drawn = self._corpus.windows[question.window], self._rng.random()
        if drawn < OTHER_WINDOW:
            known = self._names.get(question.family, [])
            if changed := edits.other_window(question, window.text, window.title, known, self._rng):
                text, title = changed
                return Pair(self._titled(title) + text)
        elif drawn < OTHER_WINDOW + WITHOUT_SENTENCE and (rest := edits.without_answer(question, window.text)):
            return Pair(self._prefix(question.window) + rest)
        return None

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
        return self._titled(self._corpus.windows[window].title)

    def _titled(self, title: str) -> str:
        return f"{title}\n" if title and self._titles_shown else ""

    def _cropped(self, text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
        """A stretch of whole sentences that holds the first span, now and then shorter than the window."""
        if len(text) < 300 or self._rng.random() > CROPPED:
            return text, list(spans)
        pieces = edits.pieces(text)
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

    def _edited(self, question: Question) -> str | None:
        known = self._names.get(question.family, [])
        return edits.other_question(question, self._corpus.windows[question.window].text, known, self._rng)

    def _names_by_family(self) -> dict[str, list[str]]:
        found: dict[str, set[str]] = {}
        for i in self._negatives:
            question = self._corpus.questions[i]
            named = (name for name in edits.names(question.text) if content(name))
            found.setdefault(question.family, set()).update(named)
        return {family: sorted(names) for family, names in found.items()}
