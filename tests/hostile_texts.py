"""Hostile and odd texts: long lines, deep nesting, slow patterns, hidden text, tables, records, mail, names."""

from __future__ import annotations

import json

from hostile_parts import BODY, HIDDEN, PROSE, Files, good
from made_files import docx, epub, paragraph, replaced, xlsx


def long_lines(size: int = 5_000_000) -> Files:
    text = b"x" * (size - 100)
    yield "line.txt", text
    yield "line.md", b"# " + text
    yield "line.rst", text
    yield "line.html", b"<html><body><p>" + text + b"</p></body></html>"
    yield "line.csv", b"a,b\n" + text + b",1\n"
    yield "line.json", b'{"a": "' + text + b'"}'
    yield "line.jsonl", b'{"a": "' + text + b'"}'
    yield "line.eml", b"Subject: long\n\n" + text


def deep_nesting() -> Files:
    yield "tags.html", b"<html><body>" + b"<div>" * 10_000 + PROSE.encode() + b"</div>" * 10_000
    yield "spans.html", b"<html><body><p>" + b"<b><i>" * 10_000 + PROSE.encode()
    yield "lists.json", b"[" * 100_000 + b"]" * 100_000
    yield "records.json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    yield "lists.jsonl", b"[" * 20_000 + b"]" * 20_000 + b"\n" + b'{"a": 1}\n'
    yield "tables.docx", docx("<w:tbl><w:tr><w:tc>" * 3_000 + paragraph(PROSE) + "</w:tc></w:tr></w:tbl>" * 3_000)
    yield "tables.epub", epub({"a.xhtml": "<table><tr><td>" * 3_000 + PROSE})
    yield "quotes.md", b">" * 10_000 + PROSE.encode()
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2_000))
    yield "parts.eml", f"Subject: deep\n{parts}Content-Type: text/plain\n\n{PROSE}".encode()
    mails = "Content-Type: message/rfc822\n\nSubject: within\n" * 500
    yield "mails.eml", f"Subject: deep\n{mails}\n{PROSE}".encode()


def slow_patterns() -> Files:
    """What makes careless regular expressions take time by the square of the length, or worse."""
    yield "brackets.md", b"# " + b"[" * 30_000 + b"\n\n" + PROSE.encode()
    yield "links.md", b"# " + b"[a](" * 8_000 + b"\n\n" + PROSE.encode()
    yield "fences.md", b"```\n" * 5_000 + PROSE.encode()
    yield "headings.md", b"# a\n" * 5_000
    yield "underlines.rst", b"=" * 20_000 + b"\n" + PROSE.encode()
    yield "comments.html", b"<!--" * 50_000 + b"<html><body><p>" + PROSE.encode()
    yield "attributes.html", b"<html><body><p " + b"a=" * 50_000 + b">" + PROSE.encode()
    yield "stops.txt", b". " * 20_000
    yield "spaces.txt", b"a" + b" " * 500_000 + b"b"
    yield "breaks.txt", b"\n" * 500_000 + PROSE.encode()
    yield "dates.txt", b"2024-" * 10_000
    yield "digits.csv", b"name,n\n" + b"1" * 30_000 + b"x,2\n"
    yield "front.md", b"---\n" + b"title: a\n" * 5_000


def hidden_text() -> Files:
    styles = ("display:none", "visibility:hidden", "font-size:0", "opacity:0", "position:absolute;left:-9999px")
    shown = f"<p>{PROSE * 4}</p>"
    for n, style in enumerate(styles):
        yield f"hidden-{n}.html", f"<html><body>{shown}<p style='{style}'>{HIDDEN}</p></body></html>".encode()
    yield "hidden.docx", docx(paragraph(PROSE), paragraph(HIDDEN, hidden=True))
    yield "hidden.epub", epub({"a.xhtml": f"{shown}<div hidden=''>{HIDDEN}</div><!-- {HIDDEN} -->"})
    yield "hidden.xlsx", xlsx({"Open": [["shown", PROSE]], "Drafts": [[HIDDEN]]}, hidden="Drafts")
    mail = f"Subject: x\nContent-Type: text/html\n\n{shown}<span style='display:none'>{HIDDEN}</span>"
    yield "hidden.eml", mail.encode()


def zero_width() -> Files:
    for name, mark in {"space": "\u200b", "joiner": "\u200d", "mark": "\ufeff", "hyphen": "\xad"}.items():
        yield f"zero-width-{name}.txt", mark.join(PROSE).encode()


def bidirectional() -> Files:
    for name, mark in {"override": "\u202e", "embed": "\u202b", "isolate": "\u2067"}.items():
        yield f"bidi-{name}.txt", f"{mark}{PROSE}\u202c".encode()
    yield "bidi.html", f"<html><body><p dir='rtl'>\u202e{PROSE * 4}</p></body></html>".encode()


def tag_characters() -> Files:
    unseen = "".join(chr(0xE0000 + ord(character)) for character in HIDDEN)
    yield "tags.txt", f"{PROSE}{unseen}".encode()
    yield "tags.md", f"# {unseen}\n\n{PROSE}".encode()
    yield "tags.docx", docx(paragraph(PROSE + unseen))


def homoglyphs() -> Files:
    yield "cyrillic.txt", PROSE.replace("e", "\u0435").replace("o", "\u043e").encode()
    yield "wide.txt", "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in PROSE).encode()
    yield "mathematical.txt", "".join(chr(0x1D41A + ord(c) - 97) if c.islower() else c for c in PROSE).encode()
    yield "stacked.txt", "".join(c + "\u0301" * 60 for c in PROSE).encode()


