"""Words of a sentence as the checks compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[’'‑-][^\W_]+)*|[“”\"„«»]|[.,;:!?()—–]")
_POSSESSIVE = re.compile(r"[’']s$|(?<=s)[’']$")
_ENDINGS = ("ations", "ation", "ings", "ing", "ions", "ion", "edly", "ies", "ied", "ed", "es", "ly", "s", "e", "y")
_IRREGULAR = {
    "met": "meet", "said": "say", "told": "tell", "went": "go", "gone": "go", "took": "take", "taken": "take",
    "gave": "give", "given": "give", "made": "make", "began": "begin", "begun": "begin", "held": "hold", "led": "lead",
    "won": "win", "lost": "lose", "left": "leave", "found": "find", "built": "build", "sent": "send",
    "wrote": "write",
    "written": "write", "came": "come", "became": "become", "saw": "see", "seen": "see", "knew": "know",
    "known": "know",
    "kept": "keep", "paid": "pay", "sold": "sell", "bought": "buy", "brought": "bring", "thought": "think",
    "fought": "fight", "taught": "teach", "chose": "choose", "chosen": "choose", "spoke": "speak", "spoken": "speak",
    "men": "man", "women": "woman", "children": "child", "people": "person",
}  # fmt: skip

FUNCTION_WORDS = frozenset(
    """a an the and or but nor so yet if then than that this these those there here what which who whom whose
    when where why how of in on at by for from to into onto with without within about above across after against
    along among around as before behind below beneath beside between beyond despite down during except inside
    like near off out outside over past per since through throughout till toward towards under until up upon via
    it its he his him she her hers they their them we our us you your i my me one ones is are was were be been
    being am do does did done doing have has had having will would shall should can could may might must also
    only just even still very too more most much many some any each every all both either other others another
    such same own not no never mr mrs ms dr although though while because whereas however meanwhile moreover
    furthermore it's he's she's that's there's""".split()
)

CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """In lower case, without a possessive ending and without the dots of an abbreviation."""
        return plain(self.text)

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_content(self) -> bool:
        return self.is_word and self.word not in FUNCTION_WORDS


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """The form in which words are compared."""
    return _POSSESSIVE.sub("", text).replace(".", "").replace("’", "'").replace("‑", "-").lower()


def tokens(text: str) -> list[Token]:
    """Words, and the marks that end clauses or quote."""
    return [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """What forms of a word share: "resigned" and "resignation" meet."""
    word = _IRREGULAR.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word[:7]


def content(found: Iterable[Token]) -> list[str]:
    """The stems of the words that mean something by themselves; numbers and dates have checks of their own."""
    return [stem(t.word) for t in found if t.is_content and not t.word[0].isdigit() and t.word not in CALENDAR]
