"""Folding: passages that say the same once more stand behind the best of them.

Two texts are the same when they have the same words, numbers and signs in the same order, whatever their white space,
punctuation and capitals: two versions that differ in one word are two, and that word is the news.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from rag.types import Passage

_HYPHENATION = re.compile(r"(?<=[^\W\d_])(?:\xad\s*|[-‐][^\S\n]*\n\s*)(?=[^\W\d_])")
_TOKEN = re.compile(
    r"""(?<![\w.])\.\d+|\d+(?:[.,:/]\d+)+ # 1.50 is not 150, nor .5 what 5 is
      |[^\W_]+\#?                        # nor C# what C is
      |(?<!\w)-(?=\d)|[<>](?=\s?\W?\d)  # nor is -5 what 5 is, or > 5
      |[^\w\s.,;:!?…·•‣▪●◦"'“”„‘’‚«»‹›()\[\]{}<>/\\*#`~=‐‑–—-]""",
    re.VERBOSE,
)
"""What tells one text from another: ✗ is not ✓, $ not £, and a bar says which column of a table is empty."""


def fold(passages: Iterable[Passage]) -> list[Passage]:
    """The passages in order, ranked from 1, without those that repeat an earlier one: they are its `duplicates`."""
    kept: dict[tuple[str, ...], Passage] = {}
    for passage in passages:
        said = words_and_signs(passage.chunk.text)
        if earlier := kept.get(said):
            duplicates = (*earlier.duplicates, passage.chunk, *passage.duplicates)
            kept[said] = replace(earlier, duplicates=duplicates)
        else:
            kept[said] = passage
    return [replace(passage, rank=rank) for rank, passage in enumerate(kept.values(), start=1)]


def words_and_signs(text: str) -> tuple[str, ...]:
    """Of a text, in order and folded: what must agree for two to be the same. The text itself where it has none."""
    plain = unicodedata.normalize("NFC", _HYPHENATION.sub("", text)).casefold()
    return tuple(_TOKEN.findall(plain)) or (text,)
