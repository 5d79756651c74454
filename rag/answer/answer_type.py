"""What sort of answer a question asks for, as far as its words tell, and whether a sentence has anything of the sort.

"How many games was he suspended for?" wants a number, and a sentence without one does not answer it, whatever else
it shares with the question. A small model is easily led by the rest. Only sorts that have a form are told: numbers,
measures, money, shares, dates, stretches of time, names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.answer.support.numbers import quantities

LONGEST = 1000
"""Characters of a question that are looked at, so that none takes quadratic time; the reader reads fewer."""


def _words(text: str, ending: str = "") -> str:
    """A pattern for any of the words, whole; a word may itself be a pattern without spaces."""
    return rf"\b(?:{'|'.join(text.split())}){ending}\b"


_TIME = "second sec minute min hour hr day night weekend week month year decade centur(?:y|ie) season generation"
_MONTHS = (
    "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sept?(?:ember)? oct(?:ober)? "
    "nov(?:ember)? dec(?:ember)?"
)
_LENGTH = (
    _words("(?:kilo|centi|milli|nano)?met(?:er|re) km cm mm mile yard inche? light-year", "s?"),
    _words("m ft foot feet km2 m2"),
    r"(?<=\d)[\"”″]",
)
_MEASURES = {
    "length": _LENGTH,
    "duration": (
        _words(_TIME, "s?"),
        _words(r"since until till throughout forever life lifetime lifelong long permanent\w* indefinite\w* overnight"),
        r"\bfrom\b.+\bto\b|\bto\s\d{4}\b|\d:\d\d|\d\s?s\b",
        *_LENGTH,  # how long a road is
    ),
    "weight": (
        _words("(?:kilo|milli)?gram(?:me)? kilo kg mg pound lb ton tonne ounce oz stone", "s?"),
        "£",  # "how many pounds" may ask for money
    ),
    "volume": (_words("(?:milli)?lit(?:er|re) gallon barrel pint cup bushel", "s?"), r"\bcubic\b"),
    "area": (_words("acre hectare", "s?"), _words("sq square"), "²"),
    "degrees": ("°", _words("degree celsius fahrenheit kelvin", "s?")),
    "money": (
        "[$€£¥₪₹₽]",
        _words("dollar euro pound cent shekel rou?ble rupee franc dinar dirham riyal lira peso crown naira", "s?"),
        _words("penny pence pennies yuan yen won rand usd eur gbp ils nis chf free nothing"),
        _words("price cost salary fee rent budget wage amount total", "s?"),  # a table may leave the currency out
        r"\d\.\d\d\b|\d\s?(?:k|m|bn|million|billion)\b",
    ),
    "share": (
        "%",
        _words(r"per\s?cent(?:age)? half halves thirds? quarters? majority minority"),
        r"\b(?:in|out\sof)\s(?:\d|ten\b|five\b)",
    ),
}
_DATE = (
    r"(?<!\d)(?:1\d{3}|20\d\d|\d0s)(?!\d)|\b(?:in|by|since|of|from|year)\s\d{3,4}\b|\d[/.-]\d|\bat\s\d",
    r"\b\d\d?(?:[:.]\d\d|st|nd|rd|th|\s?[ap]\.?m)\b",
    _words(f"{_MONTHS} (?:mon|tues|wednes|thurs|fri|satur|sun)day"),
    _words("today yesterday tomorrow tonight ago noon midnight dawn dusk morning evening afternoon o.clock now soon"),
    _words("spring summer autumn winter christmas easter passover ramadan immediately bc ad then times? moment point"),
    _words("when after before during until till since once while following upon beginning start end birth death"),
    _words(
        r"current(?:ly)? recent(?:ly)? (?:ear|late)(?:ly|lier|r)? late(?:st)? early new(?:ly)? prior previous(?:ly)?"
    ),
    _words(_TIME, "s?"),
)
_FORM = {sort: re.compile("|".join(forms), re.IGNORECASE) for sort, forms in {**_MEASURES, "date": _DATE}.items()}
_ROUGHLY = re.compile(
    r"\d|" + _words("(?:hundred|thousand|million|billion|dozen|score)s several few most numerous no none neither")
    + "|" + _words("both half single sole pair couple once twice thrice"),
    re.IGNORECASE,
)  # fmt: skip
_NAMED = re.compile(r"(?<!^)(?<![.!?]\s)\b[A-Z][\w'’-]+|[\"“‘]\w")
_COUNTED = re.compile(
    rf"\bhow many (?:{_words('of the his her its their these those more other full whole')} )*(?P<what>[a-z-]+)",
    re.IGNORECASE,
)
_IS = r"(?:'s|’s|\ is|\ was|\ are|\ were)"
_WHEN = _words("year date day month century decade weekday")
_ASKS = tuple(
    (sort, re.compile(asks, re.IGNORECASE | re.VERBOSE))
    for sort, asks in (
        ("share", rf"\b(?:what|which)\ (?:\w+\ )?{_words('percent percentage share proportion fraction')}"),
        ("duration", r"\bhow\ long\b"),
        ("money", r"\bhow\ much\ (?:(?:money|cash|rent|tax|more)\ )?"
                  rf"{_words('is are was were does do did will would has have had can could should the')}\ .*"
                  rf"{_words('cost pay paid earned? price spen[dt] salary fined? worth sold sell raised?')}"),
        ("money", rf"\bwhat{_IS}\ (?:{_words('the his her its their')}|\w+['’]s?)\ (?:\w+\ )?"
                  r"(?:price|salary|cost|fee|budget|net\ worth|revenue|wage|rent)\b"),
        ("money", r"\bwhat\ (?:price|salary|fee|rent|wage|net\ worth)\b"),
        ("date", r"^\W*(?:(?:and|but|so)\ )?(?:(?:since|until)\ )?when\b | ^\W*(?:at\ )?what\ time\b"),
        ("date", rf"\b(?:in|on|by|since|until|from)\ (?:what|which)\ (?:\w+\ )?{_WHEN}"),
        ("date", rf"\b(?:what|which)\ (?:\w+\ )?{_WHEN}\ {_words('was is were are did does do will has had')}"),
        ("date", rf"\bwhat{_IS}\ the\ date\b"),
        ("number", rf"\bhow\ {_words('old tall high deep thick')}"),
        ("number", rf"\bwhat{_IS}\ the\ (?:\w+\ )?(?:death\ toll|number|population|age|height)\b"),
        ("name", rf"\bwhat{_IS}\ (?:the\ )?(?:\w+['’]s\ )?(?:\w+\ )?names?\b"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerType:
    """The sort of answer that a question asks for."""

    sort: str
    """"number", "date", "name", or a measure."""
    counted: bool
    """Whether nothing but a number will do: "how many days", not "how long"."""

    def lacking(self, sentence: str, answer: str) -> int:
        """How much of the sort is missing: 0 nothing, 1 in the exact answer, 2 in its whole sentence too."""
        return sum(not self._has(text, sentence) for text in (answer, sentence))

    def _has(self, text: str, sentence: str) -> bool:
        if self.sort == "number":
            return _numbered(text)
        if self.sort == "name":
            return sentence.islower() or bool(_NAMED.search(text)) or (text != sentence and text[:1].isupper())
        form = _FORM[self.sort]
        if self.sort == "date":
            return bool(form.search(text))
        return (_numbered(text) and bool(form.search(sentence))) or (not self.counted and bool(form.search(text)))


def answer_type(question: str) -> AnswerType | None:
    """What the question asks for; None where its words do not tell, as with most of who, where, what and why."""
    question = question[:LONGEST]
    if counted := _COUNTED.search(question):
        sort = next((sort for sort in _MEASURES if _FORM[sort].fullmatch(counted["what"])), "number")
        return AnswerType(sort, counted=True)
    sort = next((sort for sort, asks in _ASKS if asks.search(question)), "")
    return AnswerType(sort, counted=False) if sort else None


def _numbered(text: str) -> bool:
    """Ordinals and decades count nothing; "dozens" and "none" do."""
    return any(q.unit not in ("th", "s") for q in quantities(text)) or bool(_ROUGHLY.search(text))
