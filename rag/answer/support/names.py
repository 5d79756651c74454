"""Names: what is written with a capital must stand in what is cited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.answer.support.dates import without_dates
from rag.answer.support.words import FUNCTION_WORDS, Token, stem, tokens

_PRONOUNS = frozenset("he she it they his her hers its their theirs him them".split())
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december".split()
)
_TITLES = frozenset("mr mrs ms dr sir prof president prime minister secretary king queen pope general".split())
_SAME = {
    "us": "united states", "usa": "united states", "uk": "united kingdom", "un": "united nations",
    "eu": "european union", "uae": "united arab emirates",
}  # fmt: skip
_COMMON_STARTS = frozenset(
    """according officials people nearly roughly approximately today yesterday tomorrow later earlier now recently
    currently instead rather thus hence therefore nevertheless nonetheless besides finally first second third last next
    once twice none nobody nothing everyone everybody someone something anyone several few critics experts researchers
    scientists authorities police doctors students workers residents voters lawmakers leaders members supporters
    protesters reports sources analysts""".split()
)
_CODE = re.compile(r"(?<![\w-])(?:[^\W\d_]+-?\d[\w-]*|(?=\w*[^\W\d_])\d\w{7,})")
_PLURAL_CODE = re.compile(r"(?<![\w-])([A-Z]+-?\d+)[’']?s\b")
_CODE_SPACING = re.compile(r"[\s-]+")
_ENDS = frozenset('.!?:“"«')


def missing_names(statement: str, sources: Sequence[str], context: Sequence[str]) -> list[str]:
    """The names of a statement that are not in the sources, or more often than there.

    What a pronoun in a source may stand for is looked for in the `context`: titles and the sentences before.
    """
    cited = [token for source in sources for token in tokens(source)]
    around = [token for text in context for token in tokens(text)]
    given = Counter(_forms(cited))
    pronouns = sum(token.word in _PRONOUNS for token in cited)
    nearby = set(_forms(around)) if pronouns else set()
    lower = {t.word for t in (*cited, *around) if t.text[0].islower()}
    missing = []
    said = tokens(without_dates(statement))
    for i, token in enumerate(said):
        if not _is_name(said, i, lower):
            continue
        form = _known_form(token.word, given, nearby)
        if form is None or _replaces(said, i, cited, elsewhere=given[form] > 0):
            missing.append(_shown(token))
        elif given[form] > 0:
            given[form] -= 1
        elif form in nearby or pronouns > 0:
            pronouns -= 1
        else:
            missing.append(f"a second {_shown(token)}")
    return list(dict.fromkeys(missing))


def missing_codes(statement: str, sources: Sequence[str]) -> list[str]:
    """The words of letters and digits ("B12", "COVID-19") that no source has, however it spaces them."""
    given = _CODE_SPACING.sub("", " ".join(sources)).casefold()
    return [m[0] for m in _CODE.finditer(statement) if _CODE_SPACING.sub("", m[0]).casefold() not in given]


def singular_codes(text: str) -> str:
    """The text with "F-16" for "F-16s"; the decade of "the mid-1990s" stays."""
    return _PLURAL_CODE.sub(r"\1", text)


def _replaces(said: Sequence[Token], i: int, cited: Sequence[Token], elsewhere: bool) -> bool:
    """Whether another name stands in the source where this one stands: between the same words.

    A name that the source has `elsewhere` may well have moved, so then the words have to be telling.
    """
    here = _neighbours(said, i)
    if elsewhere and ("" in here or all(word in FUNCTION_WORDS or not word.isalnum() for word in here)):
        return False
    there = [
        token.word
        for j, token in enumerate(cited)
        if token.is_word and token.text[0].isupper() and token.word not in _PRONOUNS and _neighbours(cited, j) == here
    ]
    word = said[i].word
    return bool(there) and not any(
        word == other or word in other.split("-") or stem(word) == stem(other) for other in there
    )


def _neighbours(found: Sequence[Token], i: int) -> tuple[str, str]:
    """The words before and behind a run of capitals."""
    start, end = i, i
    while start and found[start - 1].is_word and found[start - 1].text[0].isupper():
        start -= 1
    while end + 1 < len(found) and found[end + 1].is_word and found[end + 1].text[0].isupper():
        end += 1
    before = found[start - 1].word if start else ""
    return before, found[end + 1].word if end + 1 < len(found) else ""


def _known_form(word: str, given: Counter[str], nearby: set[str]) -> str | None:
    parts = [part for part in word.split("-") if part]
    if len(parts) > 1 and word not in given and word not in nearby:
        known = [_known_form(part, given, nearby) for part in parts if len(part) > 1 and part not in FUNCTION_WORDS]
        return None if None in known else next(iter(known), None)
    forms = (word, *_expanded(word), stem(word))
    exact = next((form for form in forms if given[form] > 0), None)
    return exact or next((form for form in forms if form in given or form in nearby), None)


def _forms(found: Sequence[Token]) -> list[str]:
    """The words, the parts of hyphenated ones, and the initials of names of several words."""
    words = [token.word for token in found if token.is_word]
    forms: list[str] = []
    for word in words:
        forms += {word, *word.split("-"), *_expanded(word), stem(word)}
    forms += [part for short, long in _SAME.items() if long in " ".join(words) for part in (short,)]
    return forms + _initials(found)


def _initials(found: Sequence[Token]) -> list[str]:
    """ "WHO" for "World Health Organization"."""
    initials, run = [], ""
    for token in [*found, Token(".", 0, 0)]:
        if token.is_word and token.text[0].isupper():
            run += token.word[0]
        elif token.is_word and token.word in ("of", "the", "and", "for"):
            continue
        else:
            initials += [run[i:] for i in range(len(run) - 1)]
            run = ""
    return initials


def _expanded(word: str) -> list[str]:
    return _SAME[word].split() if word in _SAME else []


def _is_name(said: Sequence[Token], i: int, lower: set[str]) -> bool:
    token = said[i]
    if not token.is_word or not token.text[0].isupper() or token.word in _CALENDAR or token.word in _TITLES:
        return False
    if len(token.word) == 1 and token.word in ("a", "i"):
        return False
    starts = i == 0 or said[i - 1].text in _ENDS
    if not starts:
        return token.word not in FUNCTION_WORDS
    return not (
        token.word in FUNCTION_WORDS
        or token.word in _COMMON_STARTS
        or token.word in lower
        or stem(token.word) in {stem(word) for word in lower}
        or token.word.endswith("ly")
        or re.fullmatch(r"[a-z]+ing", token.word)
    )


def _shown(token: Token) -> str:
    return re.sub(r"[’']s?$", "", token.text)
