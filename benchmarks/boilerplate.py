"""How much of an article is kept and how much of its page goes: token F1 against the article's body.

    python -m benchmarks.boilerplate --data PATH [--texts FOLDER ...]

PATH holds pages/*.html.gz and pages_gold.json.gz (scrapinghub/article-extraction-benchmark, MIT). Two ways in: the
HTML itself through the reader, and all its visible text saved as .txt, which is what a naive scraper leaves.
Beside them trafilatura alone. FOLDER holds texts that were never pages: nothing should be marked there.
The packaged weights have seen these pages; `python -m training.boilerplate --held-out` measures on sites that were
not trained on.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.pages import load_pages, load_texts, naive_texts, token_f1
from rag.errors import Unreadable
from rag.ingest.clean import boilerplate
from rag.ingest.read import read, sandbox
from rag.types import Document


def evidence(document: Document) -> str:
    """The text without what is marked."""
    at, kept = 0, []
    for start, end in document.boilerplate:
        kept.append(document.text[at:start])
        at = end
    return "".join([*kept, document.text[at:]])


def row(name: str, values: Sequence[float]) -> str:
    draws = np.random.default_rng(0).choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{name:32} F1 {np.mean(values):.3f} [{low:.3f}, {high:.3f}]  n={len(values)}"


def pages(folder: Path, data: Path) -> dict[str, list[float]]:
    import trafilatura

    scores: dict[str, list[float]] = defaultdict(list)
    for page in load_pages(data):
        scores["HTML, the reader"].append(token_f1(_read(folder / "page.html", page.data, evidence), page.body))
        scores["HTML, trafilatura alone"].append(
            token_f1(trafilatura.extract(page.html, include_comments=False) or "", page.body)
        )
        for name, text in naive_texts(page.html).items():
            scores[f"{name} as .txt"].append(token_f1(_read(folder / "page.txt", text.encode(), evidence), page.body))
            scores[f"{name} as .txt, unmarked"].append(token_f1(text, page.body))
    return scores


def _read(path: Path, data: bytes, shown: Callable[[Document], str]) -> str:
    path.write_bytes(data)
    try:
        return shown(read(path, path.name))
    except Unreadable:
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, values in sorted(pages(Path(folder), arguments.data).items()):
            print(row(name, values))
    sandbox.close()
    if arguments.texts:
        texts = load_texts(arguments.texts)
        spans = [boilerplate(text) for text in texts]
        characters = sum(end - start for found in spans for start, end in found) / sum(map(len, texts))
        count = f"{sum(map(bool, spans))} of {len(texts)}"
        print(f"texts that were no page: {count} with a mark, {characters:.2%} of the characters")


if __name__ == "__main__":
    main()
