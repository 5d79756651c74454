"""Whether the files of Chroma's index fit together, looked at before native code reads them.

hnswlib does not notice a write that fails, so that a full disk may leave one of the files as it was before; and it
reads without looking: with files of different moments it overwrites its own memory.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from rag.library.files import Damaged

HEADER = struct.Struct("<i6Qii3QdQ")
"""Version, offset, room, elements, bytes of each, offsets of label and vector, levels, entry, links and more."""
VERSION = 1
BLOCK = 8192
"""Elements looked at together."""


def check(folder: Path) -> None:
    """Raises `Damaged` unless the graph holds as many elements as it says, linked with each other alone."""
    for header in folder.glob("*/header.bin"):
        _check(header)


def _check(path: Path) -> None:
    data = path.read_bytes()
    if len(data) != HEADER.size:
        raise Damaged(f"{path} is {len(data)} bytes long, not {HEADER.size}")
    version, _, room, count, size, *_, entry, _, most, _, _, _ = HEADER.unpack(data)
    if version != VERSION:
        raise Damaged(f"{path} has version {version}, not {VERSION}")
    for file, least in (("data_level0.bin", size * count), ("length.bin", 4 * count), ("link_lists.bin", 4 * count)):
        if not path.with_name(file).is_file() or path.with_name(file).stat().st_size < least:
            raise Damaged(f"{path.with_name(file)} is missing, or has not the {least} bytes of {count} elements")
    if count:
        _check_links(path.with_name("data_level0.bin"), count, size, most)
    if count > room or entry >= max(count, 1) or _lists(path.with_name("link_lists.bin")) != count:
        raise Damaged(f"{path} speaks of {count} elements, and there are others")


def _check_links(path: Path, count: int, size: int, most: int) -> None:
    """At the lowest level: of each element the number of links, and the elements that they lead to."""
    elements = np.memmap(path, dtype=np.uint8, mode="r", shape=(count, size))
    for start in range(0, count, BLOCK):
        links = np.ascontiguousarray(elements[start : min(start + BLOCK, count), : 4 + 4 * most]).view("<u4")
        numbers = links[:, 0] & 0xFFFF
        used = np.arange(most) < numbers[:, None]
        if (numbers > most).any() or (links[:, 1:][used] >= count).any():
            raise Damaged(f"{path} has links that lead nowhere")


def _lists(path: Path) -> int:
    """How many lists of higher levels the file holds: each is its length in bytes, and so many bytes; -1: it is cut."""
    data = path.read_bytes()
    at = lists = 0
    while at + 4 <= len(data):
        at += 4 + int.from_bytes(data[at : at + 4], "little")
        lists += 1
    return lists if at == len(data) else -1
