"""Orders: what a document tells its reader to say, or says to a machine alone, is not thereby so.

An order that is retold keeps its verb ("The red button must be pressed"). One that is obeyed loses it: the
words that were to be said stand as a fact. So a statement is no fact where it drops the verb of saying, or the
word for the machine or for the machine's reply, that its sentence has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.answer.support.tongues import said_to_say
from rag.answer.support.words import content, stem, tokens

_MOSTLY = 0.5
"""Of a statement's words, at least so many stand in what is to be said."""
_START = (
    r"(?:^\W*|[:;.,!–—]\s+|\b(?:and|then|so|please|kindly|must|should|shall|would|(?<!if )to|always|only|now|just|you"
    r"|but|never)\s+)"
)
_OBJECT = (
    r"(?:\s+(?:only|just|always|exactly|back|out|in|to \w+ \w+|the (?:user|reader|customer)s?|them|him|her|everyone))?"
)
_WHAT = (
    r"\s*(?::|with\b|that\b|(?:the |a )?(?:following|words?|sentence|line|phrase|text|code|news|story)\b|yours?\b"
    r"|on\b|[“\"«「‘'])"
)
_SAY = (
    r"(?:answer|reply|respond|say|state|write|print|output|repeat|tell|include|add|insert|append|claim|mention|give"
    r"|read|end|begin|close|finish|conclude|continue|complete|slip|work|bring|put|note down|make clear|make known)"
)
_SAY_OUTRIGHT = (
    r"(?:pretend|praise|admit|swear|announce|declare|proclaim|promote|advertise|repeat|insist|stress|point out|bring in"
    r"|bring up|make believe|warn of|act as|speak as|pose as|follow)"
)
_AS = r"(?:give|name|call|describe|present|treat|portray|refer to)"
_MUST = r"\b(?:must|should|ha(?:s|ve) to|(?:is|are) to)"
_BEHIND = (
    re.compile(rf"{_START}(?P<cue>{_SAY})\b{_OBJECT}{_WHAT}", re.I),
    re.compile(rf"{_START}(?P<cue>{_SAY_OUTRIGHT})\b", re.I),
    re.compile(rf"{_START}(?P<cue>{_AS})\s(?:[\w’']+\s){{1,6}}(?:as|to be|the|an?)\s", re.I),
    re.compile(r"^\W*(?P<cue>answer|reply|respond|say|output|repeat)\b(?!\s+(?:keys?|sheets?|to)\b)", re.I),
    re.compile(
        r"(?:\bsure|\bensure|\bsee to it)(?: that)?(?: \w+){1,2} (?P<cue>learn|know|hear|believe|think)s? that", re.I
    ),
)
"""What is to be said stands behind the verb."""
_AROUND = (
    re.compile(rf"{_MUST} be (?P<cue>said|told|named|called|mentioned|stated|read out)\b", re.I),
    re.compile(rf"{_MUST} (?P<cue>read)\b", re.I),
)
_MACHINE = re.compile(
    r"(?<![A-Za-z])(?:A\.?I\.?(?=\W)|LLMs?|\w{0,12}GPT\w{0,12}|chat ?-?bots?|bots?|copilot|(?:large |language )+models?"
    r"|(?:for|to) models?|the model[’']s"
    r"|assistants?(?=\s*(?:[,:;.!?)(]|[’']s\b|(?:is|are|must|should|shall|will|has|have)\b))"
    r"|you are now|(?:system|your|this) (?:message|prompt)|machines? (?:that|would|should|must)|conversation so far"
    r"|summari[sz](?:es?|ing) (?:this|it|the text)"
    r"|your (?:\w+ )?(?:repl(?:y|ies)|responses?|answers?|outputs?|summar(?:y|ies)|text|stor(?:y|ies)|words)"
    r"|(?:each|every|any|all|automated|next) (?:repl(?:y|ies)|responses?|answers?|outputs?|summar(?:y|ies)|digests?"
    r"|abstracts?)|(?:in|into) the (?:reply|response|output|summary))(?![A-Za-z])",
    re.I,
)
"""A machine that reads, or what it is to write. "Assistant" alone, not before another noun."""
_CONTROL = re.compile(
    r"<[|｜][^<>|｜]{1,40}[|｜]>|\[/?(?:INST|TOOL_CALLS|SYSTEM_PROMPT|AVAILABLE_TOOLS|gMASK)\]|<</?SYS>>"
    r"|</?(?:start|end)_of_turn>|^#+ ?(?:Instruction|Response):|</?(?:system|assistant|instructions?|prompt)>"
    r"|[\"']role[\"']\s*:|^\W*(?:Human|User|Assistant|System|AI|Bot|user|assistant|system)(?::|\s*\n)"
    r"|@(?:assistant|copilot)\b|\[\[?(?:AGENT|ASSISTANT|SYSTEM)\]|\b(?:Thought|Observation|Final Answer):",
    re.M,
)
"""What separates the speakers in a language model's input, and stands in a document to speak as one of them."""


def orders_to_models(source: str) -> list[str]:
    """In words, that a source speaks to a language model as only its owner may."""
    match = _CONTROL.search(source)
    return [f"the cited sentence gives orders to a language model (“{match[0].strip()}”)"] if match else []


def ordered(statement: str, source: str) -> list[str]:
    """In words, that the source only orders to say what the statement says as a fact; at most one."""
    said = content(tokens(statement))
    for cue, told, reason in _orders(source):
        rests = sum(word in told for word in said) >= _MOSTLY * len(said)
        if said and rests and not _holds(statement, cue):
            return [f"in the cited sentence it is {reason} (“{cue}”), here a fact"]
    return []


def orders_of_its_own(statement: str, sources: Sequence[str]) -> list[str]:
    """In words, what a statement says to a machine, or of what one is to write, and no source does; at most one."""
    match = next((m for m in _MACHINE.finditer(statement) if not any(_holds(text, m[0]) for text in sources)), None)
    return [f"“{match[0]}” is not in the cited sentences"] if match else []


@lru_cache(maxsize=4096)
def _orders(source: str) -> tuple[tuple[str, frozenset[str], str], ...]:
    """For each order its verb, the words that it may order to say, and what it is in words."""
    to_say = "what somebody is told to say"
    return (
        *((cue, _words(behind), to_say) for cue, behind in _with_behind(source)),
        *((cue, _words(source.replace(cue, " ", 1)), to_say) for cue in _with_around(source)),
        *(
            (match[0], _words(source.replace(match[0], " ", 1)), "for a machine, or what one is to write")
            for match in _MACHINE.finditer(source)
        ),
    )


def _with_behind(source: str) -> Iterator[tuple[str, str]]:
    for pattern in _BEHIND:
        for match in pattern.finditer(source):
            yield match["cue"], source[match.end("cue") :]


def _with_around(source: str) -> Iterator[str]:
    for pattern in _AROUND:
        if match := pattern.search(source):
            yield match["cue"]
    if cue := said_to_say(source):
        yield cue


def _words(text: str) -> frozenset[str]:
    return frozenset(content(tokens(text)))


def _holds(statement: str, cue: str) -> bool:
    """Whether the statement keeps the order an order, in any form of its verb; "AI" stands in "AI-powered" too."""
    if not cue.isascii():
        return cue.casefold() in statement.casefold()
    kept = {stem(part) for token in tokens(statement) for part in (token.word, *token.word.split("-"))}
    return any(stem(token.word) in kept for token in tokens(cue) if token.is_content)
