"""Proposes gold items from a corpus, for a person to look through: nothing is gold until it is accepted."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eval import add, templates
from eval.gold import GoldError, Item, Span
from eval.templates import Lookup
from rag.types import Document


class Draft(BaseModel):
    """A proposal, as a line of the review file."""

    model_config = ConfigDict(extra="forbid")

    accept: bool = False
    """A person writes true here, and mends the item where it needs it."""
    why: str
    """How it came about."""
    item: Item


def draft(documents: Mapping[str, Document], limit: int = 60) -> tuple[Draft, ...]:
    """Proposals by template: half look-ups, alike from each document, then near misses, then absent topics."""
    each = max(1, limit // (2 * max(1, len(documents))))
    found = [(document, lookup) for document in documents.values() for lookup in templates.lookups(document, each)]
    proposals = [_of_lookup(document, lookup) for document, lookup in found[: max(1, limit // 2)]]
    proposals += islice(_near_misses(found, documents), limit // 4)
    proposals += islice(_absent(documents), limit // 4)
    return tuple({proposal.item.id: proposal for proposal in proposals}.values())


def _of_lookup(document: Document, lookup: Lookup) -> Draft:
    quote = document.text[lookup.start : lookup.end]
    evidence = Span(source=document.source, sha256=document.sha256, start=lookup.start, end=lookup.end, quote=quote)
    item = add.answerable(lookup.question, evidence, [lookup.answer], lookup.kind)
    return Draft(why=f"a look-up in {document.source}; reword it as a person would ask", item=item)


def _near_misses(found: Sequence[tuple[Document, Lookup]], documents: Mapping[str, Document]) -> Iterator[Draft]:
    """The same question with a name of the corpus that its sentence does not hold."""
    counted = Counter(name for document in documents.values() for name in templates.names(document.text))
    names = sorted(name for name, count in counted.items() if " " in name or count > 2)
    for document, lookup in found:
        sentence = document.text[lookup.start : lookup.end]
        asked = [name for name in templates.names(lookup.question) if name in sentence]
        others = [name for name in names if name not in sentence]
        if asked and others:
            other = others[int(hashlib.sha256(lookup.question.encode()).hexdigest(), 16) % len(others)]
            note = f"check that nothing tells it; the nearest text is of {asked[0]}: {' '.join(sentence.split())}"
            item = add.unanswerable(lookup.question.replace(asked[0], other, 1), [lookup.answer], note, "near_miss")
            yield Draft(why=f"{asked[0]} became {other}; it may have become answerable, or nonsense", item=item)


def _absent(documents: Mapping[str, Document]) -> Iterator[Draft]:
    words = {word for document in documents.values() for word in re.findall(r"\w+", document.text.lower())}
    for topic in templates.TOPICS:
        if not any(word in words for word in re.findall(r"\w{5,}", topic.lower())):
            note = f"no document holds a word of “{topic}”"
            item = add.unanswerable(f"What do the documents say about {topic}?", [topic], note, "off_topic")
            yield Draft(why="a topic that no document names", item=item)


def write_drafts(path: Path, drafts: Iterable[Draft]) -> int:
    """Write the review file, and say how many; raises `GoldError` where there is one, which may hold decisions."""
    if path.exists():
        raise GoldError(f"{path} is there already and may hold decisions; accept from it, or name another file")
    lines = [draft.model_dump_json() for draft in drafts]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def accept(path: Path, gold: Path) -> tuple[Item, ...]:
    """Move what a person accepted from the review file into a gold file; the rest stays for later.

    Raises `GoldError`, and moves nothing, where the gold file cannot take all of it.
    """
    drafts = read_drafts(path)
    accepted = tuple(draft.item for draft in drafts if draft.accept)
    if accepted:
        add.append(gold, *accepted)
    rest = "".join(f"{draft.model_dump_json()}\n" for draft in drafts if not draft.accept)
    path.write_text(rest, encoding="utf-8")
    return accepted


def read_drafts(path: Path) -> tuple[Draft, ...]:
    """The proposals of a review file; raises `GoldError` by line."""
    drafts = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"drafts were to be read from {path}: {error}; make them with `rag eval draft`") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                drafts.append(Draft.model_validate(json.loads(line)))
            except (ValueError, ValidationError) as error:
                raise GoldError(
                    f"{path}:{number}: no draft: {str(error).splitlines()[0]}; mend or delete the line"
                ) from error
    return tuple(drafts)
