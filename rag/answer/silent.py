"""Sentences that answer nothing by themselves, whatever words they share with the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Document, Sentence

_MARKS = "*_#>-• \t"
_UNDER_A_HEADER = re.compile(r"\s*\|?[\s:|-]*-{3}[\s:|-]*\|?[^\S\n]*(\n|$)")
_GOES_ON = re.compile(r"[*_#>• \t-]*+(?:\r?\n[*_#>• \t-]*+)?[^\s*_#>•-]")
"""The paragraph, behind a sentence: on its line or on the next."""
_ASKS = re.compile(
    r"""["“'‘(]*(who|whom|whose|what|which|when|where|why|how|is|are|was|were|am|do|does|did|can|could|may|might|must
    |shall|should|will|would|has|have|had)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""Begins as a question does; what tells of one ("She asked when it would open?") is an answer."""
_ABOUT_MAIL = re.compile(
    r"\b(who|whom|whose|when|date|sen[dt]|wr(i|o)te|e?-?mails?|messages?|letters?|from|subject)\b", re.I
)


def silent_sentences(document: Document, sentences: Sequence[Sentence], question: str) -> set[Sentence]:
    """Of a passage's sentences those that only ask or name: a question, a table's head.

    The head of a mail is one of them too, unless the question is about mail, a person or a day.
    """
    text, about_mail = document.text, _ABOUT_MAIL.search(question)
    return {
        one
        for one in sentences
        if _is_question(text, one) or _is_table_head(text, one) or (not about_mail and _is_mail_head(document, one))
    }


def _is_question(text: str, sentence: Sentence) -> bool:
    """Whether it asks, and neither quotes who asked nor ends a paragraph, as what somebody wondered may."""
    said = text[sentence.start : sentence.end].strip(_MARKS)
    if not said.endswith("?"):
        return False
    before = text[text.rfind("\n", 0, sentence.start) + 1 : sentence.start].strip(_MARKS)
    after = text[sentence.end :].partition("\n")[0].strip(_MARKS)
    if not before and not after:
        return True
    return bool(_ASKS.match(said)) and (not before or bool(_GOES_ON.match(text, sentence.end)))


def _is_table_head(text: str, sentence: Sentence) -> bool:
    """The columns' names, and the rule under them in Markdown; the rows repeat them where a reader made the lines."""
    line = text[sentence.start : sentence.end].strip()
    if "|" not in line:
        return False
    first = next((cell.strip() for cell in line.split("|") if cell.strip()), "")
    below = text[sentence.end : sentence.end + 400]
    ruled = _UNDER_A_HEADER.fullmatch(line) or _UNDER_A_HEADER.match(below.removeprefix("\n"))
    return bool(ruled) or (bool(first) and below.lstrip().startswith(f"{first}: "))


def _is_mail_head(document: Document, sentence: Sentence) -> bool:
    section = document.section_at(sentence.start)
    return document.media_type == "message/rfc822" and section is not None and section.place.endswith(" header")
