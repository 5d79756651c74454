"""From use to gold: what people say is right is kept beside the library, for the evaluation to ask."""

from __future__ import annotations

from pathlib import Path

from eval.add import answerable, append, mark, unanswerable
from eval.gold import GoldError
from rag.types import Passage, Sentence
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
    document = finder()(chunk.source)
    if document is None:
        raise GoldError(f"{chunk.source} is no longer in the library, so its words cannot be kept as evidence")
    quote = chunk.text[sentence.start - chunk.start : sentence.end - chunk.start]
    evidence = mark(document, quote, sentence.start)
    append(file(), answerable(question, evidence, [words.strip()] if words.strip() else ()))
    return file()


def keep_unanswerable(question: str, wrong: str, note: str) -> Path:
    """Keep the question as one that the documents do not answer; the file that now holds it."""
    append(file(), unanswerable(question, [wrong.strip()] if wrong.strip() else (), note))
    return file()
