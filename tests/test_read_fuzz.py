"""Damaged files of every kind: a reader gives a text whose sections resolve, or a reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from hostile_parts import good
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_files import zipped

from rag.errors import Unreadable
from rag.ingest.read import _extract, sandbox
from rag.ingest.read.extracted import Extracted

WHOLE = {
    **good(),
    "html": (
        b"<html><body><h1>News</h1><p>The town voted.</p><table><tr><th>a</th></tr><tr><td>1</td></tr></table>"
        b"</body></html>"
    ),
    "csv": b'item,price\nlamp,12\n"desk, large",80\n',
    "json": b'{"shop": "Acme", "orders": [{"item": "lamp", "price": 12.50}, {"tags": ["a", null, true]}]}',
    "jsonl": b'{"a": 1}\n{"b": [1, {"c": 2}]}\nnone\n',
    "eml": (
        b"From: Ann <ann@example.org>\nSubject: =?utf-8?q?Caf=C3=A9?=\nDate: Tue, 5 Mar 2024 23:30:00 +0100\n"
        b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\nHello.\n"
        b"--B\nContent-Type: text/html\n\n<p>Hi.</p>\n--B--\n"
    ),
    "markdown": b"---\ntitle: A\n---\n# One\n\nText.\n\n```\ncode\n```\n\nTwo\n---\n\n- item\n",
    "rst": b"One\n===\n\n:date: 2024-03-05\n\nText.\n\nTwo\n---\n\n* item\n",
    "text": b"The title\n\nPublished on 5 March 2024. The town voted, and the bridge will be built.\n",
}
PACKED = {"docx", "xlsx", "pptx", "epub"}

edits = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from(
                [
                    b"<",
                    b">",
                    b"&",
                    b'"',
                    b"\0",
                    b"\n\n",
                    b"\xff",
                    b"]]>",
                    b"<!--",
                    b"{",
                    b"[",
                    b"--B\n",
                    b"r:id",
                    b"99999999999",
                ]
            ),
        ),
    ),
    min_size=1,
    max_size=6,
)
"""Where, as a part of the whole; how many bytes are taken out; what is put in."""


def edited(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, taken, put in changes:
        at = int(where * len(data))
        data = data[:at] + put + data[at + taken :]
    return data


def edited_within(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """The archive, whole, with one of its entries edited: damage that no checksum tells."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = sorted(archive.namelist())
    chosen = names[int(changes[0][0] * 997) % len(names)]
    return zipped({n: edited(archive.read(n), changes) if n == chosen else archive.read(n) for n in names})


def check(kind: str, data: bytes) -> None:
    try:
        found = _extract(kind, data)
    except Unreadable:
        return
    assert isinstance(found, Extracted)
    ends = [0]
    for section in found.sections:
        assert ends[-1] <= section.start <= section.end <= len(found.text)
        ends.append(section.end)
    assert all(0 <= start < end <= len(found.text) for start, end in found.boilerplate)
    if kind not in {"html", "pdf"}:
        found.text.encode()


def fuzz(kind: str, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(changes=edits, within=st.booleans())
    def run(changes: list[tuple[float, int, bytes]], within: bool) -> None:
        change = edited_within if within and kind in PACKED else edited
        check(kind, change(WHOLE[kind], changes))

    run()


@pytest.fixture(scope="module", autouse=True)
def _no_child_is_left() -> Iterator[None]:
    yield
    sandbox.close()


@pytest.mark.parametrize("kind", WHOLE)
def test_a_damaged_file_gives_a_text_or_a_reason(kind: str) -> None:
    check(kind, WHOLE[kind])
    fuzz(kind, 25)


@pytest.mark.long
@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_damaged_in_two_thousand_ways_gives_a_text_or_a_reason(kind: str) -> None:
    fuzz(kind, 2_000)
