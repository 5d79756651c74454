"""A folder of files that are broken, odd or meant to harm: more than 200 of more than 30 kinds.

    python tests/hostile.py FOLDER

Each kind is a function that gives names and contents; `make` writes them, each kind in a folder of its name, and adds
what is no regular file. The same each time.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import hostile_packed as packed
import hostile_texts as texts
from hostile_parts import CANARY, PROSE, Files
from made_files import zipped

KINDS: tuple[Callable[[], Files], ...] = (
    packed.empty,
    packed.blank,
    packed.noise,
    packed.truncated,
    packed.flipped,
    packed.misnamed,
    packed.other_formats,
    packed.encrypted,
    packed.bombs,
    packed.nested_archives,
    packed.escaping_names,
    packed.laughs,
    packed.outside_entities,
    packed.missing_parts,
    packed.pdf_loops,
    packed.pdf_bombs,
    texts.long_lines,
    texts.deep_nesting,
    texts.slow_patterns,
    texts.hidden_text,
    texts.zero_width,
    texts.bidirectional,
    texts.tag_characters,
    texts.homoglyphs,
    texts.encodings,
    texts.odd_tables,
    texts.odd_sheets,
    texts.odd_records,
    texts.odd_mails,
    texts.odd_names,
    texts.duplicates,
)
NO_FILES = ("names_that_are_not_utf8", "links", "pipes", "sockets", "devices")
"""The kinds that `make` adds by itself."""
SLOW = frozenset({"pdf_bombs", "long_lines", "bombs"})
"""They cost seconds to make or to read."""


def make(folder: Path, canary: Path, kinds: tuple[Callable[[], Files], ...] = KINDS) -> list[bytes]:
    """Writes them; returns the path of each in the folder, in bytes, since some are no UTF-8.

    `canary` is a file outside the folder, which is written too.
    """
    canary.write_text(CANARY)
    made = []
    for kind in kinds:
        for name, content in kind():
            path = folder / kind.__name__ / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if kind is packed.outside_entities:
                content = _pointing(content, canary)
            path.write_bytes(content)
            made.append(os.fsencode(path.relative_to(folder)))
    return made + _no_regular_files(folder, canary)


def _pointing(data: bytes, canary: Path) -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return zipped({n: archive.read(n).replace(b"{canary}", bytes(canary)) for n in archive.namelist()})


def _no_regular_files(folder: Path, canary: Path) -> list[bytes]:
    """Links, pipes, sockets, devices, and names that are no UTF-8."""
    odd = folder / "odd"
    odd.mkdir(parents=True, exist_ok=True)
    (odd / "to-outside.txt").symlink_to(canary)
    (odd / "to-nowhere.txt").symlink_to("nowhere")
    (odd / "to-itself.txt").symlink_to("to-itself.txt")
    (odd / "to-above").symlink_to("..")
    os.mkfifo(odd / "pipe.txt")
    listening = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(odd)  # the path of a socket may be no longer than 107 bytes
    try:
        listening.bind("socket.txt")
    finally:
        os.chdir(here)
        listening.close()
    for name in (b"caf\xe9.txt", b"\xff\xfe.txt", b"\x80.md"):
        Path(os.fsdecode(bytes(odd) + b"/" + name)).write_text(PROSE)
    with contextlib.suppress(OSError):  # only root may
        os.mknod(odd / "zero.txt", 0o666 | 0o020000, os.makedev(1, 5))
    return sorted(b"odd/" + os.fsencode(entry.name) for entry in odd.iterdir())


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    paths = make(place, place.parent / "canary.txt")
    print(f"{len(paths)} files of {len(KINDS) + len(NO_FILES)} kinds in {place}")
