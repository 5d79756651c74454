"""From bytes to text: which encoding a file is in, and what was uncertain about it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.errors import Unreadable
from rag.ingest.read.extracted import MAX_CHARACTERS, check_length

_BOMS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\b\x1b") + b"\x7f"
_MAX_CONTROL_SHARE = 0.01
_SAMPLE = 65_536
_WESTERN_SIGNS = "‘’‚“”„…–—•€£¥§©®°±²³·¿¡«»ªº™†‡´¨¼½¾×÷\xa0\xad¢¶"
_WESTERN = re.compile(rf"[\w\s{re.escape(_WESTERN_SIGNS)}\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, without a byte order mark, and what its reader should know."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, declared: str = "") -> Decoded:
    """The text of `data`, exactly: line ends stay as they are.

    `declared` is an encoding that the file itself names; it counts after a byte order mark and
    after valid UTF-8. Raises `Unreadable` for binary data and where no encoding fits.
    """
    if len(data) > 4 * MAX_CHARACTERS:  # no encoding takes more than four bytes for a character
        decode(data[:_SAMPLE], declared)
        check_length(len(data) // 4)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly_or_patched(data[len(mark) :], encoding)
    if wide := _wide_encoding(data):
        return Decoded(data.decode(wide), (f"encoding guessed: {wide.upper()}, without a byte order mark",))
    if is_binary(data):
        raise Unreadable("it holds binary data, not text")
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        fault = error
    if declared and (text := _decoded_as(data, declared)) is not None:
        return Decoded(text)
    if _mostly_utf8(data, fault):
        return _strictly_or_patched(data, "utf-8")
    return _guessed(data)


def is_binary(data: bytes) -> bool:
    """Whether too many control characters stand in it for text in any one-byte encoding or UTF-8."""
    sample = data[:_SAMPLE] + data[max(_SAMPLE, len(data) - _SAMPLE) :]
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    return controls > _MAX_CONTROL_SHARE * len(sample)


def _wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, by where the zero bytes stand; empty where it is neither."""
    sample = data[:_SAMPLE]
    if b"\0" not in sample or len(data) % 2:
        return ""
    for encoding, step, zeros in (
        ("utf-32-le", 4, (2, 3)),
        ("utf-32-be", 4, (0, 1)),
        ("utf-16-le", 2, (1,)),
        ("utf-16-be", 2, (0,)),
    ):
        lanes = [sample[lane::step] for lane in range(step)]
        mostly_zero = all(2 * lanes[lane].count(0) > len(lanes[lane]) for lane in zeros)
        text = _decoded_as(data, encoding) if mostly_zero and len(data) % step == 0 else None
        if text is not None and "\0" not in text and not is_binary(text[:_SAMPLE].encode("utf-8", "replace")):
            return encoding
    return ""


def _decoded_as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _mostly_utf8(data: bytes, fault: UnicodeDecodeError) -> bool:
    """Whether the faults are few among the many-byte characters that are valid."""
    if fault.end == len(data) and fault.reason == "unexpected end of data" and len(data) > fault.start >= 64:
        return True
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    valid = sum(ch > "\x7f" for ch in text) - wrong
    return valid > 2 * wrong


def _strictly_or_patched(data: bytes, encoding: str) -> Decoded:
    """Faulty bytes become U+FFFD, and a note counts them."""
    try:
        return Decoded(data.decode(encoding))
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    first = text.index("\ufffd")
    count = text.count("\ufffd")
    if encoding != "utf-8" and 10 * count > len(text):
        raise Unreadable(f"it begins with the mark of {encoding.upper()}, but the rest is not {encoding.upper()}")
    line = text.count("\n", 0, first) + 1
    places = "1 place" if count == 1 else f"{count} places"
    return Decoded(text, (f"not valid {encoding.upper()} in {places}, shown as \ufffd; the first is in line {line}",))


def _guessed(data: bytes) -> Decoded:
    for encoding in _candidates(data):
        text = _decoded_as(data, encoding)
        if text is not None:
            return Decoded(text, (f"encoding guessed: {_spoken(encoding)}",))
    raise Unreadable("its encoding was not recognised; save it as UTF-8")


def _candidates(data: bytes) -> Iterator[str]:
    text = _decoded_as(data, "cp1252")
    if text is not None and _looks_western(text):
        yield "cp1252"
    # charset-normalizer takes short Western text for Central European or Chinese, hence it comes second
    from charset_normalizer import from_bytes

    sample = data if len(data) <= 4 * _SAMPLE else data[: 4 * _SAMPLE]
    best = from_bytes(sample).best()
    if best is not None:
        yield best.encoding
    yield from ("cp1252", "latin-1") if not _has_c1(data) else ("cp1252",)


def _has_c1(data: bytes) -> bool:
    return any(0x80 <= byte < 0xA0 for byte in data)


def _looks_western(text: str) -> bool:
    """Few accents among many plain letters, and no sign inside a word where a letter should be."""
    accented = sum(ch > "\x7f" and ch.isalpha() for ch in text)
    plain = sum(ch < "\x80" and ch.isalpha() for ch in text)
    misplaced = len(re.findall(r"[^\W\d_][¹³¿¼½¾±²º¢¤¦¶÷×¬¡¥§][^\W\d_]", text))
    return accented <= 0.34 * plain and misplaced * 50 <= accented and not _WESTERN.sub("", text)


def _spoken(encoding: str) -> str:
    return {"cp1252": "Windows-1252 (Western European)", "latin-1": "Latin-1"}.get(encoding, encoding)
