"""Orders: what a document tells its reader to say, or says to a machine alone, is not thereby so.

An order that is retold keeps its verb ("The red button must be pressed"). One that is obeyed loses it: the
words that were to be said stand as a fact. So a statement is no fact where it drops the verb of saying, or the
word for the machine or for the machine's reply, that its sentence has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice

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
_MODEL = (
    r"(?:A\.?I\.?(?=\W)|LLMs?|\w{0,12}GPT\w{0,12}|chat ?-?bots?|bots?|copilot|(?:large |language )+models?|assistants?)"
)
_REPLY = (
    r"(?:(?:your|each|every|any|all|automated|next|the) (?:automated )?"
    r"(?:repl(?:y|ies)|responses?|answers?|outputs?|summar(?:y|ies)|digests?|abstracts?)|your (?:text|story|words))"
)
_SHALL = r"(?:must|should|shall|ha(?:s|ve) to|(?:is|are) (?:to|required to))"
_SAYING = rf"(?:{_SAY}s?{_OBJECT}{_WHAT}|{_SAY_OUTRIGHT}s?\b|{_AS}s?\s(?:[\w’']+\s){{1,6}}as\s|warns? of\b)"
_MACHINE = re.compile(
    r"(?<![A-Za-z])(?:"
    rf"(?:(?:to|for) (?:the )?(?:{_MODEL}|models?)(?:[’']s)?(?: (?:only|alone|eyes|readers?|agents?|users?))?"
    rf"|^\W*{_MODEL}(?:_\w+)?|\b(?:in|into) {_REPLY}|(?:system|your|this) (?:message|prompt)[^:;.!?\n]{{0,20}}"
    r"|conversation so far|summari[sz](?:es?|ing) (?:this|it|the text)|user-agent):"
    rf"|dear {_MODEL},|you are (?:an? )?{_MODEL}|you are now"
    rf"|(?:{_MODEL}|machines?|{_REPLY})(?: \w+){{0,3}}? (?:(?:{_SHALL}|would) )?{_SAYING}"
    rf"|{_SHALL} (?:\w+ ){{1,3}}(?:in|into) {_REPLY}|in {_REPLY}(?: [\w’']+){{1,6}} {_SHALL}"
    rf"|{_REPLY} in which|\binto {_REPLY} that\b|{_REPLY}(?: \w+){{1,5}} unless it says)",
    re.I,
)
"""Who speaks to a machine, tells what it has to say or what is to stand in its reply; the bare word is no order."""
_NAMED = re.compile(rf"(?<![A-Za-z])(?:{_MODEL}|{_REPLY}|machines?|models?)(?![A-Za-z])", re.I)
_YOUR_REPLY = re.compile(r"\byour (?:\w+ )?(?:repl(?:y|ies)|responses?|answers?|outputs?|summar(?:y|ies))\b", re.I)
_MOST_MACHINES = 20
_CLAUSE_ENDS = re.compile(r"[.;!?]\s")
_CONTROL = re.compile(
    r"<[|｜][^<>|｜]{1,40}[|｜]>|\[/?(?:INST|TOOL_CALLS|SYSTEM_PROMPT|AVAILABLE_TOOLS|gMASK)\]|<</?SYS>>"
    r"|</?(?:start|end)_of_turn>|^#+ ?(?:Instruction|Response):|</?(?:system|assistant|instructions?|prompt|think)>"
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
    found = islice(chain(_MACHINE.finditer(statement), _YOUR_REPLY.finditer(statement)), _MOST_MACHINES)
    strange = next((named for named in map(_named, found) if not any(_holds(text, named) for text in sources)), None)
    return [f"“{strange}” is not in the cited sentences"] if strange else []


@lru_cache(maxsize=4096)
def _orders(source: str) -> tuple[tuple[str, frozenset[str], str], ...]:
    """For each order its verb, the words that it may order to say, and what it is in words."""
    to_say, to_machine = "what somebody is told to say", "for a machine, or what one is to write"
    return (
        *((cue, _words(behind), to_say) for cue, behind in _with_behind(source)),
        *((cue, _words(source.replace(cue, " ", 1)), to_say) for cue in _with_around(source)),
        *((named, _words(clause.replace(named, " ", 1)), to_machine) for named, clause in _to_machines(source)),
    )


def _with_behind(source: str) -> Iterator[tuple[str, str]]:
    """Each verb where it stands first: all that it orders to say further on stands behind that too."""
    seen: set[str] = set()
    for pattern in _BEHIND:
        for match in pattern.finditer(source):
            if (cue := match["cue"].lower()) not in seen:
                seen.add(cue)
                yield match["cue"], source[match.end("cue") :]


def _to_machines(source: str) -> set[tuple[str, str]]:
    """Each machine, or reply, that is spoken of in orders, and the clause that does."""
    return {(_named(match), _clause(source, match)) for match in islice(_MACHINE.finditer(source), _MOST_MACHINES)}


def _clause(source: str, match: re.Match[str]) -> str:
    """The clause in which the match stands."""
    begin = max((m.end() for m in _CLAUSE_ENDS.finditer(source, 0, match.start())), default=0)
    end = _CLAUSE_ENDS.search(source, match.end())
    return source[begin : end.start() if end else len(source)]


def _named(match: re.Match[str]) -> str:
    """The machine, or its reply, in what speaks to it."""
    named = _NAMED.search(match[0])
    return named[0] if named else match[0]


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
