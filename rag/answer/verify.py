"""Whether the cited sentences bear a statement out: a quote that exists is not yet support.

The checks compare surfaces and are certain of what they name: a number that is not there is not
there. They do not understand; a statement that twists a sentence with the sentence's own words passes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rag.answer.support.attribution import lost_attributions, lost_speaker
from rag.answer.support.dates import missing_dates, years_of
from rag.answer.support.names import missing_codes, missing_names, singular_codes
from rag.answer.support.negation import changed_negations
from rag.answer.support.numbers import Quantity, missing_numbers
from rag.answer.support.orders import ordered, orders_of_its_own, orders_to_models
from rag.answer.support.possibility import changed_possibilities
from rag.answer.support.roles import exchanged
from rag.answer.support.unreal import asked, imagined, lost_conditions
from rag.answer.support.uses import YEAR, given_numbers, said_numbers
from rag.answer.support.words import content, tokens

SHARED = 1 / 3
"""Of a statement's words that mean something, at least so many stand in what it cites."""
FEWEST = 2
"""And at least so many of them, where there are so many and no number or date that is looked for besides."""

_QUOTED = re.compile(
    r"“([^”]{3,})”|\"([^\"]{3,})\"|„([^“”]{3,})[“”]|«([^»]{3,})»"
    r"|(?<!\w)‘((?:[^‘’\s]|’(?=\w))+(?:\s+(?:[^‘’\s]|’(?=\w))+)+)’(?!\w)"
)
"""Between ‘ and ’ two words or more: one alone may be a name of another script, or an apostrophe."""


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence with what helps to read it."""

    text: str
    before: str = ""
    """The sentences before it, which say whom its "he" means."""
    title: str = ""
    published: str = ""
    speaker: str = ""
    """What stands beside it and says whose words it is; empty where nothing does."""


def verify(statement: str, sources: Sequence[Source]) -> tuple[str, ...]:
    """What of a statement the cited sentences do not bear out, in words; empty means supported."""
    return tuple(reason for reasons in findings(statement, sources).values() for reason in reasons)


def findings(statement: str, sources: Sequence[Source]) -> dict[str, list[str]]:
    """The same by kind: what is missing, what was added or lost, and what is no fact in the cited sentences."""
    texts = [source.text for source in sources]
    context = [text for source in sources for text in (source.title, source.before)]
    nearest_source = max(sources, key=lambda source: _shared(statement, [source.text]), default=Source(""))
    nearest = nearest_source.text
    missing = "is not in the cited sentences"
    return {
        "number": [f"{number} {missing}" for number in _numbers(statement, sources)],
        "date": [f"{day} {missing}" for day in missing_dates(statement, texts, [s.published for s in sources])],
        "name": [f"{name} {missing}" for name in _names(statement, texts, context)],
        "quote": [f"“{quote}” {missing} word for word" for quote in _quotes(statement, texts)],
        "negation": changed_negations(statement, nearest) if len(texts) == 1 else _negations(statement, texts),
        "attribution": lost_attributions(statement, nearest)
        or lost_speaker(statement, nearest, nearest_source.speaker),
        "order": _orders(statement, texts, nearest),
        "roles": exchanged(statement, nearest),
        "possibility": changed_possibilities(statement, nearest),
        "question": asked(statement, nearest, _behind(nearest, texts)),
        "imagined": imagined(statement, nearest),
        "condition": lost_conditions(statement, nearest),
        "words": _strange(statement, texts, context),
    }


def _behind(nearest: str, texts: Sequence[str]) -> str:
    """What is cited behind the nearest sentence: to a question it may be the answer."""
    return " ".join(texts[texts.index(nearest) + 1 :]) if nearest in texts else ""


def _orders(statement: str, texts: Sequence[str], nearest: str) -> list[str]:
    spoken = [reason for text in texts for reason in orders_to_models(text)]
    return (ordered(statement, nearest) or spoken or orders_of_its_own(statement, texts))[:1]


def _strange(statement: str, texts: Sequence[str], context: Sequence[str]) -> list[str]:
    """The words around a cited sentence may say whom it means, but not all that a statement says."""
    said = len(content(tokens(statement)))
    numbered = any(c.isdigit() for c in statement)
    fewest = SHARED if numbered else max(SHARED, min(FEWEST, said) / max(said, 1))
    if _shared(statement, texts) > 0 and _shared(statement, [*texts, *context]) >= fewest:
        return []
    return ["hardly a word of it is in the cited sentences"]


def _numbers(statement: str, sources: Sequence[Source]) -> list[str]:
    given = [number for source in sources for number in given_numbers(singular_codes(source.text))]
    years = [year for source in sources for year in (*years_of(source.text), *_year(source.published))]
    given += [Quantity(Fraction(year), YEAR, str(year), 0) for year in years]
    return missing_numbers(said_numbers(singular_codes(statement)), given)


def _names(statement: str, texts: Sequence[str], context: Sequence[str]) -> list[str]:
    codes = missing_codes(singular_codes(statement), texts)
    names = missing_names(statement, texts, context)
    return [name for name in names if not missing_codes(name, [])] + codes


def _year(published: str) -> list[int]:
    return [int(published[:4])] if published[:4].isdigit() else []


def _quotes(statement: str, texts: Sequence[str]) -> list[str]:
    """Quoted words that no one source holds verbatim, but for white space, case and the marks at the end."""
    given = [_flat(text) for text in texts]
    if statement.count('"') % 2:  # which of them open and which close is not known
        statement = statement.replace('"', "")
    quoted = [next(filter(None, match.groups())) for match in _QUOTED.finditer(statement)]
    return [quote for quote in quoted if not any(_flat(quote) in text for text in given)]


def _flat(text: str) -> str:
    letters = text.replace("’", "'").replace("‘", "'").casefold()
    return " ".join(re.sub(r"[“”\"„«»]", "", letters).split()).strip(" .,;:!?…")


def _negations(statement: str, texts: Sequence[str]) -> list[str]:
    """Over several sentences a denial must be strange to each of them that shares the statement's words."""
    near = [text for text in texts if _shared(statement, [text]) >= SHARED] or list(texts)
    per_text = [set(changed_negations(statement, text)) for text in near]
    return sorted(set.intersection(*per_text)) if per_text else []


def _shared(statement: str, texts: Sequence[str]) -> float:
    """The share of the statement's words that mean something which stand in the texts; 1 where it has none."""
    said = content(tokens(statement))
    given = {word for text in texts for word in content(tokens(text))}
    return sum(word in given for word in said) / len(said) if said else 1.0
