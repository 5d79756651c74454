"""Whether a text is in English: the packaged models read nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SAMPLE = 20_000
_FEWEST_WORDS = 30
"""A text of fewer words is not judged."""
_FOREIGN_SHARE = 0.04
"""Part of the words that are small words of other languages, and outnumber the English ones, in text not in English."""
_ACCENTED_SHARE = 0.02
"""Part of the letters that bear accents, in text of another Latin script with next to no English small words."""
_ENGLISH_SHARE = 0.05

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    "the of and to is that it was for with as be by this are from or have not which at but were their been has "
    "will would there what when who its can if into than other some you your they we our he she his had only".split()
)
_FOREIGN = frozenset(
    "der das und ist nicht mit für von den dem ein eine wird auf oder sie werden zu wenn kann "  # German
    "le la les des et est une du que dans pour pas sur au aux ce cette qui par avec sont être ou "  # French
    "el los las y es una del por con para se lo como más su si está "  # Spanish
    "il di che è per non una della con sono dei gli nel alla da questo se viene "  # Italian
    "o os da em um uma não com para dos das ao ser é por mais como "  # Portuguese
    "het een van en niet dat zijn voor op aan met te wordt bij of deze er ook "  # Dutch
    "och att det är som på för inte av med ett den kan om till från "  # Swedish
    "og det er ikke til af på har som å men eller fra ved "  # Danish, Norwegian
    "ja on ei että se oli tai ovat jos voidaan kun "  # Finnish
    "nie się na jest że do z to w jako lub przez są jeśli dla "  # Polish
    "je na se že by ve ale jako pro nebo byl jsou "  # Czech, Slovak
    "az és hogy nem egy ez vagy meg kell csak "  # Hungarian
    "și să nu este cu pe care sau din în sunt pentru ca "  # Romanian
    "ve bir bu için ile da de olarak olan değil veya "  # Turkish
    "yang dan di dari untuk dengan ini tidak adalah pada akan atau "  # Indonesian, Malay
    "u je da se i su za od ili kao nije "  # Croatian, Serbian, Slovenian
    "een die nie wat het van om word deur "  # Afrikaans
    "na ya wa kwa ni katika za la".split()  # Swahili
) - frozenset("to do on of in men er i z w o la le da de en se by om as is it".split())
"""Without those that are English too, or stand in names (de, la)."""


def is_english(text: str) -> bool:
    """Judged by its small words and its script; True where there is too little to tell, as in code or tables."""
    words = _WORD.findall(text[:_SAMPLE].lower())
    letters = "".join(words)
    if not letters:
        return True
    beyond_ascii = [] if letters.isascii() else [character for character in letters if character > "\x7f"]
    other_scripts = sum(character >= "\u0250" and not "\u1e00" <= character < "\u1f00" for character in beyond_ascii)
    if other_scripts > len(letters) / 2:
        return len(letters) < _FEWEST_WORDS
    if len(words) < _FEWEST_WORDS:
        return True
    english = sum(map(_ENGLISH.__contains__, words)) / len(words)
    foreign = sum(map(_FOREIGN.__contains__, words)) / len(words)
    if len(beyond_ascii) / len(letters) > _ACCENTED_SHARE and english < _ENGLISH_SHARE:
        return False
    return not (foreign > _FOREIGN_SHARE and foreign > english)


def warning(sources: Sequence[str]) -> tuple[str, ...]:
    """One sentence on the documents that are not in English; none where there are none."""
    if not sources:
        return ()
    named = ", ".join(sorted(sources)[:3]) + (", …" if len(sources) > 3 else "")
    subject = "1 document seems" if len(sources) == 1 else f"{len(sources)} documents seem"
    return (
        f"{subject} not to be in English ({named}); the packaged models read only English and may miss answers there",
    )
