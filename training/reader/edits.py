"""Near misses made from a question and its window: one name, number or year exchanged, or the answer taken out.

Each function gives None where nothing can be exchanged or too little would be left.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from training.reader.corpora import Question

_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w.'-]+)(?: (?:of |the )?[A-Z][\w.'-]+)*")
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-2][0-9])\b")
_NUMBER = re.compile(r"\b\d+(?:,\d{3})*(?:\.\d+)?\b")
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+")
SHORTEST = 120
"""Characters that must be left when the answering sentence goes."""


def names(text: str) -> list[str]:
    return [match[0] for match in _NAME.finditer(text)]


def pieces(text: str) -> list[tuple[int, int]]:
    """Spans of the text's sentences, as far as punctuation tells."""
    bounds = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(bounds) if b > a]


def other_question(question: Question, text: str, known: Sequence[str], rng: random.Random) -> str | None:
    """The question with one name, number or year exchanged for another that the window's `text` does not hold."""
    options = [(m, _another_number(m, rng)) for m in _NUMBER.finditer(question.text)]
    options += [(m, _another_name(m[0], known, rng)) for m in _NAME.finditer(question.text) if known and m[0] in text]
    options = [(m, new) for m, new in options if new not in text and new != m[0]]
    if not options:
        return None
    match, new = rng.choice(options)
    return question.text[: match.start()] + new + question.text[match.end() :]


def other_window(
    question: Question, text: str, title: str, known: Sequence[str], rng: random.Random
) -> tuple[str, str] | None:
    """Text and title in which one name, number or year of the question is exchanged: they speak of something else."""
    options = [(m[0], _another_number(m, rng)) for m in _NUMBER.finditer(question.text)]
    options += [(m[0], _another_name(m[0], known, rng)) for m in _NAME.finditer(question.text) if known]
    answers = " ".join(question.answers) or " ".join(text[a:b] for a, b in question.spans)
    options = [
        (old, new)
        for old, new in options
        if _whole(old).search(text) and old not in answers and new not in text and new not in question.text
    ]
    if not options:
        return None
    old, new = rng.choice(options)
    last_old, last_new = old.split()[-1], new.split()[-1]

    def exchanged(part: str) -> str:
        part = _whole(old).sub(lambda _: new, part)
        return _whole(last_old).sub(lambda _: last_new, part)

    return exchanged(text), exchanged(title)


def without_answer(question: Question, text: str) -> str | None:
    """The window's text without the sentences that hold the answer."""
    found = pieces(text)
    kept = [(a, b) for a, b in found if not any(a < e and b > s for s, e in question.spans)]
    rest = "".join(text[a:b] for a, b in kept).strip()
    plain = f" {' '.join(_words(rest))} "
    if len(kept) < 2 or len(rest) < SHORTEST or any(f" {' '.join(_words(a))} " in plain for a in question.answers):
        return None
    return rest


def _another_name(name: str, known: Sequence[str], rng: random.Random) -> str:
    """One of as many words, where a few draws find it."""
    drawn = rng.choices(known, k=8)
    return next((other for other in drawn if len(other.split()) == len(name.split())), drawn[0])


def _another_number(match: re.Match[str], rng: random.Random) -> str:
    value, further = int(float(match[0].replace(",", ""))), rng.randint(1, 12)
    return str(value + (rng.choice((-1, 1)) if _YEAR.fullmatch(match[0]) else 1) * further)


def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _words(text: str) -> Iterator[str]:
    return iter(re.findall(r"[a-z0-9]+", text.lower()))
