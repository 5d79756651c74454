"""What every suite does: read a file line by line, write passages as documents, mark evidence in them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.benchmark import Benchmark
from eval.corpus import read_corpus
from eval.gold import GoldError, Item, Span

PER_FOLDER = 500
"""Files in one folder of the corpus; more make it slow to look at."""


class SuiteError(GoldError):
    """A benchmark's file is not what its suite reads."""


@dataclass(frozen=True, slots=True)
class Written:
    """A passage that has become a file."""

    source: str
    text: str
    """Of the file: the title, where there is one, a blank line, the passage."""
    sha256: str
    offset: int
    """Where the passage begins in it."""

    def span(self, start: int, end: int) -> Span:
        """The evidence at these characters of the passage."""
        at = self.offset
        return Span(
            source=self.source,
            sha256=self.sha256,
            start=at + start,
            end=at + end,
            quote=self.text[at + start : at + end],
        )

    def whole(self) -> Span:
        """The passage itself."""
        return self.span(0, len(self.text.rstrip()) - self.offset)

    def spans_of(self, answer: str) -> list[Span]:
        """Where the answer stands in the passage, whatever its case and spacing."""
        words = [re.escape(word) for word in answer.split()]
        pattern = re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", re.IGNORECASE)
        return [self.span(m.start(), m.end()) for m in pattern.finditer(self.text[self.offset :]) if words]


@dataclass
class Passages:
    """The corpus of a suite as it is written: the same passage once, one file each."""

    folder: Path
    _written: dict[str, Written] = field(default_factory=dict)

    def add(self, text: str, title: str = "") -> Written:
        """The file of this passage, made if it is new."""
        # at the start of a file U+FEFF is a mark of its encoding and no text
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip().lstrip("\ufeff").strip()
        head = f"{title}\n\n" if title else ""
        content = f"{head}{text}\n"
        if content not in self._written:
            number = len(self._written)
            slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:50] or "passage"
            path = self.folder / f"{number // PER_FOLDER:03d}" / f"{number:06d}-{slug}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode("utf-8", "replace")
            path.write_bytes(data)
            source = path.relative_to(self.folder).as_posix()
            self._written[content] = Written(source, data.decode(), sha256(data).hexdigest(), len(head))
        return self._written[content]

    def benchmark(self, name: str, items: Iterable[Item], clusters: dict[str, str] | None = None) -> Benchmark:
        """The questions over what was written; a question is its own cluster unless it is named one."""
        asked = tuple(items)
        if not asked:
            raise SuiteError(f"{name}: the data holds no question that can be asked; name another file")
        named = clusters or {}
        return Benchmark(name, asked, read_corpus(self.folder), lambda item, _: named.get(item.id, item.id))


def records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line from 1, object) of a JSON Lines file, plain or gzipped; raises `SuiteError` by line."""
    # not splitlines(): it also breaks at U+2028, which is legal inside a JSON string
    for number, line in enumerate(text_of(path).split("\n"), 1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError as error:
                raise SuiteError(f"{path}:{number}: not JSON ({error}); one JSON object a line was wanted") from error
            if not isinstance(record, dict):
                raise SuiteError(f"{path}:{number}: a JSON object was wanted, found {type(record).__name__}")
            yield number, record


def text_of(path: Path) -> str:
    """A file's text, unpacked where it is gzipped."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read: {error}") from error


def wanted(path: Path, number: int, record: dict[str, Any], *names: str) -> list[Any]:
    """The values of these fields; raises `SuiteError` for one that is missing."""
    missing = [name for name in names if name not in record]
    if missing:
        found = ", ".join(sorted(record)) or "nothing"
        raise SuiteError(
            f"{path}:{number}: the field {missing[0]!r} is missing, found {found}; is it another set's file?"
        )
    return [record[name] for name in names]


def file_in(folder: Path, pattern: str, data: str) -> Path:
    """The one file whose name matches; raises `SuiteError` for none or several."""
    found = sorted(folder.glob(pattern)) if folder.is_dir() else []
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise SuiteError(f"{folder}: {data} was wanted, one file like {pattern}, found {names}; name its folder")
    return found[0]
