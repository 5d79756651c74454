"""What is asked: questions over a corpus, those of the repository, a user's own, or a public set's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from eval.corpus import Corpus, check, paragraph, read_corpus
from eval.gold import GoldError, Item, Paraphrase, load, load_paraphrases
from eval.gold import split as split_of
from rag.types import Document

GOLD = Path(__file__).parent / "gold"
SEEDS_GOLD = GOLD / "seeds.jsonl"
SEEDS_PARAPHRASES = GOLD / "seeds_paraphrases.jsonl"
SEEDS = Path(__file__).parent.parent / "seeds"

Cluster = Callable[[Item, Mapping[str, Document]], str]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Questions, the corpus that they are about, and what makes two of them hang together."""

    name: str
    items: tuple[Item, ...]
    corpus: Corpus
    cluster: Cluster = paragraph
    paraphrases: tuple[Paraphrase, ...] = ()
    attacks: tuple[str, ...] = ()
    """Instructions to plant in its documents; a standard set where it brings none."""

    def sha256(self) -> str:
        """Of the questions and their answers."""
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(item.model_dump_json().encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def only(self, chosen: Callable[[Item], bool]) -> Benchmark:
        """The same with some of its questions, and their paraphrases."""
        items = tuple(item for item in self.items if chosen(item))
        if not items:
            raise GoldError(f"{self.name}: no question is left of {len(self.items)}; choose another split or limit")
        left = {item.id for item in items}
        paraphrases = tuple(p for p in self.paraphrases if p.of in left)
        return replace(self, items=items, paraphrases=paraphrases)

    def sample(self, limit: int, seed: int) -> Benchmark:
        """A fixed sample of at most `limit` questions, in their order: by a hash, so that new ones move no old ones."""
        if limit >= len(self.items):
            return self
        ranked = sorted(self.items, key=lambda item: hashlib.sha256(f"{seed}:{item.id}".encode()).digest())
        chosen = {item.id for item in ranked[:limit]}
        return self.only(lambda item: item.id in chosen)

    def part(self, split: str, limit: int | None, seed: int) -> Benchmark:
        """The questions of a split, and of those a sample."""
        chosen = self.split(split)
        return chosen if limit is None else chosen.sample(limit, seed)

    def split(self, name: str) -> Benchmark:
        """Only the questions of "tune" or "test"; "all" is all of them."""
        if name == "all":
            return self
        if name not in ("tune", "test"):
            raise GoldError(f"there is no split named {name!r}; use all, tune or test")
        return self.only(lambda item: split_of(item) == name)


def seeds() -> Benchmark:
    """The repository's questions over its seeds; `GoldError` where the seeds are not there."""
    if not SEEDS.is_dir():
        raise GoldError(
            f"no gold was named, and the repository's seeds are not here ({SEEDS}); "
            "name your own: rag eval --gold FILE --corpus DIR"
        )
    return own(SEEDS_GOLD, SEEDS, SEEDS_PARAPHRASES if SEEDS_PARAPHRASES.exists() else None)


def own(gold: Path, folder: Path, paraphrases: Path | None = None) -> Benchmark:
    """A gold file over a folder; raises `GoldError` where they do not fit."""
    items = load(gold, folder)
    corpus = read_corpus(folder)
    check(items, corpus.documents)
    return Benchmark(gold.stem, items, corpus, paraphrases=load_paraphrases(paraphrases, items) if paraphrases else ())


def choose(gold: Path | str | None, corpus: Path | str | None) -> Benchmark:
    """The user's gold over the user's corpus, or the repository's where neither is named."""
    if gold is None and corpus is None:
        return seeds()
    if gold is None or corpus is None:
        missing = "--gold FILE" if gold is None else "--corpus DIR"
        raise GoldError(f"a gold file and its corpus belong together: give {missing} too")
    return own(Path(gold), Path(corpus))
