"""Who says what a sentence says, where that stands beside the sentence and not in it.

A quotation of several sentences names its speaker at one end, a list in the line above it, and a sentence that was cut
for its length at its head or its tail. Shown without them, somebody's saying would pass for a fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.support.attribution import attributes, names_speaker
from rag.ingest.sentences import uncut
from rag.types import Document, Span

AROUND = 4_000
"""Characters before and behind a sentence in which its speaker is looked for."""
CLAUSE = 300
"""And in so many of the head of a sentence that was cut, or of its tail."""
_BLANK = re.compile(r"\n[^\S\n]*\n")
_QUOTATION = re.compile(
    r"(?<![^\s(\[—–-])\"(?=\S)[^\"]*(?<!\s)\"|“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|(?<!\w)‘(?:[^‘’]|’(?=\w))*+’(?!\w)"
)
_ITEM = re.compile(r"[^\S\n]*(?:[|•*+-]|\d{1,3}[.)]|\(?[a-z]\))\s")
_CLAUSE_ENDS = re.compile(r"[,;:—–]\s")


def speaker(document: Document, sentence: Span) -> Span | None:
    """What says who speaks, before the sentence or behind it; None where nothing does, or the sentence itself."""
    text, (start, end) = document.text, sentence
    first, last = _paragraph(text, start, end)
    sentences = list(uncut(text, first, last))
    found = (
        _of_quotation(text, sentence, sentences, (first, last))
        or _of_cut_sentence(text, sentence, sentences)
        or _lead_in(text, sentence, first)
    )
    left_out = found and any(found[0] < b and a < found[1] for a, b in document.boilerplate)
    return None if left_out else found


def cited_spans(sentence: Span, speaker: Span | None, text: str) -> tuple[Span, ...]:
    """What is cited: the sentence first, its speaker behind; one span where only white space is between them."""
    if speaker is None:
        return (sentence,)
    one, other = sorted((sentence, speaker))
    return (sentence, speaker) if text[one[1] : other[0]].strip() else ((one[0], max(one[1], other[1])),)


def _paragraph(text: str, start: int, end: int) -> Span:
    """From the blank line above to the one below; where it is too long for that, whole lines."""
    earliest, latest = max(0, start - AROUND), min(len(text), end + AROUND)
    above = [match.end() for match in _BLANK.finditer(text, earliest, start)]
    below = _BLANK.search(text, end, latest)
    line = text.find("\n", earliest, start) + 1 if earliest else 0
    return above[-1] if above else line or earliest, below.start() if below else latest


def _of_quotation(text: str, sentence: Span, sentences: Sequence[Span], paragraph: Span) -> Span | None:
    """The sentence that ends or begins the quotation which goes on beyond this one, if it names the speaker."""
    start, end = sentence
    before = paragraph[0]
    for match in _QUOTATION.finditer(text, *paragraph):
        opens, closes = match.span()
        if opens < end and closes > start and not (start <= opens and closes <= end):
            behind = closes, next((b for a, b in sentences if a < closes <= b), closes)
            ahead = max(before, _start_of_the_one_before(sentences, opens)), opens
            told = [span for span in (behind, ahead) if _says_who(text, span, closes)]
            if any(start <= a and b <= end for a, b in told):
                return None
            return _sentences_with(sentences, text, told[0]) if told else None
        before = closes
    return None


def _says_who(text: str, span: Span, closes: int) -> bool:
    """Whether the words beside a quotation say whose it is: a comma or a colon on that side is a sign of it."""
    beside = text[slice(*span)].strip()
    if not any(c.isalnum() for c in beside):
        return False
    comma = "," in text[closes - 2 : closes + 1] if span[0] == closes else beside[-1] in ":,"
    return comma or attributes(beside)


def _start_of_the_one_before(sentences: Sequence[Span], at: int) -> int:
    starts = [a for a, _ in sentences if a <= at]
    return starts[-2] if len(starts) > 1 and starts[-1] == at else starts[-1] if starts else at


def _sentences_with(sentences: Sequence[Span], text: str, span: Span) -> Span:
    """The whole sentences that have the words of the span."""
    at = span[0] + len(text[slice(*span)]) - len(text[slice(*span)].lstrip())
    held = [(a, b) for a, b in sentences if a < span[1] and b > at]
    return held[0][0], held[-1][1]


def _of_cut_sentence(text: str, sentence: Span, sentences: Sequence[Span]) -> Span | None:
    """The clause at the head of the whole sentence that names who speaks, or else the one at its tail."""
    start, end = sentence
    whole = next(((a, b) for a, b in sentences if a <= start and end <= b and (a, b) != sentence), None)
    if whole is None or attributes(text[start:end]):
        return None
    ends = [m.start() for m in _CLAUSE_ENDS.finditer(text, whole[0], min(start, whole[0] + CLAUSE))]
    head = next((at for at in ends if attributes(text[whole[0] : at])), None)
    if head is not None:
        return whole[0], head
    begins = [m.end() for m in _CLAUSE_ENDS.finditer(text, max(end, whole[1] - CLAUSE), whole[1])]
    return (begins[-1], whole[1]) if begins and attributes(text[begins[-1] : whole[1]]) else None


def _lead_in(text: str, sentence: Span, paragraph: int) -> Span | None:
    """The sentence above the list or the paragraph which this one stands in, where it ends in a colon."""
    line = text.rfind("\n", 0, sentence[0]) + 1
    listed = bool(_ITEM.match(text, line))
    for start, end in reversed(list(uncut(text, max(0, paragraph - AROUND), sentence[0]))):
        if text[start:end].rstrip("*_").endswith(":"):
            return (start, end) if names_speaker(text[start:end]) else None
        inside = _ITEM.match(text, text.rfind("\n", 0, start) + 1) if listed else start >= paragraph
        if not inside:
            return None
    return None
