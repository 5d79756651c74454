"""The files that a run is about, read afresh: what citations and gold are held against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.gold import GoldError, Item
from rag.errors import Unreadable
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder and its documents by source; files that cannot be read are not among them.

    It is read past the library on purpose: a library that mixes up its documents must not be the
    witness for its own citations.
    """

    folder: Path
    documents: Mapping[str, Document]

    def sha256(self) -> str:
        """Of all names and contents: another value is another corpus."""
        digest = hashlib.sha256()
        for source, document in sorted(self.documents.items()):
            digest.update(f"{source}\0{document.sha256}\0".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def read_corpus(folder: Path) -> Corpus:
    """Everything that an ingest of the folder would read; raises `GoldError` where there is nothing."""
    from rag.ingest.read import read, sandbox
    from rag.ingest.walk import Found, walk

    if not folder.is_dir():
        raise GoldError(f"the corpus was to be read from {folder}, but there is no such folder; give --corpus DIR")
    documents = {}
    for entry in walk(folder, "", folder / ".rag"):
        if isinstance(entry, Found):
            try:
                documents[entry.path] = read(folder / entry.path, entry.path)
            except Unreadable:
                continue  # the ingest lists it with its reason
    sandbox.close()
    if not documents:
        raise GoldError(f"the corpus {folder} holds no document that can be read; name another folder")
    return Corpus(folder, documents)


def check(items: tuple[Item, ...], corpus: Mapping[str, Document]) -> None:
    """Raise `GoldError` where the text that the assistant reads is not the one that gold was written over."""
    for item in items:
        for span in (span for group in item.evidence for span in group):
            if span.source not in corpus:
                raise GoldError(f"{item.id}: its evidence is in {span.source}, which the corpus lacks; give its folder")
            read = corpus[span.source].text[span.start : span.end]
            if read != span.quote:
                raise GoldError(
                    f"{item.id}: the assistant reads {read!r} at {span.start}:{span.end} of {span.source}, "
                    f"gold quotes {span.quote!r}; mark the evidence in the text as the assistant reads it"
                )


def paragraph(item: Item, corpus: Mapping[str, Document]) -> str:
    """The paragraph of the item's first evidence, the unit that questions share; the item itself where it has none."""
    if not item.evidence:
        return item.id
    span = item.evidence[0][0]
    before = corpus[span.source].text[: span.start]
    return f"{span.source}#{sum(not line.strip() for line in before.splitlines())}"
