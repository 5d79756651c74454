"""Sentences where they stand, to make minimal pairs of.

Sentences of the seeds, of GUM's news (amir-zeldes/gum, CC BY), of passages of Natural Questions
(nelson-liu/lost-in-the-middle, MIT; text CC BY-SA 3.0), and, for the kinds that are rare there, of
the Wikinews and Wikipedia passages of QAMR (uwnlp/qamr, MIT; text CC BY 2.5 and CC BY-SA 3.0). Parsed
sentences for the passive also from the development part of the English Web Treebank
(UniversalDependencies/UD_English-EWT, CC BY-SA 4.0), and more for it, which is rare everywhere, from the passages
of SQuAD 1.1 (rajpurkar/SQuAD-explorer, CC BY-SA 4.0), SelQA (emorynlp/selqa, Apache-2.0) and TimeQA
(wenhuchen/Time-Sensitive-QA, BSD-3-Clause).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.conllu import Word, parsed
from rag.answer.support.words import FUNCTION_WORDS
from rag.ingest.sentences import split

VOICE_ONLY = ("web", "SQuAD", "SelQA", "TimeQA")
"""Sentences that serve only to change the voice: there are too few elsewhere that can."""


@dataclass(frozen=True, slots=True)
class Base:
    """A sentence where it stands."""

    corpus: str
    text: str
    before: str = ""
    title: str = ""
    names: tuple[str, ...] = ()
    """Names elsewhere in the document."""
    words: tuple[Word, ...] = ()
    """Its parse, where the corpus has one."""

    @property
    def tunes(self) -> bool:
        return hashlib.sha256(self.text.encode()).digest()[0] % 2 == 0


def bases(data: Path, seeds: Path) -> Iterator[Base]:
    for path in sorted(seeds.glob("*.txt")):
        yield from _of_text("seeds", path.read_text(encoding="utf-8"))
    for path in sorted((data / "text/gum_news").glob("*.conllu")):
        yield from _of_parse(path)
    yield from _of_parse(data / "text/ud_ewt_dev.conllu", VOICE_ONLY[0])
    with gzip.open(data / "retrieval/nq_open_oracle_first1300.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            for passage in json.loads(line)["ctxs"][:1]:
                yield from _of_text("natural questions", passage["text"], passage["title"])
    with gzip.open(data / "reader/qamr_passages.jsonl.gz", "rt", encoding="utf-8") as file:
        passages = {row["context"]: str(row["source"]).lower() for row in map(json.loads, file)}
    for corpus, mark in (("Wikinews", "wikinews"), ("Wikipedia", "wikipedia")):
        for text in (text for text, source in passages.items() if mark in source):
            yield from _of_text(corpus, text)
    yield from _for_the_voice(data)


def _for_the_voice(data: Path) -> Iterator[Base]:
    with gzip.open(data / "reader/squad1_train.json.gz", "rt", encoding="utf-8") as file:
        for article in json.load(file)["data"]:
            for paragraph in article["paragraphs"]:
                yield from _of_text("SQuAD", paragraph["context"], article["title"].replace("_", " "))
    for corpus, name in (("SelQA", "selqa_sentences"), ("TimeQA", "timeqa_human")):
        with gzip.open(data / f"reader/{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for text in dict.fromkeys(json.loads(line)["context"] for line in file):
                yield from _of_text(corpus, text)


def _of_text(corpus: str, text: str, title: str = "") -> Iterator[Base]:
    sentences = [" ".join(text[s.start : s.end].split()) for s in split(text)]
    yield from _in_context(corpus, sentences, title or sentences[0], [()] * len(sentences))


def _of_parse(path: Path, corpus: str = "GUM news") -> Iterator[Base]:
    sentences = list(parsed(path))
    texts = [text for text, _ in sentences]
    yield from _in_context(corpus, texts, texts[0], [words for _, words in sentences])


def _in_context(corpus: str, texts: list[str], title: str, parses: list[tuple[Word, ...]]) -> Iterator[Base]:
    names = tuple(dict.fromkeys(name for text in texts for name in names_in(text)))
    for i, text in enumerate(texts):
        if text[-1:] in '.!?”"' and 6 <= len(text.split()) <= 45:
            yield Base(corpus, text, " ".join(texts[max(i - 3, 0) : i]), title, names, parses[i])


_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-zé]{2,}(?: [A-Z][a-zé]{2,})*\b")
_NO_NAMES = re.compile(
    r"^(?:Mr|Mrs|Ms|Dr|The|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|\w+day)\b"
)


def names_in(text: str) -> list[str]:
    return [m[0] for m in _NAME.finditer(text) if not _NO_NAMES.match(m[0]) and m[0].lower() not in FUNCTION_WORDS]
