"""Recall of the lexical, the dense and the fused ranking on public questions, side by side.

    python -m benchmarks.retrieval --data PATH [--part choose|shown|fresh] [--set NAME] [--libraries PATH] [--grid]

`--data` is a folder with `retrieval/nq_open_oracle_first1300.jsonl.gz` (nelson-liu/lost-in-the-middle) and, under
`reader/`, `policyqa_test.json.gz`, `policyqa_dev.json.gz` (wasiahmad/PolicyQA), `covidqa.json.gz`
(deepset-ai/COVID-QA), `squad1_train.json.gz`, `squad2_train.json.gz` (rajpurkar/SQuAD-explorer),
`timeqa_human.jsonl.gz` (wenhuchen/Time-Sensitive-QA), `tatqa_text.jsonl.gz` (NExTplusplus/TAT-QA),
`conditionalqa_evidence.jsonl.gz` (ConditionalQA) and `selqa_sentences.jsonl.gz` (emorynlp/selqa).
One library a set is made by the package's own ingest, then each question is searched in it. Settings are chosen on
one part (`--grid` prints what there is to choose from), and the figures are those of the others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import get_args

from benchmarks.retrieval_sets import Corpus, Part, Question, corpora, source
from rag.ingest.ingest import ingest
from rag.ingest.parts import Parts
from rag.library.library import Library
from rag.library.snapshot import Snapshot
from rag.models.embedder import open_embedder
from rag.retrieve import lexical
from rag.retrieve.fuse import fuse
from rag.retrieve.retrieve import CANDIDATES, retrieve, searchable
from rag.types import Chunk, Document, Embedder, Passage

DEPTHS = (1, 5, 10, 24)
DEEPEST = 200
"""Chunks of each ranking that the grid may choose from."""
HEAD = 8
Ranking = list[tuple[str, float]]


def build(corpus: Corpus, home: Path, embedder: Embedder) -> Library:
    """The library of a corpus, by the package's ingest; texts and titles are given, so no reader is asked."""
    folder = home / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    for position, passage in enumerate(corpus.documents):
        (folder / source(position)).write_text(json.dumps(passage), encoding="utf-8")
    library = Library.create(home / "library", embedder.name, embedder.dimensions)
    parts = replace(Parts.for_embedder(embedder), read=_read)
    report = ingest(library, [folder], embedder, parts=parts)
    print(
        f"{corpus.name}: {len(corpus.documents)} documents, {library.status().chunks} chunks ({report.chunks} embedded)"
    )
    return library


def _read(path: Path, name: str) -> Document:
    content = path.read_bytes()
    title, text = json.loads(content)
    return Document(name, text, hashlib.sha256(content).hexdigest(), "text/plain", title)


@dataclass(frozen=True, slots=True)
class Searched:
    """One question with the rankings for it, each once as (chunk id, score) and with the ids that hold the answer."""

    question: Question
    lexical: Ranking
    dense: Ranking
    right: frozenset[str]
    passages: tuple[bool, ...]
    """Of the package's retrieval, folded: whether each holds the answer."""

    def cut(self, candidates: int) -> Searched:
        return replace(self, lexical=self.lexical[:candidates], dense=self.dense[:candidates])


class Searcher:
    """Searches a snapshot, each wording once."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._found: dict[str, tuple[Ranking, Ranking, tuple[Passage, ...], dict[str, list[Chunk]]]] = {}

    def search(self, question: Question) -> Searched:
        if question.text not in self._found:
            self._found[question.text] = self._search(question.text)
        words, near, passages, chunks = self._found[question.text]
        right = frozenset(chunk for chunk, places in chunks.items() if any(map(question.found_in, places)))
        holds = tuple(any(map(question.found_in, (p.chunk, *p.duplicates))) for p in passages)
        return Searched(question, words, near, right, holds)

    def _search(self, text: str) -> tuple[Ranking, Ranking, tuple[Passage, ...], dict[str, list[Chunk]]]:
        words = lexical.search(self._snapshot.connection, searchable(text), DEEPEST)
        near = self._snapshot.nearest(self._embedder.embed_question(searchable(text)), DEEPEST)
        ids = list({chunk for chunk, _ in (*words, *near)})
        sources = self._snapshot.sources(ids)
        chunks = {c.id: [replace(c, source=each) for each in sources[c.id]] for c in self._snapshot.chunks(ids)}
        return words, near, retrieve(self._snapshot, self._embedder, text, k=max(DEPTHS)), chunks


def first_right(ranking: Ranking, right: frozenset[str]) -> float:
    """The rank of the first chunk that holds the answer; infinite where none does."""
    return next((rank for rank, (chunk, _) in enumerate(ranking, start=1) if chunk in right), math.inf)


def reciprocal_ranks(searched: Searched, weight: float, constant: int) -> Ranking:
    """Weighted reciprocal rank fusion, to compare with."""
    scores: dict[str, float] = {}
    for ranking, share in ((searched.lexical, weight), (searched.dense, 1 - weight)):
        for rank, (chunk, _) in enumerate(ranking, start=1):
            scores[chunk] = scores.get(chunk, 0.0) + share / (constant + rank)
    return sorted(scores.items(), key=lambda ranked: (-ranked[1], ranked[0]))


def interval(hits: int, n: int) -> tuple[float, float]:
    """Wilson's, 95%."""
    z, p = 1.96, hits / n
    centre, margin = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - margin) / (1 + z * z / n), (centre + margin) / (1 + z * z / n)


