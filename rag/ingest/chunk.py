"""Chunks: neighbouring whole sentences, about as many tokens as asked for, never more than the embedder reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.ingest.packing import Sized, pack
from rag.ingest.regions import headings_of, regions
from rag.ingest.sentences import halve
from rag.types import CHUNK_TOKENS, Chunk, Document, Sentence

CountTokens = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, the embedder's special tokens included."""

_SMALL = 5
"""A section under a fifth of the target is no chunk of its own where it has a neighbour."""
_CONTEXT_BYTES = 160
"""A tokenizer makes at most one token of a byte: the bound holds for every script, and is 35 tokens of English."""
_TITLE_BYTES = 80

_ENDS = re.compile(r"[.!?…:;,。！？][\"'”’)\]]*$")
_LISTED = re.compile(r"[-*+•|\d]|.*\t")
_HEADING_WORDS = 12


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Sentences that may share chunks."""

    number: int
    sentences: tuple[Sized, ...]
    budget: int
    """Tokens of text that fit beside the context."""

    @property
    def tokens(self) -> int:
        return sum(sized.tokens for sized in self.sentences)


def chunk(
    document: Document, count_tokens: CountTokens, target_tokens: int = CHUNK_TOKENS, limit_tokens: int = 256
) -> tuple[Chunk, ...]:
    """The document's chunks in order, boilerplate left out; each repeats the last sentence of the one before it.

    A chunk with its context stays within `limit_tokens`, special tokens included. It keeps to its section, save
    that a section of a few lines is joined to its neighbour, and never spans boilerplate, slides or sheets. A
    sentence is not repeated where it is long, and is cut where it exceeds the limit by itself.
    """
    if not 0 < target_tokens <= limit_tokens:
        raise ValueError(f"target_tokens must be from 1 to limit_tokens ({limit_tokens}), and is {target_tokens}")
    stretches = _joined(_sized(document, count_tokens, limit_tokens), target_tokens // _SMALL)
    groups = [group for part in stretches for group in pack(part.sentences, target_tokens, part.budget)]
    return tuple(_chunk(document, group) for group in _within(document, groups, count_tokens, limit_tokens))


def context(document: Document, chunk: Chunk) -> str:
    """Title and headings that the whole chunk stands under, at most 160 bytes; empty where there are none.

    The embedder is given it before the chunk's text, with a line break between.
    """
    return _context(document.title, headings_of(document, chunk.sentences))


def _sized(document: Document, count_tokens: CountTokens, limit: int) -> list[_Stretch]:
    """The regions with the tokens of each sentence, counted in one call; a sentence too long is in pieces."""
    found = regions(document)
    contexts = list({_context(document.title, region.heading) for region in found})
    sentences = [sentence for region in found for sentence in region.sentences]
    texts = [document.text[s.start : s.end] for s in sentences]
    special, *counts = count_tokens(["", *contexts, *texts])
    # One token of slack: some tokenizers count the line break after the context.
    budgets = {c: max(1, limit - n - 1) for c, n in zip(contexts, counts[: len(contexts)], strict=True)}
    costs = iter(counts[len(contexts) :])
    stretches = []
    for region in found:
        budget = budgets[_context(document.title, region.heading)]
        sized = [Sized(s, _cost(s, next(costs) - special)) for s in region.sentences]
        fitting = _fitting(document.text, sized, count_tokens, special, budget)
        stretches.append(_Stretch(region.stretch, tuple(_with_headings(document.text, fitting)), budget))
    return stretches


def _fitting(text: str, sentences: list[Sized], count_tokens: CountTokens, special: int, budget: int) -> list[Sized]:
    """The sentences, those over the budget halved until none is."""
    while any(sized.tokens > budget and sized.sentence.end - sized.sentence.start > 1 for sized in sentences):
        parts: list[Sized | Sentence] = []
        for sized in sentences:
            parts += halve(text, sized.sentence) if sized.tokens > budget else [sized]
        new = [part for part in parts if isinstance(part, Sentence)]
        costs = iter(count_tokens([text[s.start : s.end] for s in new]))
        sentences = [p if isinstance(p, Sized) else Sized(p, _cost(p, next(costs) - special)) for p in parts]
    return sentences


def _cost(sentence: Sentence, tokens: int) -> int:
    """The tokens, and at least one for sixteen characters: a tokenizer sees one unknown word in 1,000 letters."""
    return max(tokens, (sentence.end - sentence.start) // 16)


def _with_headings(text: str, sentences: list[Sized]) -> list[Sized]:
    """The same, with those marked that stand on a line of their own, are short, and end without a stop."""
    marked = []
    for index, sized in enumerate(sentences):
        start, end = sized.sentence.start, sized.sentence.end
        after = sentences[index + 1].sentence.start if index + 1 < len(sentences) else end
        before = sentences[index - 1].sentence.end if index else 0
        own_line = "\n" in text[end:after] and (not index or "\n" in text[before:start])
        marked.append(Sized(sized.sentence, sized.tokens, own_line and _reads_as_heading(text[start:end])))
    return marked


def _reads_as_heading(text: str) -> bool:
    return len(text.split()) <= _HEADING_WORDS and not _ENDS.search(text) and not _LISTED.match(text)


def _joined(stretches: list[_Stretch], small: int) -> list[_Stretch]:
    """Sections of fewer tokens than `small` go with the one that follows, the last with the one before."""
    joined: list[_Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last and last.number == stretch.number and last.tokens < small:
            joined[-1] = _together(last, stretch)
        else:
            joined.append(stretch)
    for index in range(len(joined) - 1, 0, -1):
        before, stretch = joined[index - 1], joined[index]
        if before.number == stretch.number and stretch.tokens < small:
            joined[index - 1 : index + 1] = [_together(before, stretch)]
    return joined


def _together(one: _Stretch, other: _Stretch) -> _Stretch:
    return _Stretch(one.number, one.sentences + other.sentences, min(one.budget, other.budget))


def _within(
    document: Document, groups: list[tuple[Sentence, ...]], count_tokens: CountTokens, limit: int
) -> list[tuple[Sentence, ...]]:
    """The groups, checked as the embedder will see them; one over the limit, by a tokenizer whose parts do
    not add up to the whole, is halved."""
    while True:
        counts = count_tokens([_embedded(document, group) for group in groups])
        if all(n <= limit or _cannot_shrink(g) for g, n in zip(groups, counts, strict=True)):
            return groups
        groups = [
            part
            for group, tokens in zip(groups, counts, strict=True)
            for part in ([group] if tokens <= limit or _cannot_shrink(group) else _halved(document.text, group))
        ]


def _cannot_shrink(group: tuple[Sentence, ...]) -> bool:
    return len(group) == 1 and group[0].end - group[0].start <= 1


def _halved(text: str, group: tuple[Sentence, ...]) -> list[tuple[Sentence, ...]]:
    if len(group) == 1:
        return [(half,) for half in halve(text, group[0])]
    middle = len(group) // 2
    return [group[:middle], group[middle:]]


def _chunk(document: Document, sentences: tuple[Sentence, ...]) -> Chunk:
    start, end = sentences[0].start, sentences[-1].end
    return Chunk(document.source, document.sha256, start, end, document.text[start:end], sentences)


def _embedded(document: Document, sentences: tuple[Sentence, ...]) -> str:
    before = _context(document.title, headings_of(document, sentences))
    return f"{before}\n{document.text[sentences[0].start : sentences[-1].end]}"


def _context(title: str, heading: tuple[str, ...]) -> str:
    """Title and headings, shortened at words: the title and the innermost headings stay."""
    title = _shortened(title, _TITLE_BYTES)
    rest = _CONTEXT_BYTES - _size(title)
    kept: list[str] = []
    for name in reversed([name for name in heading if name != title]):
        short = _shortened(name, min(rest, _TITLE_BYTES) - len(" > "))
        if not short:
            break
        kept.insert(0, short)
        rest -= _size(short) + len(" > ")
    return " > ".join([title, *kept] if title else kept)


def _shortened(text: str, size: int) -> str:
    """The first words of `text` in at most `size` bytes; part of the first word where it alone is longer."""
    kept = ""
    for word in text[: max(0, size)].split():
        if _size(f"{kept} {word}" if kept else word) > size:
            break
        kept = f"{kept} {word}" if kept else word
    return kept


def _size(text: str) -> int:
    return len(unicodedata.normalize("NFKD", text).encode("utf-8", "surrogatepass"))
