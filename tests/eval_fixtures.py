"""A small corpus with gold over it, whose scores can be worked out by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

from eval.gold import Item, Span
from rag.types import Citation, Document

TEXTS = {
    "pump.txt": "The pump was installed in 1998. It moves 34,000 litres an hour. Ada Byron signed for it.\n",
    "roof.txt": "The roof leaks near the east door. A tender closed on March 22, 2024. Three firms replied.\n",
    "menu.txt": "On Monday there is soup. On Tuesday there is rice with beans. Nobody likes the rice.\n",
}


def documents() -> dict[str, Document]:
    return {
        source: Document(source, text, hashlib.sha256(text.encode()).hexdigest(), "text/plain")
        for source, text in TEXTS.items()
    }


def write_corpus(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for source, text in TEXTS.items():
        (folder / source).write_text(text, encoding="utf-8")
    return folder


def span(source: str, quote: str) -> Span:
    document = documents()[source]
    start = document.text.index(quote)
    return Span(source=source, sha256=document.sha256, start=start, end=start + len(quote), quote=quote)


def cited(source: str, quote: str, number: int = 1) -> Citation:
    place = span(source, quote)
    return Citation(number, source, place.sha256, place.start, place.end, quote, (1, 1))


def item(
    name: str, question: str, answer: str, *groups: tuple[Span, ...], kind: str = "fact", **fields: object
) -> Item:
    return Item(id=name, question=question, kind=kind, answerable=True, answers=(answer,), evidence=groups, **fields)  # type: ignore[arg-type]


def unanswerable(name: str, question: str) -> Item:
    return Item(id=name, question=question, kind="absent", answerable=False, plausible_wrong=("red",), note="not told")


def items() -> tuple[Item, ...]:
    return (
        item("year", "When was the pump installed?", "1998", (span("pump.txt", "The pump was installed in 1998."),)),
        item("rate", "How much does the pump move?", "34,000 litres an hour",
             (span("pump.txt", "It moves 34,000 litres an hour."),), required_facts=("34,000",)),
        item("tender", "When did the tender close?", "March 22, 2024",
             (span("roof.txt", "A tender closed on March 22, 2024."),)),
        item("rice", "Which day has rice, and who likes it?", "Tuesday; nobody",
             (span("menu.txt", "On Tuesday there is rice with beans."),), (span("menu.txt", "Nobody likes the rice."),),
             kind="list", required_facts=("Tuesday", "nobody | no one")),
        unanswerable("colour", "What colour is the pump?"),
        unanswerable("price", "What did the roof cost?"),
    )  # fmt: skip