def encodings() -> Files:
    yield "half-surrogates.json", b'{"text": "\\ud800 and \\udc00 apart"}'
    yield "half-surrogates.jsonl", b'{"text": "\\ud800"}\n{"text": "whole"}\n'
    yield "surrogates.txt", b"\xed\xa0\x80\xed\xb0\x80 " * 20
    yield "odd-utf16.txt", b"\xff\xfe" + PROSE.encode("utf-16-le") + b"x"
    yield "utf7.txt", PROSE.encode("utf-7") + b"+AGEAYg-"
    yield "overlong.txt", PROSE.encode() + b"\xc0\xaf\xe0\x80\xaf"
    yield "mixed.txt", PROSE.encode() + "é".encode("latin-1") + "ü".encode()
    yield "zeros.txt", PROSE.encode().replace(b" ", b"\0")
    yield "escapes.log", b"\x1b[31m" + PROSE.encode() + b"\x07\x1b]0;title\x07"
    yield "wrong-charset.html", b"<html><head><meta charset=nonsense></head><body><p>" + PROSE.encode() * 5


# ---------------------------------------------------------------- tables, records, mail


def odd_tables() -> Files:
    yield "open-quote.csv", b'a,b\n"never closed,1\n' + b"x,1\n" * 1_000
    yield "wide.csv", b",".join(b"%d" % n for n in range(8_000)) + b"\n1,2\n"
    yield "commas.csv", b"," * 50_000
    yield "formulas.csv", b"a,b\n=cmd|' /C calc'!A0,=HYPERLINK(\"http://x.example\")\n"
    yield "ragged.csv", b"\n".join(b"x," * n for n in range(80))
    yield "zeros.tsv", b"a\tb\n\0\t\0\nx\ty\n"
    yield "returns.csv", b"a,b\r1,2\r3,4\r"


def odd_sheets() -> Files:
    sheet = "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>{}</sheetData>{}</worksheet>"
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    body = BODY["xlsx"]
    whole = good()["xlsx"]
    yield "corners.xlsx", replaced(whole, {body: sheet.format(corners, "")})
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield "merged.xlsx", replaced(whole, {body: sheet.format('<row r="1"><c r="A1"><v>1</v></c></row>', merged)})
    yield (
        "beyond.xlsx",
        replaced(whole, {body: sheet.format('<row r="9"><c r="ZZZZZZ99999999"><v>1</v></c></row>', "")}),
    )
    yield "no-string.xlsx", replaced(whole, {body: sheet.format('<row><c t="s"><v>99</v></c></row>', "")})
    yield "not-xml.xlsx", replaced(whole, {body: PROSE})
    yield "date.xlsx", replaced(whole, {body: sheet.format('<row><c t="d"><v>9999999999</v></c></row>', "")})


def odd_records() -> Files:
    yield "number.json", b'{"n": ' + b"9" * 20_000 + b"}"
    yield "nan.json", b'{"n": [NaN, Infinity, -Infinity, 1e999999]}'
    yield "same-keys.json", b'{"a": 1, "a": 2, "a": 3}'
    yield "many-keys.json", json.dumps({f"key {n}": n for n in range(3_000)}).encode()
    yield "wide.json", json.dumps([[n] for n in range(4_000)]).encode()
    yield "marked.json", b"\xef\xbb\xbf" + json.dumps({"a": PROSE}).encode()
    yield "keys.json", json.dumps({"": 1, "__proto__": {"x": 1}, "a\nb": PROSE, "../..": 2}).encode()
    yield "comments.json", b'{"a": 1 /* one */, }'


def odd_mails() -> Files:
    yield "no-boundary.eml", b"Subject: x\nContent-Type: multipart/mixed\n\n" + PROSE.encode()
    yield "open-boundary.eml", b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + PROSE.encode()
    yield "header.eml", b"Subject: " + b"very long " * 50_000 + b"\n\n" + PROSE.encode()
    yield "headers.eml", b"X-Many: yes\n" * 20_000 + b"Subject: x\n\n" + PROSE.encode()
    yield (
        "charset.eml",
        b"Subject: x\nContent-Type: text/plain; charset=klingon\n\n" + "é".encode("latin-1") + PROSE.encode(),
    )
    yield "base64.eml", b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!not base64!!!" + b"=" * 50
    yield "addresses.eml", b"From: " + b"<" * 5_000 + b"\nTo: " + b"(" * 5_000 + b"\nSubject: x\n\n" + PROSE.encode()
    yield "words.eml", b"Subject: " + b"=?utf-8?q?=ff?= " * 3_000 + b"\n\n" + PROSE.encode()
    yield "date.eml", b"Subject: x\nDate: 99 Foo 99999 99:99:99 +9999999999\n\n" + PROSE.encode()
    parts = b"--b\n\npart\n" * 3_000
    yield "parts.eml", b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + parts


# ---------------------------------------------------------------- names


def odd_names() -> Files:
    names = (
        "n" * 251 + ".txt",
        "é" * 125 + ".txt",
        "two\nlines.txt",
        "-rf.txt",
        "--help.txt",
        "a'b\"c`d$e.txt",
        "<img src=x onerror=alert(1)>.txt",
        "[link](javascript:alert(1)).txt",
        "\u202etxt.exe.txt",
        "trailing space .txt",
        "%2e%2e%2fetc.txt",
        "no ending",
        "CON.txt",
        "🗎 paper.txt",
        "glob*?[a].txt",
        "e\u0301.txt",
        "\u00e9.txt",
    )
    for name in names:
        yield name, PROSE.encode()


def duplicates() -> Files:
    for n in range(3):
        yield f"folder-{n}/same-name.txt", PROSE.encode() + str(n).encode()
    for n in range(3):
        yield f"same-content-{n}.txt", PROSE.encode() * 2
    yield "same-content.md", PROSE.encode() * 2
