"""The lines of a text as a judge of boilerplate sees them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(r"(?<![^\r\n])[^\S\r\n]*+\S[^\r\n]*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
SENTENCE_END = re.compile(r"[.!?…][\"”’')\]]*\s*$")
# fmt: off
FUNCTION_WORDS = frozenset({
    "a", "an", "the", "and", "or", "but", "if", "of", "to", "in", "on", "at", "by", "for", "from", "with", "as", "is",
    "are", "was", "were", "be", "been", "has", "have", "had", "do", "does", "did", "not", "no", "that", "this",
    "these", "those", "it", "its", "he", "she", "they", "we", "you", "i", "his", "her", "their", "our", "your", "my",
    "him", "them", "us", "who", "which", "what", "when", "where", "how", "will", "would", "can", "could", "may",
    "might", "should", "than", "then", "there", "so", "about", "into", "over", "after", "before", "because",
})
# fmt: on
_PROSE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, and what it looks like by itself."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    """Lower case, with a plain apostrophe."""
    capitals: int
    """Words that begin with one."""
    function_words: int
    is_prose: bool
    """Long, with function words, and ended as a sentence is."""


def split_lines(text: str) -> list[Line]:
    """The lines that are not blank, in order."""
    return [_line(match.start(), match.end(), match[0]) for match in _LINE.finditer(text)]


def _line(start: int, end: int, text: str) -> Line:
    found = _WORD.findall(text)
    words = tuple(" ".join(found).lower().replace("’", "'").split())
    function_words = sum(map(FUNCTION_WORDS.__contains__, words))
    is_prose = len(words) >= _PROSE_WORDS and function_words >= 0.2 * len(words) and bool(SENTENCE_END.search(text))
    capitals = sum(word[0].isupper() for word in found)
    return Line(start, end, text, words, capitals, function_words, is_prose)
