"""From use to gold: a question with a marked span, or one that the documents do not answer, becomes an item."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from eval.gold import GoldError, Item, Span, asked, load
from rag.types import Document


def mark(document: Document, quote: str, start: int | None = None) -> Span:
    """The evidence that these words of a document are; raises `GoldError` where they are not there, or not once.

    `start` tells which place is meant, in characters of the text.
    """
    if not quote.strip():
        raise GoldError("no words were marked; mark the characters that answer the question")
    # looked ahead, for places that overlap
    places = [match.start() for match in re.finditer(f"(?={re.escape(quote)})", document.text)]
    if start is not None and start not in places:
        found = document.text[start : start + len(quote)] if start >= 0 else ""
        raise GoldError(f"{document.source} reads {found!r} at {start}, not {quote!r}; mark the words again")
    if not places:
        raise GoldError(f"{quote!r} does not stand in {document.source}; copy it from the text, line breaks included")
    if start is None and len(places) > 1:
        shown = ", ".join(map(str, places))
        raise GoldError(
            f"{quote!r} stands {len(places)} times in {document.source}, at {shown}; say which with --start"
        )
    at = places[0] if start is None else start
    return Span(source=document.source, sha256=document.sha256, start=at, end=at + len(quote), quote=quote)


def answerable(question: str, evidence: Span, answers: Iterable[str] = (), kind: str = "fact", note: str = "") -> Item:
    """The item of a question that this evidence answers; without accepted answers, its words are the answer."""
    return Item(
        id=_identity(question),
        question=question,
        kind=kind,
        answerable=True,
        answers=tuple(answers) or (" ".join(evidence.quote.split()),),
        evidence=((evidence,),),
        note=note,
    )


def unanswerable(question: str, plausible_wrong: Iterable[str], note: str, kind: str = "absent") -> Item:
    """The item of a question that the documents do not answer; `note` says where the nearest text stops short.

    Raises `GoldError` without likely wrong answers or a note: such an item could not be checked by another person.
    """
    wrong = tuple(plausible_wrong)
    if not wrong or not note.strip():
        raise GoldError(
            "an unanswerable question needs a likely wrong answer (--wrong) and a note (--note) on the nearest text"
        )
    return Item(
        id=_identity(question), question=question, kind=kind, answerable=False, plausible_wrong=wrong, note=note
    )


def append(gold: Path, *items: Item) -> None:
    """Write the items at the end of a gold file, which is made if it is new: all of them or none.

    Raises `GoldError` for a question that the file holds or that comes twice, and where it cannot be written.
    """
    held = load(gold) if gold.exists() and gold.stat().st_size else ()
    for number, item in enumerate(items):
        if not item.question.strip():
            raise GoldError("the question is empty; give its words")
        if other := _same(item, held):
            raise GoldError(f"{gold} asks this already, as {other.id!r}: {other.question}; change that line instead")
        if other := _same(item, items[:number]):
            raise GoldError(f"{other.question!r} and {item.question!r} are one question; leave one of them out")
    try:
        gold.parent.mkdir(parents=True, exist_ok=True)
        before = gold.read_text(encoding="utf-8") if gold.exists() else ""
        line = "\n" if before and not before.endswith("\n") else ""
        with gold.open("a", encoding="utf-8") as file:
            file.write(line + "".join(f"{item.model_dump_json()}\n" for item in items))
    except OSError as error:
        raise GoldError(
            f"{gold} was to be written, but that failed ({error.strerror}); check the space on the disk and the "
            "folder's permissions"
        ) from error


def _identity(question: str) -> str:
    """Readable, and another for another question: its first words and a hash."""
    slug = "-".join(re.findall(r"[a-z0-9]+", question.lower())[:5]) or "question"
    return f"{slug}-{hashlib.sha256(asked(question).encode()).hexdigest()[:6]}"


def _same(item: Item, others: Iterable[Item]) -> Item | None:
    return next((o for o in others if o.id == item.id or asked(o.question) == asked(item.question)), None)