def line(name: str, ranks: Sequence[float]) -> str:
    cells = []
    for depth in DEPTHS:
        hits = sum(rank <= depth for rank in ranks)
        low, high = interval(hits, len(ranks))
        cells.append(f"{hits / len(ranks):.3f} ({low:.3f} to {high:.3f})")
    return f"| {name} | {len(ranks)} | " + " | ".join(cells) + " |"


def by_wording(results: Sequence[Searched]) -> list[Searched]:
    """Each wording once, right wherever any of its records is."""
    merged: dict[str, Searched] = {}
    for result in results:
        before = merged.get(result.question.text, result)
        holds = tuple(one or other for one, other in zip(before.passages, result.passages, strict=True))
        merged[result.question.text] = replace(result, right=before.right | result.right, passages=holds)
    return list(merged.values())


def alternating(searched: Searched) -> Ranking:
    """The first by fused scores, then by turns the best left of each ranking, to compare with."""
    turns = zip_longest(searched.dense, searched.lexical)
    left = (ranked for turn in turns for ranked in turn if ranked)
    return list({**dict(fuse(searched.lexical, searched.dense)[:HEAD]), **dict(left)}.items())


def report(results: Sequence[Searched]) -> None:
    results = [result.cut(CANDIDATES) for result in results]
    print("| ranking | n | " + " | ".join(f"recall at {depth}" for depth in DEPTHS) + " |")
    print("|---|---|" + "---|" * len(DEPTHS))
    print(line("lexical", [first_right(r.lexical, r.right) for r in results]))
    print(line("dense", [first_right(r.dense, r.right) for r in results]))
    print(line("fused", [first_right(fuse(r.lexical, r.dense), r.right) for r in results]))
    print(line("fused and folded", [_rank(r.passages) for r in results]))


def grid(results: Sequence[Searched]) -> None:
    """Fusions to choose from."""
    for candidates in (50, 100, 200):
        cut = [result.cut(candidates) for result in results]
        for weight in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8):
            ranks = [first_right(fuse(r.lexical, r.dense, weight), r.right) for r in cut]
            print(line(f"scores of {candidates}, lexical {weight}", ranks))
        ranks = [first_right(alternating(r), r.right) for r in cut]
        print(line(f"the first {HEAD} by scores of {candidates}, then by turns", ranks))
        for constant in (0, 5, 20, 60):
            for weight in (0.25, 0.4, 0.5, 0.6):
                ranks = [first_right(reciprocal_ranks(r, weight, constant), r.right) for r in cut]
                print(line(f"reciprocal ranks of {candidates}, lexical {weight}, constant {constant}", ranks))


def _rank(holds: Sequence[bool]) -> float:
    return next((rank for rank, right in enumerate(holds, start=1) if right), math.inf)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/ and reader/")
    parser.add_argument("--part", choices=get_args(Part), default="shown", help="which questions")
    parser.add_argument("--set", action="append", help="only this set; may repeat")
    parser.add_argument("--libraries", type=Path, help="where the libraries are made, and found the next time")
    parser.add_argument("--grid", action="store_true", help="print the fusions to choose from, too")
    arguments = parser.parse_args()
    embedder = open_embedder()
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.libraries or Path(temporary)
        for corpus in corpora(arguments.data, arguments.part):
            if not arguments.set or corpus.name in arguments.set:
                measure(corpus, home / corpus.name.replace(" ", "-").lower(), embedder, arguments.grid)


def measure(corpus: Corpus, home: Path, embedder: Embedder, with_grid: bool) -> None:
    library = build(corpus, home, embedder)
    with library.snapshot() as snapshot:
        searcher = Searcher(snapshot, embedder)
        results = [searcher.search(question) for question in corpus.questions]
    wordings = by_wording(results)
    for name, found in (("by record", results), ("by wording", wordings)):
        if found is wordings and len(wordings) == len(results):
            continue
        print(f"\n{corpus.name}, {name}\n")
        report(found)
        if with_grid:
            grid(found)


if __name__ == "__main__":
    main()
