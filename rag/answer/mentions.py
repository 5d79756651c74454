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
CERTAIN = 60.0
"""Log-odds of what is a matter of words; a probability of 1, so no threshold leaves it out."""


def mentioning(question: str, passages: Sequence[Passage], documents: Mapping[str, Document]) -> list[Found]:
    """For "Which documents mention …?" the first sentence with all the words of it, one a document; else nothing.

    A heading only where no sentence has them.
    """
    asked = _MENTIONED.match(" ".join(question.split()))
    wanted = _whole_words(asked["what"]) if asked else set()
    found: dict[str, Found] = {}
    for passage in passages if wanted else ():
        document = documents[passage.chunk.source]
        for sentence in passage.chunk.sentences:
            span = (sentence.start, sentence.end)
            known = found.get(document.source)
            if (known is None or known.is_heading) and wanted <= _whole_words(document.text[slice(*span)]):
                one = Found(passage, document, span, span, 1.0, CERTAIN)
                found[document.source] = known if known and one.is_heading else one
    return list(found.values())


def _whole_words(text: str) -> set[str]:
    """The telling words, uncut: Christian is no Christopher; of one thing or of several."""
    return {word.removesuffix("s") for word in re.findall(r"\w+", text.casefold()) if words(word)}
