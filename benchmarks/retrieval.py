"""Recall of the lexical, the dense and the fused ranking on public questions, side by side.

    python -m benchmarks.retrieval --data PATH [--part NAME] [--set NAME] [--libraries PATH] [--grid]

`--data` is a folder with `retrieval/nq_open_oracle_first1300.jsonl.gz` (nelson-liu/lost-in-the-middle) and, under
`reader/`, `policyqa_test.json.gz`, `policyqa_dev.json.gz` (wasiahmad/PolicyQA), `covidqa.json.gz`
(deepset-ai/COVID-QA), `squad1_train.json.gz`, `squad2_train.json.gz` (rajpurkar/SQuAD-explorer),
`squadshifts_reddit.json.gz`, `squadshifts_amazon_reviews.json.gz` (modestyachts/squadshifts-website),
`onestopqa.jsonl.gz` (berzak/onestop-qa), `fairytaleqa.jsonl.gz` (WorkInTheDark/FairytaleQA_Dataset),
`timeqa_human.jsonl.gz` (wenhuchen/Time-Sensitive-QA), `tatqa_text.jsonl.gz` (NExTplusplus/TAT-QA),
`conditionalqa_evidence.jsonl.gz` (ConditionalQA) and `selqa_sentences.jsonl.gz` (emorynlp/selqa).
One library a set is made by the package's own ingest, then each question is searched in it, once. Settings are
chosen on one part (`--grid` prints what there is to choose from), and the figures are those of the others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from benchmarks.counts import Counts, summarise
from benchmarks.fusions import Ranking, fusions
from benchmarks.intervals import wilson
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
        self._found: dict[str, tuple[Ranking, Ranking, tuple[Passage, ...]]] = {}
        self._places: dict[str, list[Chunk]] = {}

    def search(self, question: Question) -> Searched:
        if question.text not in self._found:
            self._found[question.text] = self._search(question.text)
        words, near, passages = self._found[question.text]
        ids = {chunk for chunk, _ in (*words, *near)}
        right = frozenset(chunk for chunk in ids if any(map(question.found_in, self._places[chunk])))
        holds = tuple(any(map(question.found_in, (p.chunk, *p.duplicates))) for p in passages)
        return Searched(question, words, near, right, holds)

    def _search(self, text: str) -> tuple[Ranking, Ranking, tuple[Passage, ...]]:
        words = lexical.search(self._snapshot.connection, searchable(text), DEEPEST)
        near = self._snapshot.nearest(self._embedder.embed_question(searchable(text)), DEEPEST)
        new = list({chunk for chunk, _ in (*words, *near)} - self._places.keys())
        sources = self._snapshot.sources(new)
        for chunk in self._snapshot.chunks(new):
            self._places[chunk.id] = [replace(chunk, source=each) for each in sources[chunk.id]]
        return words, near, retrieve(self._snapshot, self._embedder, text, k=max(DEPTHS))


def first_right(ranking: Ranking, right: frozenset[str]) -> float:
    """The rank of the first chunk that holds the answer; infinite where none does."""
    return next((rank for rank, (chunk, _) in enumerate(ranking, start=1) if chunk in right), math.inf)


def line(name: str, ranks: Sequence[float]) -> str:
    cells = []
    for depth in DEPTHS:
        hits = sum(rank <= depth for rank in ranks)
        low, high = wilson(hits, len(ranks))
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


def report(results: Sequence[Searched]) -> Counts:
    """Prints the recall of each ranking; what they have right at the last depth."""
    results = [result.cut(CANDIDATES) for result in results]
    lexical_ranks = [first_right(r.lexical, r.right) for r in results]
    dense_ranks = [first_right(r.dense, r.right) for r in results]
    fused_ranks = [first_right(fuse(r.lexical, r.dense), r.right) for r in results]
    print("| ranking | n | " + " | ".join(f"recall at {depth}" for depth in DEPTHS) + " |")
    print("|---|---|" + "---|" * len(DEPTHS))
    print(line("lexical", lexical_ranks))
    print(line("dense", dense_ranks))
    print(line("fused", fused_ranks))
    print(line("fused and folded", [_rank(r.passages) for r in results]))
    hits = ([rank <= DEPTHS[-1] for rank in ranks] for ranks in (lexical_ranks, dense_ranks, fused_ranks))
    return Counts.of([r.question.text for r in results], *hits)


def grid(results: Sequence[Searched]) -> None:
    """Prints the recall of the fusions to choose from."""
    for candidates in (50, 100, 200):
        cut = [result.cut(candidates) for result in results]
        for name, fused in fusions():
            ranks = [first_right(fused(r.lexical, r.dense), r.right) for r in cut]
            print(line(f"{candidates} each, {name}", ranks))


def _rank(holds: Sequence[bool]) -> float:
    return next((rank for rank, right in enumerate(holds, start=1) if right), math.inf)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/ and reader/")
    parser.add_argument("--part", choices=get_args(Part), action="append", help="only these questions; may repeat")
    parser.add_argument("--set", action="append", help="only this set; may repeat")
    parser.add_argument("--libraries", type=Path, help="where the libraries are made, and found the next time")
    parser.add_argument("--grid", action="store_true", help="print the fusions to choose from, too")
    arguments = parser.parse_args()
    wanted: tuple[Part, ...] = tuple(arguments.part or get_args(Part))
    embedder = open_embedder()
    counts: dict[tuple[str, str, str], Counts] = {}
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.libraries or Path(temporary)
        for corpus in corpora(arguments.data):
            if not arguments.set or corpus.name in arguments.set:
                library = home / corpus.name.replace(" ", "-").lower()
                counts |= measure(corpus, wanted, library, embedder, arguments.grid)
    summarise(counts, DEPTHS[-1])


def measure(
    corpus: Corpus, wanted: Sequence[Part], home: Path, embedder: Embedder, with_grid: bool
) -> dict[tuple[str, str, str], Counts]:
    """Prints the figures of a set, part by part; the counts by set, part, and what counts as a question."""
    asked = [question for question in corpus.questions if set(corpus.parts(question)) & set(wanted)]
    if not asked:
        return {}
    with build(corpus, home, embedder).snapshot() as snapshot:
        searcher = Searcher(snapshot, embedder)
        found = [searcher.search(question) for question in asked]
    counts: dict[tuple[str, str, str], Counts] = {}
    for part in wanted:
        by_record = [result for result in found if part in corpus.parts(result.question)]
        wordings = by_wording(by_record)
        views = {"by record": by_record, "by wording": wordings}
        if len(wordings) == len(by_record):
            views = {"by question": by_record}
        for view, results in views.items():
            if results:
                print(f"\n{corpus.name} ({part}), {view}\n")
                counts[corpus.name, part, view] = report(results)
                if with_grid:
                    grid(results)
    return counts


if __name__ == "__main__":
    main()
