"""The words of a question: what is left out of a search because it stands in every text."""

from __future__ import annotations

import re
import unicodedata

STOP_WORDS = frozenset(
    (
        "a about after again all also am an and any are aren as at be because been before being between both but "
        "by can cannot could couldn d did didn do does doesn doing don down during each few for from further had "
        "hadn has hasn have haven having he her here hers herself him himself his how i if in into is isn it its "
        "itself just ll me might more most must my myself no nor not now of off on once only or other our ours "
        "ourselves out over own re s same she should shouldn so some such t than that the their theirs them "
        "themselves then there these they this those through to too under until up us ve very was wasn we were "
        "weren what when where which while who whom whose why will with won would wouldn you your yours yourself "
        "yourselves"
    ).split()
)
"""English function and question words, and what is left of contractions cut at the apostrophe."""

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words and numbers of `text`, in lower case, each once, in order; nothing but letters and digits."""
    return list(dict.fromkeys(_WORD.findall(unicodedata.normalize("NFC", text).lower())))


def without_stop_words(found: list[str]) -> list[str]:
    """`found` without the stop words; whole where fewer than two others are there.

    The question may be about them: "When did Where Are You Now come out?"
    """
    others = [word for word in found if word not in STOP_WORDS]
    return others if len(others) > 1 else found
