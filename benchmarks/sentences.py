"""Sentence splitters compared: boundary F1, exact offsets, speed and worst case.

    python benchmarks/sentences.py --data PATH [--half development|test]

PATH holds `gum_news/*.conllu` (Wikinews articles of GUM, github.com/amir-zeldes/gum, CC BY) and
`ud_ewt_dev.conllu` (UD English EWT, github.com/UniversalDependencies/UD_English-EWT, CC BY-SA 4.0).
Documents are halved by turns: rules were written looking at one half, figures are of the other. A boundary is
where a sentence ends inside a paragraph: the ends of paragraphs, which blank lines give away, do not count.
Splitters that are not installed (pysbd, blingfire) are left out.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.ingest.sentences import split

Splitter = Callable[[str], list[tuple[int, int]] | list[str]]
"""Spans, or pieces of text that have to be found again."""


@dataclass(frozen=True)
class Annotated:
    """A running text and where its sentences end inside paragraphs."""

    text: str
    paragraph_ends: frozenset[int]
    ends: frozenset[int]


def read_conllu(path: Path) -> Iterator[Annotated]:
    """One text per `newdoc`, paragraphs a blank line apart."""
    for part in re.split(r"(?m)^(?=# newdoc)", path.read_text("utf-8")):
        if part.strip():
            yield _annotated(part)


def _annotated(conllu: str) -> Annotated:
    text = ""
    ends: set[int] = set()
    paragraph_ends: set[int] = set()
    for block in conllu.strip().split("\n\n"):
        lines = block.split("\n")
        if text and any(line.startswith("# newpar") for line in lines):
            paragraph_ends.add(len(text.rstrip()))
            text = text.rstrip() + "\n\n"
        inside_until = 0
        for line in lines:
            if line.startswith("#"):
                continue
            identity, form, *_, misc = line.split("\t")
            first = re.match(r"\d+", identity)
            if "." in identity or first is None or ("-" not in identity and int(first[0]) <= inside_until):
                continue
            if "-" in identity:
                inside_until = int(identity.split("-")[1])
            text += form + ("" if "SpaceAfter=No" in misc else " ")
        ends.add(len(text.rstrip()))
    paragraph_ends.add(len(text.rstrip()))
    return Annotated(text.rstrip(), frozenset(paragraph_ends), frozenset(ends - paragraph_ends))


def wrapped(document: Annotated, column: int = 80) -> Annotated:
    """The same text broken at a column; offsets stay as they are."""
    characters = list(document.text)
    line_start = last_space = 0
    for offset, character in enumerate(document.text):
        if character == "\n":
            line_start = last_space = offset + 1
        elif character == " ":
            last_space = offset
        if offset - line_start >= column and last_space > line_start:
            characters[last_space] = "\n"
            line_start = last_space + 1
    return Annotated("".join(characters), document.paragraph_ends, document.ends)


def splitters() -> dict[str, Splitter]:
    found: dict[str, Splitter] = {"rag": lambda text: [(s.start, s.end) for s in split(text)]}
    from llama_index.core.node_parser.text.utils import split_by_sentence_tokenizer
    from llama_index.core.utils import globals_helper

    found["punkt (nltk)"] = lambda text: list(globals_helper.punkt_tokenizer.span_tokenize(text))
    found["LlamaIndex"] = split_by_sentence_tokenizer()
    try:
        import pysbd

        # Its offsets are wrong where a sentence repeats, and it cleans text unless told not to.
        found["pysbd"] = pysbd.Segmenter(language="en", clean=False).segment
    except ImportError:
        pass
    try:
        import blingfire

        found["blingfire"] = lambda text: blingfire.text_to_sentences(text).split("\n")
    except ImportError:
        pass
    return found


def located(text: str, pieces: list[tuple[int, int]] | list[str]) -> tuple[set[int], int]:
    """Where the pieces end, and how many are not to be found as they are."""
    ends: set[int] = set()
    lost = at = 0
    for piece in pieces:
        if isinstance(piece, tuple):
            ends.add(piece[0] + len(text[piece[0] : piece[1]].rstrip()))
            continue
        pattern = re.compile(r"\s+".join(map(re.escape, piece.split())))
        match = pattern.search(text, at) if piece.strip() else None
        if match:
            lost += match[0] != piece.strip()
            at = match.end()
            ends.add(at)
        else:
            lost += bool(piece.strip())
    return ends, lost


def f1(counts: list[tuple[int, int, int]]) -> float:
    hits, found, gold = (sum(column) for column in zip(*counts, strict=True))
    return 2 * hits / (found + gold) if found + gold else 0.0


def interval(counts: list[tuple[int, int, int]], rounds: int = 1000) -> tuple[float, float]:
    """95%, by drawing whole documents."""
    draw = random.Random(0)
    values = sorted(f1(draw.choices(counts, k=len(counts))) for _ in range(rounds))
    return values[int(0.025 * rounds)], values[int(0.975 * rounds)]


def compare(name: str, documents: list[Annotated]) -> None:
    gold = sum(len(document.ends) for document in documents)
    print(f"\n{name}: {len(documents)} documents, {gold} boundaries")
    print(f"{'':14}  {'F1':6} {'95%':14} {'precision':9} {'recall':7} {'kchar/s':>8}  not verbatim")
    for splitter_name, splitter in splitters().items():
        counts = []
        lost = 0
        elapsed = 0.0
        for document in documents:
            begun = time.perf_counter()
            pieces = splitter(document.text)
            elapsed += time.perf_counter() - begun
            ends, missing = located(document.text, pieces)
            lost += missing
            ends -= document.paragraph_ends
            counts.append((len(ends & document.ends), len(ends), len(document.ends)))
        low, high = interval(counts)
        hits, found, _ = (sum(column) for column in zip(*counts, strict=True))
        speed = sum(len(document.text) for document in documents) / elapsed / 1000
        precision, recall = hits / max(1, found), hits / gold
        print(
            f"{splitter_name:14}  {f1(counts):.3f}  {low:.3f}..{high:.3f}  {precision:9.3f} {recall:7.3f}"
            f" {speed:8,.0f}  {lost}"
        )


def worst_case(characters: int) -> None:
    print(f"\nworst case, {characters:,} characters without a line break, seconds")
    units = ("x", "word ", ".", "A. ", '."', "! ? ", "“", "x.", " ", "Mr.\n")
    for unit in units:
        text = (unit * (characters // len(unit) + 1))[:characters]
        begun = time.perf_counter()
        split(text)
        print(f"  {unit!r:10} {time.perf_counter() - begun:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--half", choices=("development", "test"), default="test")
    parser.add_argument(
        "--worst", type=int, default=5_000_000, help="characters of the worst cases; 0 to leave them out"
    )
    arguments = parser.parse_args()
    first = 0 if arguments.half == "development" else 1
    news = [document for path in sorted(arguments.data.glob("gum_news/*.conllu")) for document in read_conllu(path)]
    web = list(read_conllu(arguments.data / "ud_ewt_dev.conllu"))
    compare("GUM news", news[first::2])
    compare("EWT, web", web[first::2])
    compare("GUM news wrapped at 80", [wrapped(document) for document in news[first::2]])
    if arguments.worst:
        worst_case(arguments.worst)


if __name__ == "__main__":
    main()
