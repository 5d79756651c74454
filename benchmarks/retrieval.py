"""Recall of the lexical, the dense and the fused ranking on public questions, side by side.

    python -m benchmarks.retrieval --data PATH [--libraries PATH] [--tune]

`--data` is a folder with `retrieval/nq_open_oracle_first1300.jsonl.gz` (nelson-liu/lost-in-the-middle),
`reader/policyqa_test.json.gz` and `policyqa_dev.json.gz` (wasiahmad/PolicyQA), and `reader/covidqa.json.gz`
(deepset-ai/COVID-QA).
One library a set is made by the package's own ingest, then each question is searched in it. Half
of the questions, by a hash of their text, is there to choose settings on (`--tune` prints the grid);
the figures are of the other half.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    gold: dict[str, tuple[tuple[int, int], ...]]
    """By source, the spans of which one must lie in the chunk; no spans: any chunk of the source will do."""

    @property
    def tunes(self) -> bool:
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0

    def found_in(self, chunk: Chunk) -> bool:
        spans = self.gold.get(chunk.source)
        return spans is not None and (not spans or any(chunk.start <= s and e <= chunk.end for s, e in spans))


@dataclass(frozen=True, slots=True)
class Corpus:
    name: str
    documents: list[tuple[str, str]]
    """Title and text; the source is the position."""
    questions: list[Question]


def source(position: int) -> str:
    return f"{position:05}.json"


def natural_questions(data: Path) -> Corpus:
    rows = [json.loads(line) for line in _lines(data / "retrieval/nq_open_oracle_first1300.jsonl.gz")]
    pairs = [(row["question"], (passage["title"], passage["text"])) for row in rows for passage in row["ctxs"]]
    return _of_passages("natural questions", pairs)


def policies(data: Path, part: str = "test") -> Corpus:
    """Six hundred wordings, each asked of several segments: one of them is right for each record."""
    articles = json.loads("".join(_lines(data / f"reader/policyqa_{part}.json.gz")))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    return _of_passages(
        f"PolicyQA {part}", [(qa["question"], ("", p["context"])) for p in paragraphs for qa in p["qas"]]
    )


def covid(data: Path) -> Corpus:
    articles = json.loads("".join(_lines(data / "reader/covidqa.json.gz")))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    gold: dict[str, dict[str, tuple[tuple[int, int], ...]]] = {}
    for position, paragraph in enumerate(paragraphs):
        for qa in paragraph["qas"]:
            spans = tuple(_stripped(a["text"], a["answer_start"]) for a in qa["answers"])
            of_question = gold.setdefault(qa["question"], {})
            of_question[source(position)] = (*of_question.get(source(position), ()), *spans)
    documents = [(p["context"].partition("\n")[0], p["context"]) for p in paragraphs]
    return Corpus("COVID-QA", documents, [Question(text, spans) for text, spans in gold.items()])


def _of_passages(name: str, pairs: Iterable[tuple[str, tuple[str, str]]]) -> Corpus:
    positions: dict[tuple[str, str], int] = {}
    asked = dict.fromkeys((text, positions.setdefault(passage, len(positions))) for text, passage in pairs)
    return Corpus(name, list(positions), [Question(text, {source(position): ()}) for text, position in asked])


def _lines(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from file


def _stripped(text: str, start: int) -> tuple[int, int]:
    start += len(text) - len(text.lstrip())
    return start, start + len(text.strip())


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
        words = lexical.search(self._snapshot.connection, searchable(text), CANDIDATES)
        near = self._snapshot.nearest(self._embedder.embed_question(searchable(text)), CANDIDATES)
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


def report(results: Sequence[Searched]) -> None:
    print("| ranking | n | " + " | ".join(f"recall at {depth}" for depth in DEPTHS) + " |")
    print("|---|---|" + "---|" * len(DEPTHS))
    print(line("lexical", [first_right(r.lexical, r.right) for r in results]))
    print(line("dense", [first_right(r.dense, r.right) for r in results]))
    print(
        line(
            "reciprocal ranks, 1:1, constant 60", [first_right(reciprocal_ranks(r, 0.5, 60), r.right) for r in results]
        )
    )
    print(line("fused", [first_right(fuse(r.lexical, r.dense), r.right) for r in results]))
    print(line("fused and folded", [_rank(r.passages) for r in results]))


def grid(results: Sequence[Searched]) -> None:
    """Fusions to choose from, on the half of the questions that is for choosing."""
    for weight in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8):
        print(
            line(f"scores, lexical {weight}", [first_right(fuse(r.lexical, r.dense, weight), r.right) for r in results])
        )
    for constant in (0, 5, 20, 60):
        for weight in (0.25, 0.4, 0.5, 0.6):
            ranks = [first_right(reciprocal_ranks(r, weight, constant), r.right) for r in results]
            print(line(f"reciprocal ranks, lexical {weight}, constant {constant}", ranks))


def _rank(holds: Sequence[bool]) -> float:
    return next((rank for rank, right in enumerate(holds, start=1) if right), math.inf)


def corpora(data: Path, tune: bool) -> list[Corpus]:
    """The three sets; to choose on, also all of PolicyQA's other file: half of one has too few wordings."""
    return [natural_questions(data), policies(data), covid(data), *([policies(data, "dev")] if tune else [])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with retrieval/ and reader/")
    parser.add_argument("--libraries", type=Path, help="where the libraries are made, and found the next time")
    parser.add_argument("--tune", action="store_true", help="the fusions to choose from, on the half for choosing")
    arguments = parser.parse_args()
    embedder = open_embedder()
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.libraries or Path(temporary)
        for corpus in corpora(arguments.data, arguments.tune):
            library = build(corpus, home / corpus.name.replace(" ", "-").lower(), embedder)
            chosen = [q for q in corpus.questions if q.tunes == arguments.tune or corpus.name == "PolicyQA dev"]
            with library.snapshot() as snapshot:
                searcher = Searcher(snapshot, embedder)
                results = [searcher.search(question) for question in chosen]
            report(results)
            if arguments.tune:
                grid(results)


if __name__ == "__main__":
    main()
