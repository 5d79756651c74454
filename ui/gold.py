"""From use to gold: what people say is right is kept beside the library, for the evaluation to ask."""

from __future__ import annotations

import re
from pathlib import Path

from eval.add import answerable, append, mark, unanswerable
from eval.gold import GoldError
from rag.types import Document, Passage, Sentence
from ui.session import finder, home


def file() -> Path:
    """The gold of this library."""
    return home().resolve().with_name(f"{home().resolve().name}-gold.jsonl")


def keep_answerable(question: str, passage: Passage, sentence: Sentence, words: str) -> Path:
    """Keep the question with these characters of the passage as its evidence; the file that now holds it.

    `words` are the accepted answer, or the evidence is where they are empty. Raises `GoldError` where the
    document has changed since, or the file holds the question already.
    """
    chunk = passage.chunk
    quote = chunk.text[sentence.start - chunk.start : sentence.end - chunk.start]
    return _keep(question, _document(chunk.source), quote, sentence.start, words)


def keep_marked(question: str, source: str, marked: str, near: int, words: str) -> Path:
    """The same with words that a person marked or wrote down, white space as it may be; the place at `near` is meant.

    Raises `GoldError` where they do not stand in the document, or in several places of which none is at `near`.
    """
    document = _document(source)
    pattern = r"\s+".join(map(re.escape, marked.split()))
    places = [match.span() for match in re.finditer(pattern, document.text)] if pattern else []
    if not places:
        return _keep(question, document, marked, None, words)
    meant = [place for place in places if place[0] == near or len(places) == 1]
    if not meant:
        raise GoldError(
            f"these words stand {len(places)} times in {source}; select the place that is meant, or add words"
        )
    start, end = meant[0]
    return _keep(question, document, document.text[start:end], start, words)


def keep_unanswerable(question: str, wrong: str, note: str) -> Path:
    """Keep the question as one that the documents do not answer; the file that now holds it.

    Raises `GoldError` without a likely wrong answer and a note: another person could not check it.
    """
    _not_empty(question)
    if not (wrong.strip() and note.strip()):
        raise GoldError("a likely wrong answer and where the nearest text stops short were expected; fill in both")
    append(file(), unanswerable(question, [wrong.strip()], note))
    return file()


def told(kept: Path) -> str:
    """What to say once a question is kept."""
    return f"Kept in {kept.name}. To measure with it: rag eval --gold {kept} --corpus FOLDER"


def _document(source: str) -> Document:
    document = finder()(source)
    if document is None:
        raise GoldError(f"{source} is no longer in the library, so its words cannot be kept as evidence")
    return document


def _keep(question: str, document: Document, quote: str, start: int | None, words: str) -> Path:
    _not_empty(question)
    evidence = mark(document, quote, start)
    append(file(), answerable(question, evidence, [words.strip()] if words.strip() else ()))
    return file()


def _not_empty(question: str) -> None:
    if not question.strip():
        raise GoldError("a question was expected, and this one is empty; write what the words answer")
