"""Orders: what a document tells its reader to say is not thereby so."""

from __future__ import annotations

import re

from rag.answer.support.words import content, tokens

_MOSTLY = 0.5
"""Of a statement's words, at least so many stand in what is to be said."""
_START = r"(?:^\W*|[:;.,!]\s+|\b(?:and|then|please|must|should|to|always|only|now|just)\s+)"
_SAY = r"(?:answer|reply|respond|say|state|write|print|output|repeat|tell|include|add|insert|append|claim|mention)"
_WHOM = r"(?:\s+(?:only|just|always|exactly|back|out|to \w+ \w+|the (?:user|reader|customer)s?|them|him|her|everyone))?"
_WHAT = r"\s*(?::|with\b|that\b|the (?:following|words?|sentence|line|phrase|text)\b|[“\"«「‘'])"
_ORDERS = (
    re.compile(rf"{_START}(?P<cue>{_SAY})\b{_WHOM}{_WHAT}", re.I),
    re.compile(r"^\W*(?P<cue>answer|reply|respond|say|output|repeat)\b(?!\s+(?:keys?|sheets?|to)\b)", re.I),
    # The same in other languages, where the form of the verb says that it is an order.
    re.compile(
        r"\b(?P<cue>antworte|antworten Sie|schreibe?|schreiben Sie|sage?|sagen Sie|répondez|réponds|écrivez|écris|dites"
        r"|responde|responda|respondan|escribe|escriba|escreva|diga|contesta|conteste|rispondi|risponda|scrivi|scriva"
        r"|ответь|ответьте|напиши|напишите|скажи|скажите|yaz|yazın|yanıtla|söyle|antwoord|schrijf|odpowiedz|napisz)\b",
        re.I,
    ),
    re.compile(r"(?P<cue>回答|回复|回覆|输出|輸出|答えて|回答して|出力して|대답|답하|(?<!\w)(?:و)?(?:أجب|اكتب|قل)(?!\w))"),
)  # fmt: skip
_CONTROL = re.compile(
    r"<[|｜][^<>|｜]{1,40}[|｜]>|\[/?(?:INST|TOOL_CALLS|SYSTEM_PROMPT|AVAILABLE_TOOLS|gMASK)\]|<</?SYS>>"
    r"|</?(?:start|end)_of_turn>|^#+ ?(?:Instruction|Response):",
    re.M,
)
"""What separates the speakers in a language model's input, and stands in a document to speak as one of them."""


def orders_to_models(source: str) -> list[str]:
    """In words, that a source speaks to a language model as only its owner may."""
    match = _CONTROL.search(source)
    return [f"the cited sentence gives orders to a language model (“{match[0]}”)"] if match else []


def ordered(statement: str, source: str) -> list[str]:
    """In words, that the source only orders to say what the statement says as a fact; at most one."""
    words = content(tokens(statement))
    for pattern in _ORDERS:
        if (match := pattern.search(source)) is None or _holds(statement, match["cue"]):
            continue
        told = set(content(tokens(source[: match.start("cue")] + " " + source[match.end("cue") :])))
        if words and sum(word in told for word in words) >= _MOSTLY * len(words):
            return [f"in the cited sentence it is what somebody is told to say (“{match['cue']}”), here a fact"]
    return []


def _holds(statement: str, cue: str) -> bool:
    """Whether the statement keeps the order an order."""
    return cue.casefold() in statement.casefold()
