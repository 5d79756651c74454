"""Gold against the files it was written over: the same file, and the quote at its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eval.gold.items import Item, Problem, Span
from rag.errors import Unreadable
from rag.types import Document


def against_corpus(path: Path, lines: Iterable[tuple[int, Item]], corpus: Path) -> tuple[Problem, ...]:
    """Where the evidence does not stand in the corpus, by line of the gold file at `path`."""
    documents: dict[str, Document | str] = {}
    problems = []
    for line, item in lines:
        spans = dict.fromkeys(span for group in item.evidence for span in group)
        for span in spans:
            if span.source not in documents:
                documents[span.source] = _read(corpus, span.source)
            problem = _problem(path, line, span, documents[span.source])
            if problem:
                problems.append(problem)
    return tuple(problems)


def _read(corpus: Path, source: str) -> Document | str:
    """The document as the assistant reads it, or why there is none."""
    from rag.ingest.read import read

    try:
        return read(corpus / source, source)
    except Unreadable as error:
        return str(error)


def _problem(path: Path, line: int, span: Span, document: Document | str) -> Problem | None:
    if isinstance(document, str):
        return Problem(path, line, f"{span.source} cannot be read ({document}); name the corpus that the gold is about")
    if document.sha256 != span.sha256:
        message = f"stale: {span.source} has changed since this item was written; read it again and mark the span anew"
        return Problem(path, line, message, stale=True)
    found = document.text[span.start : span.end]
    if found != span.quote:
        message = f"{span.source} reads {found!r} at {span.start}:{span.end}, the quote is {span.quote!r}"
        return Problem(path, line, f"{message}; {_remedy(span, document.text)}")
    return None


def _remedy(span: Span, text: str) -> str:
    place = text.find(span.quote)
    if place < 0:
        return "the quote stands nowhere in the file: copy it from the text"
    return f"it stands at {place}:{place + len(span.quote)}: correct the offsets"
