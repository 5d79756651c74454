"""Which documents mention something: answered by the words themselves, which needs no model and is certain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.answer.found import Found
from rag.answer.spans import words
from rag.types import Document, Passage

_MENTIONED = re.compile(
    r"""^\W*(which|what)\ (\w+\ ){0,2}
        (documents?|files?|articles?|reports?|sources?|texts?|papers?|pages?|notes?|e?-?mails?|letters?|minutes)
        \ (that\ )?
        (mentions?|discuss(es)?|covers?|(talk|speak|write|is|are)s?\ (of|about|on)|refers?\ to|deals?\ with
        |says?\ (something|anything)\ (of|about|on))\ (?P<what>.+)$""",
    re.IGNORECASE | re.VERBOSE,
)
_FRAME = re.compile(
    r"""\b[Tt]he\ (
        (words?|terms?|phrases?|keywords?|expressions?)\ (?!(of|in|for|to)\b)
      | (topics?|subjects?|themes?|issues?)\ of\ (?=\w)
      | (names?|persons?|company|country|city|town|years?|month|day|date|topics?|subjects?)\ (?=["“‘']?[A-Z\d])
    ) | \b([Ee]ither|[Bb]oth)\ """,
    re.VERBOSE,
)
"""Says what sort of thing it is, and need not stand beside it in a document: "the year 2019", "the word roof"."""
_POLITE = re.compile(r"[\s,]+(please|thanks|thank you|at all)\W*$", re.IGNORECASE)
_OR, _BETWEEN = re.compile(r"\bor\b"), re.compile(r",\s*or\s|,|\bor\s")
CERTAIN = 60.0
"""Log-odds of what is a matter of words; a probability of 1, so no threshold leaves it out."""


def mentioning(question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> list[Found]:
    """For "Which documents mention …?" the first sentence with all the words of it, one a document; else nothing.

    Of "this or that" the words of one are enough. A heading only where no sentence has them.
    """
    asked = _MENTIONED.match(" ".join(question.split()))
    wanted = _alternatives(asked["what"]) if asked else []
    found: dict[str, Found] = {}
    for passage in passages if wanted else ():
        document = documents[passage.chunk.source]
        for sentence in passage.chunk.sentences:
            span = (sentence.start, sentence.end)
            known = found.get(document.source)
            if (known is None or known.is_heading) and _holds_any(document.text[slice(*span)], wanted):
                one = Found(passage, document, span, span, 1.0, CERTAIN)
                found[document.source] = known if known and one.is_heading else one
    return list(found.values())


def _alternatives(what: str) -> list[list[str]]:
    """The telling words of each thing that is asked for, as they are written; of what stands in quotes, all."""
    bare = _FRAME.sub("", _POLITE.sub("", what))
    parts = _BETWEEN.split(bare) if _OR.search(bare) and not re.search(r'["“]', bare) else [bare]
    found = ([word for word in _whole_words(part) if words(word)] for part in parts)
    return [telling for telling in found if telling]


def _holds_any(text: str, wanted: Sequence[Sequence[str]]) -> bool:
    """Christian is no Christopher and Wells no well; of a word in lower case, one thing or several are meant."""
    given = {word.casefold() for word in _whole_words(text)}
    either = {word.removesuffix("s") for word in given}
    return any(
        all(word.removesuffix("s") in either if word.islower() else word.casefold() in given for word in telling)
        for telling in wanted
    )


def _whole_words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['’]s\b", "", text))
