"""Folding: passages that say the same once more stand behind the best of them.

Two texts are the same when their word triples are nearly the same (Jaccard; Broder 1997) and they agree
in every number, name and negation, and in their order: what differs there is news, not repetition.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from zlib import crc32

from rag.types import Chunk, Passage

SIMILAR = 0.8
"""Jaccard of word triples from which texts are nearly the same."""
SAMPLES = 12
"""Texts that share none of their smallest triples by checksum are not compared: at Jaccard 0.8 that
overlooks fewer than one pair in a million."""

_WORD = re.compile(r"\w+")
_TELLING = frozenset(
    "not no never none without nor cannot t one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred hundreds dozen dozens thousand thousands million millions billion billions half".split()
)
"""Negations and numbers, which are written like any other word."""


def fold(passages: Iterable[Passage]) -> list[Passage]:
    """The passages in order, ranked from 1, without those that repeat an earlier one: they are its `duplicates`."""
    kept: list[tuple[Passage, _Text]] = []
    by_triple: dict[int, list[int]] = defaultdict(list)
    for passage in passages:
        text = _Text.of(passage.chunk)
        candidates = sorted({index for triple in text.samples for index in by_triple[triple]})
        same = next((index for index in candidates if text.repeats(kept[index][1])), None)
        if same is not None:
            earlier, earlier_text = kept[same]
            duplicates = (*earlier.duplicates, passage.chunk, *passage.duplicates)
            kept[same] = replace(earlier, duplicates=duplicates), earlier_text
            continue
        for triple in text.samples:
            by_triple[triple].append(len(kept))
        kept.append((passage, text))
    return [replace(passage, rank=rank) for rank, (passage, _) in enumerate(kept, start=1)]


@dataclass(frozen=True, slots=True)
class _Text:
    triples: frozenset[int]
    samples: tuple[int, ...]
    facts: tuple[str, ...]
    """The words in which repetitions must agree, in order."""

    @classmethod
    def of(cls, chunk: Chunk) -> _Text:
        found = _WORD.findall(chunk.text)
        lowered = [word.lower() for word in found]
        size = max(1, min(3, len(lowered)))
        triples = frozenset(
            crc32(" ".join(lowered[i : i + size]).encode("utf-8", "surrogatepass"))
            for i in range(len(lowered) - size + 1)
        )
        facts = tuple(word for word in found if not word.islower() or word in _TELLING)
        return cls(triples, tuple(sorted(triples)[:SAMPLES]), facts)

    def repeats(self, other: _Text) -> bool:
        if self.facts != other.facts:
            return False
        shared = len(self.triples & other.triples)
        return shared >= SIMILAR * (len(self.triples) + len(other.triples) - shared)
