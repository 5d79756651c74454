"""Makes rag/ingest/clean_weights.py: the two linear models that tell a page's furniture from its article.

    python -m training.boilerplate --data PATH --texts FOLDER ...

PATH holds pages/*.html.gz and pages_gold.json.gz (scrapinghub/article-extraction-benchmark, MIT; the pages
belong to their publishers, and only these weights are kept). FOLDER holds texts that were never pages: the
licences and manuals of a Debian system's /usr/share/doc, say. With `--held-out`, half of the sites train, the
other half are measured, and the other way round; nothing is written.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.pages import Page, load_pages, load_texts, naive_texts, token_f1, tokens
from rag.ingest import clean, clean_page, clean_weights
from rag.ingest.lines import Line, split_lines

NAMES = (
    "bias", "length", "to_4_words", "to_10_words", "sentence_end", "function_share", "function_words", "capitals",
    "shouted", "digits", "separator", "hashtags", "address", "date", "question", "colon", "dash", "commas", "prose",
    "lower_case", "quote", "repeated", "prose_within_1", "prose_within_3", "prose_within_8", "before_prose",
    "after_prose", "distance", "no_prose", "prose_share",
)  # fmt: skip
VOCABULARY = 200
SHAPE_PENALTY, WORD_PENALTY = 3.0, 10.0
TEXT_WEIGHT = 0.5
LINES_OF_A_TEXT = 150


@dataclass(frozen=True)
class Example:
    """A text's lines, each 1 for furniture, 0 for the text's own, None for not known."""

    lines: list[Line]
    labels: list[int | None]
    site: str
    weight: float


def page_examples(page: Page) -> Iterator[Example]:
    titles = {" ".join(tokens(title)) for title in page.titles}
    for text in naive_texts(page.html).values():
        lines = split_lines(text)
        labels = [
            None if " ".join(tokens(x.text)) in titles else y
            for x, y in zip(lines, aligned(lines, page.body), strict=True)
        ]
        yield Example(lines, labels, page.site, 1.0)
    yield from _cut_close(page, split_lines(naive_texts(page.html)["blocks"]))


def aligned(lines: Sequence[Line], body: str) -> list[int | None]:
    """By aligning the page's words with the body's: a word that stands in both by chance does not count."""
    from difflib import SequenceMatcher

    words = [tokens(line.text) for line in lines]
    owner = [at for at, line_words in enumerate(words) for _ in line_words]
    flat = [word for line_words in words for word in line_words]
    hits = [0] * len(lines)
    for block in SequenceMatcher(None, flat, tokens(body), autojunk=False).get_matching_blocks():
        if block.size >= 2:
            for at in range(block.a, block.a + block.size):
                hits[owner[at]] += 1
    return [None if not w else int(hit < 0.5 * len(w)) for hit, w in zip(hits, words, strict=True)]


def _cut_close(page: Page, lines: list[Line]) -> Iterator[Example]:
    """The article with a few lines of furniture at its edges, as a clean-up leaves it."""
    labels = aligned(lines, page.body)
    own = [at for at, label in enumerate(labels) if label == 0]
    if len(own) < 3:
        return
    chance = random.Random(page.name)
    for _ in range(3):
        first, last = own[0] - chance.randint(0, 2), own[-1] + chance.randint(0, 4)
        kept = [
            at
            for at in range(max(0, first), min(len(lines), last + 1))
            if labels[at] == 0 or at < own[0] or at > own[-1] or chance.random() < 0.15
        ]
        again = split_lines(chance.choice(["\n", "\n\n"]).join(lines[at].text for at in kept))
        yield Example(again, [labels[at] for at in kept], page.site, 1.5)


def text_example(text: str) -> Example:
    lines = split_lines(text)[:LINES_OF_A_TEXT]
    return Example(lines, [0] * len(lines), "", TEXT_WEIGHT)


def vocabulary(examples: Iterable[Example]) -> list[str]:
    """The words of furniture on the most sites that are rarer in articles."""
    sites: dict[str, set[str]] = defaultdict(set)
    bad, good = Counter[str](), Counter[str]()
    for example in examples:
        for line, label in zip(example.lines, example.labels, strict=True):
            for word in clean_page.label_words(line) if label is not None else ():
                (bad if label else good)[word] += 1
                if label:
                    sites[word].add(example.site)
    common = [word for word in sites if len(sites[word]) >= 4 and len(word) > 1 and not word.isdigit()]
    common.sort(key=lambda word: -len(sites[word]) * math.log((bad[word] + 1) / (good[word] + 1)))
    return common[:VOCABULARY]


def matrix(examples: Sequence[Example], words: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    column = {word: len(NAMES) + at for at, word in enumerate(words)}
    rows, labels, weights, owners = [], [], [], []
    for owner, example in enumerate(examples):
        for shape, line, label in zip(clean_page.shapes(example.lines), example.lines, example.labels, strict=True):
            if label is None:
                continue
            row = np.zeros(len(NAMES) + len(words))
            row[: len(NAMES)] = shape
            found = clean_page.label_words(line)
            for word in found:
                if word in column:
                    row[column[word]] = 1 / math.sqrt(len(found))
            rows.append(row)
            labels.append(label)
            weights.append(example.weight * max(3, min(len(line.words), 40)))
            owners.append(owner)
    return np.array(rows), np.array(labels, float), np.array(weights, float), np.array(owners)


def fit(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method."""
    penalty = np.full(x.shape[1], WORD_PENALTY)
    penalty[: len(NAMES)] = SHAPE_PENALTY
    weights = weights / weights.mean()
    theta = np.zeros(x.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(x @ theta, -30, 30)))
        gradient = x.T @ (weights * (p - y)) + penalty * theta
        curvature = (x * (weights * p * (1 - p))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        theta -= step
        if abs(step).max() < 1e-4:
            break
    return theta


def train(
    pages: Sequence[Page], texts: Sequence[str]
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Weights by name and by word: (was it a page, is it furniture)."""
    examples = [example for page in pages for example in page_examples(page)]
    words = vocabulary(examples)
    from_pages = len(examples)
    examples += [text_example(text) for text in texts]
    x, y, weights, owners = matrix(examples, words)
    on_pages = owners < from_pages
    both = np.stack([fit(x, y, weights), fit(x[on_pages], y[on_pages], weights[on_pages])], axis=1).round(2)
    pairs = [(float(a), float(b)) for a, b in both]
    shape = dict(zip(NAMES, pairs, strict=False))
    return shape, {
        word: pair for word, pair in zip(words, pairs[len(NAMES) :], strict=True) if max(map(abs, pair)) >= 0.1
    }


def held_out(pages: Sequence[Page], texts: Sequence[str]) -> None:
    sites = sorted({page.site for page in pages})
    random.Random(7).shuffle(sites)
    first = set(sites[::2])
    scores: dict[str, list[float]] = defaultdict(list)
    marked = 0
    for side in (0, 1):
        trained = [page for page in pages if (page.site in first) == (side == 0)]
        shape, words = train(trained, texts[side::2])
        clean_page.SHAPE, clean_page.WORDS = shape, words
        for page in pages:
            if (page.site in first) == (side == 0):
                continue
            for name, text in naive_texts(page.html).items():
                scores[name].append(token_f1(without(text, clean.boilerplate(text)), page.body))
                scores[f"{name}, nothing marked"].append(token_f1(text, page.body))
        marked += sum(bool(clean.boilerplate(text)) for text in texts[1 - side :: 2])
    for name, values in sorted(scores.items()):
        low, high = bootstrap(values)
        print(f"{name:28} F1 {np.mean(values):.3f} [{low:.3f}, {high:.3f}]  n={len(values)}")
    print(f"texts that were no page, with a mark: {marked} of {len(texts)}")


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    at, kept = 0, []
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(axis=1)
    return float(np.quantile(draws, 0.025)), float(np.quantile(draws, 0.975))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="+", required=True)
    parser.add_argument("--held-out", action="store_true")
    arguments = parser.parse_args()
    pages, texts = load_pages(arguments.data), load_texts(arguments.texts)
    random.Random(3).shuffle(texts)
    if arguments.held_out:
        held_out(pages, texts)
        return
    shape, words = train(pages, texts)
    lines = [
        '"""Weights of the two models of clean_page.py; made by training/boilerplate.py, not by hand."""',
        "",
        "# fmt: off",
    ]
    for name, table in (("SHAPE", shape), ("WORDS", dict(sorted(words.items())))):
        packed = re.sub(r"(.{90,110}?,) (?=\")", r"\1\n    ", ", ".join(f'"{k}": {v}' for k, v in table.items()))
        lines += [f"{name}: dict[str, tuple[float, float]] = {{", f"    {packed},", "}"]
    Path(clean_weights.__file__).write_text("\n".join([*lines, "# fmt: on", ""]))


if __name__ == "__main__":
    main()
