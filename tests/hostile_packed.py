"""Hostile files of packed formats: halves, flipped bits, bombs, escaping names, loops."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

from hostile_parts import BODY, LAUGHS, PROSE, Files, good
from made_files import epub, replaced, zipped
from test_read_pdf import minimal_pdf


def empty() -> Files:
    for ending in "txt md rst html pdf docx xlsx pptx epub csv eml json jsonl py".split():
        yield f"empty.{ending}", b""


def blank() -> Files:
    for ending in "txt md html csv eml json jsonl".split():
        yield f"blank.{ending}", b" \n\t\r\n" * 50


def noise() -> Files:
    chance = random.Random(1)
    for ending in "txt md html pdf docx xlsx pptx epub csv eml json jsonl".split():
        yield f"noise.{ending}", chance.randbytes(3_000)


def truncated() -> Files:
    for kind, data in good().items():
        for share in (0.1, 0.5, 0.95):
            yield f"cut-{share}.{kind}", data[: int(len(data) * share)]


def flipped() -> Files:
    chance = random.Random(2)
    for kind, data in good().items():
        for n in range(4):
            bits = bytearray(data)
            for _ in range(3 * n + 1):
                bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
            yield f"flipped-{n}.{kind}", bytes(bits)


def misnamed() -> Files:
    for kind, data in good().items():
        yield f"really-{kind}.txt", data
    for ending in ("pdf", "docx", "xlsx", "epub"):
        yield f"really-text.{ending}", PROSE.encode()
    yield "really-html.csv", b"<!doctype html><html><body><p>" + PROSE.encode() * 5 + b"</p></body></html>"


def other_formats() -> Files:
    marks = {
        "png": b"\x89PNG\r\n\x1a\n",
        "gz": b"\x1f\x8b\x08",
        "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "7z": b"7z\xbc\xaf",
    }
    for ending, mark in marks.items():
        yield f"other.{ending}", mark + b"\0" * 600
    yield "other.rtf", b"{\\rtf1 hello}"
    yield "other.zip", zipped({"a.txt": PROSE})
    yield "other.tar", b"a.txt" + b"\0" * 252 + b"ustar" + b"\0" * 300


def encrypted() -> Files:
    zeros = "00" * 32
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{zeros}> /U <{zeros}> /P -44 >> /ID [<{zeros}> <{zeros}>]"
    yield "locked.pdf", minimal_pdf(["Secret."], encrypt=lock)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    yield "locked.docx", ole + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
    yield "locked.xlsx", _flagged(good()["xlsx"])
    yield "locked.epub", replaced(epub({"a.xhtml": ""}), {"META-INF/rights.xml": "<rights/>"})


def _flagged(data: bytes) -> bytes:
    """The archive with the mark of encryption on its first entry."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + b"\x01\0" + data[at + 10 :]


# ---------------------------------------------------------------- archives


