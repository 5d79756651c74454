"""What a question asks for beside a fact: everything there is, or a text to be written."""

from __future__ import annotations

import re

_FOR_ALL = re.compile(
    r"""^\W*(
        (which|what)\ (\w+\ ){0,2}
            (documents?|files?|articles?|reports?|sources?|texts?|papers?|pages?|stories|notes?|e?-?mails?|letters?|minutes)
            \b(?!\ (did|does)\b)
      | (name|give|show)\ (me\ )?(all|every|each)\b
      | (name|give|show)\ (me\ )?the\ (?!\w+\ of\b)(\w+\ )?\w+(?<![su])s\b
      | (list|enumerate)\b
      | (which|what)\ (\w+\ ){0,2}(?!(series|species|news)\b)\w+(?<![su])s\ (are|were|have|do|did)\b
      | (what|who)\ (are|were)\ (all|the)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_TO_WRITE = re.compile(
    r"""^\W*((please|can\ you|could\ you)\W+)*(
        (summari[sz]e|translate|rewrite|paraphrase)(\ (the|this|these|that|it|them|all|my|our|your|everything)\b|\W*$|:)
      | (draft|write)\ (me\ )?an?\ | give\ (me\ )?(a|the)\ summary\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def asks_for_all(question: str) -> bool:
    """Whether several answers are wanted: "Which documents …", "List …", "Name the countries …"."""
    return bool(_FOR_ALL.match(" ".join(question.split())))


def asks_to_write(question: str) -> bool:
    """Whether a text is wanted that no document holds: a summary, a translation, a letter."""
    return bool(_TO_WRITE.match(" ".join(question.split())))