def bombs() -> Files:
    """Declared sizes of 450 MB and of 4 GB, and 450 MB behind a declared size of 500 bytes."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    megabyte = block.compress(b" " * 1_000_000) + block.flush(zlib.Z_FULL_FLUSH)
    packed = megabyte * 450 + block.flush()
    for kind, body in BODY.items():
        yield f"honest.{kind}", _with_raw(good()[kind], body, packed, 450_000_000)
        yield f"boasting.{kind}", _with_raw(good()[kind], body, packed[:1_000], 0xFFFF_FFF0)
        yield f"lying.{kind}", _with_raw(good()[kind], body, packed, 500)


def _with_raw(data: bytes, name: str, packed: bytes, declared: int) -> bytes:
    """The archive with an entry of packed bytes put in as they are, whatever they unpack to."""
    source = zipfile.ZipFile(io.BytesIO(data))
    entries = {n: source.read(n) for n in source.namelist() if n != name}
    out, directory = b"", b""
    for entry, content in [*entries.items(), (name, None)]:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        raw = packed if content is None else deflate.compress(content) + deflate.flush()
        size = declared if content is None else len(content)
        fields = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, zlib.crc32(content or b""), len(raw), size)
        at = len(out)
        out += b"PK\x03\x04" + fields + struct.pack("<HH", len(entry), 0) + entry.encode() + raw
        directory += (
            b"PK\x01\x02\x14\0" + fields + struct.pack("<HHHHHII", len(entry), 0, 0, 0, 0, 0, at) + entry.encode()
        )
    count = len(entries) + 1
    return out + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(out), 0)


def nested_archives() -> Files:
    inner = zipped({"a.txt": "x" * 100_000})
    for n in range(6):
        inner = zipped({f"{n}-{copy}.zip": inner for copy in range(4)})
    yield "nested.zip", inner
    yield (
        "nested.docx",
        replaced(good()["docx"], {"word/embeddings/inner.docx": good()["docx"], "word/media/a.zip": inner}),
    )
    yield "nested.epub", replaced(good()["epub"], {"OEBPS/inner.epub": good()["epub"]})
    yield "many.epub", replaced(good()["epub"], {f"OEBPS/{n}.txt": "" for n in range(21_000)})


def escaping_names() -> Files:
    names = ("../../../escaped.txt", "/tmp/footnote-escaped.txt", "..\\..\\escaped.txt", "C:\\escaped.txt", "a/\0b.txt")
    for kind in BODY:
        yield f"slip.{kind}", replaced(good()[kind], dict.fromkeys(names, PROSE))
    yield "slip.zip", zipped(dict.fromkeys(names, PROSE))
    book = epub({"../../../../etc/passwd": "x", "a.xhtml": PROSE})
    yield "slip-spine.epub", book
    relations = "word/_rels/document.xml.rels"
    outside = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        'Target="../../../../etc/passwd"/>'
        "</Relationships>"
    )
    yield "slip-relation.docx", replaced(good()["docx"], {relations: outside})


def laughs() -> Files:
    for kind, body in BODY.items():
        yield f"laughs.{kind}", replaced(good()[kind], {body: f"{LAUGHS}<x>&l11;</x>"})
        yield f"laughs-properties.{kind}", replaced(good()[kind], {"docProps/core.xml": f"{LAUGHS}<x>&l11;</x>"})
    yield "laughs.html", f"{LAUGHS}<html><body><p>{PROSE}&l11;</p></body></html>".encode()


def outside_entities() -> Files:
    """A parser that loads entities would carry the canary into the library."""
    for kind, body in BODY.items():
        entity = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file://{canary}'>]>"
        raw = f"{entity}<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>"
        yield f"entity.{kind}", replaced(good()[kind], {body: raw})


def missing_parts() -> Files:
    for kind in BODY:
        whole = zipfile.ZipFile(io.BytesIO(good()[kind]))
        for gone in (BODY[kind], "[Content_Types].xml", "_rels/.rels", "OEBPS/book.opf", "xl/workbook.xml"):
            if gone in whole.namelist():
                rest = {name: whole.read(name) for name in whole.namelist() if name != gone}
                yield f"without-{gone.rpartition('/')[2].strip('.[]')}.{kind}", zipped(rest)
    loop = good()["epub"]
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='META-INF/container.xml'/></rootfiles></container>"
    )
    yield "own-package.epub", replaced(loop, {"META-INF/container.xml": container})
    often = "<package><manifest><item id='c' href='a.xhtml' media-type='application/xhtml+xml'/></manifest><spine>"
    often += "<itemref idref='c'/>" * 9_000 + "</spine></package>"
    yield "one-chapter-often.epub", replaced(loop, {"OEBPS/book.opf": often})


# ---------------------------------------------------------------- PDF


def pdf_loops() -> Files:
    page = minimal_pdf(["Text."])
    yield "pages-in-a-circle.pdf", page.replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
    yield "parent-in-a-circle.pdf", page.replace(b"/Parent 2 0 R", b"/Parent 5 0 R")
    yield "contents-is-the-page.pdf", page.replace(b"/Contents 6 0 R", b"/Contents 5 0 R")
    yield "length-of-itself.pdf", page.replace(b"/Length ", b"/Length 6 0 R /Was ", 1)
    yield "table-in-a-circle.pdf", page.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9")
    yield "count-of-millions.pdf", page.replace(b"/Count 1", b"/Count 99999999")


def pdf_bombs() -> Files:
    yield "one-page-often.pdf", minimal_pdf(["x" * 600], times=9_000)
    packed = zlib.compress(b"(ha) Tj " * 20_000_000, 9)
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed)
    page = minimal_pdf(["Text."])
    start = page.index(b"<< /Length ")
    yield "stream-of-160-mb.pdf", page[:start] + stream + page[page.index(b"endstream") + 9 :]
