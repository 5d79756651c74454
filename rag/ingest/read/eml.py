"""E-mail: the header's lines, then the message by paragraph, then messages within it; runs in the child process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from lxml import html as lxml_html

from rag.errors import Unreadable
from rag.ingest.read.decode import decode
from rag.ingest.read.extracted import Extracted
from rag.ingest.read.flow import Flow
from rag.ingest.read.hidden import remove_hidden
from rag.ingest.read.markup import write
from rag.ingest.read.pieces import Pieces

_SHOWN = {"From": "from", "To": "to", "Cc": "with a copy to", "Date": "sent on", "Subject": "subject:"}
_TEXT = {"text", "multipart"}  # a multipart that was not divided has no boundary, and is text
_LONGEST_HEADER = 2_000
_MAX_PARTS = 1_000
_DEEPEST = 20
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


def extract(data: bytes) -> Extracted:
    """The plain text of a message where it has one, else its HTML. Attachments are named in a note, and not read."""
    message = message_from_bytes(data)  # the newer policies parse a header in time by the square of its length
    if not any(name in message for name in (*_SHOWN, "Received", "Message-ID")):
        raise Unreadable("it has no header of an e-mail; name it .txt to read it as text")
    pieces = Pieces()
    unread: list[str] = []
    _write(message, "message", pieces, unread, 0)
    named = ", ".join(unread[:5]) + (", …" if len(unread) > 5 else "")
    notes = (f"attachments not read: {named} ({len(unread)} in all)",) if unread else ()
    return Extracted(pieces.text, _header(message, "Subject"), _sent(message), pieces.sections, (), notes)


def _write(message: Message, name: str, pieces: Pieces, unread: list[str], depth: int) -> None:
    subject = _header(message, "Subject")
    heading = (subject,) if subject else ()
    pieces.section(f"{name} header", heading)
    pieces.add(_said(message))
    flow = Flow(pieces, f"{name} body", heading)
    within = 0
    for at, part in enumerate(_parts(message)):
        if at >= _MAX_PARTS:
            unread.append(f"all that comes after {_MAX_PARTS:,} parts")
            return
        inner = _inner(part)
        if inner is not None and depth < _DEEPEST:
            within += 1
            _write(inner, f"{name} › attached message {within},", pieces, unread, depth + 1)
        elif part.get_content_disposition() == "attachment" or part.get_content_maintype() not in _TEXT:
            unread.append(part.get_filename() or part.get_content_type())
        else:
            _body(part, flow, unread)


def _said(message: Message) -> str:
    """The header as a sentence, which the reader finds senders and days in: "Mail from Ann to Bob, sent on …"."""
    said = {field: f"{words} {value}" for field, words in _SHOWN.items() if (value := _header(message, field))}
    if not said:
        return ""
    whom = " ".join(said.pop(field) for field in ("From", "To") if field in said)
    text = ", ".join(("Mail " + whom if whom else "Mail", *said.values()))
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """What the message is made of, one form of each alternative; messages within it are not opened."""
    if not message.is_multipart() or message.get_content_type() == "message/rfc822" or depth > _DEEPEST:
        yield message
        return
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if message.get_content_subtype() == "alternative":
        plain = [part for part in parts if part.get_content_type() == "text/plain" and _bytes(part).strip()]
        parts = plain[:1] or parts[-1:]
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            yield part
        else:
            yield from _parts(part, depth + 1)


def _inner(part: Message) -> Message | None:
    """The message that is a part of another; None where the part is none."""
    if part.get_content_type() != "message/rfc822":
        return None
    payload = part.get_payload()
    return payload[0] if isinstance(payload, list) and payload and isinstance(payload[0], Message) else None


def _body(part: Message, flow: Flow, unread: list[str]) -> None:
    try:
        text = decode(_bytes(part), part.get_content_charset("")).text
    except Unreadable:
        unread.append(part.get_filename() or part.get_content_type())
        return
    if part.get_content_subtype() != "html":
        for paragraph in _BLANK.split(text.replace("\r\n", "\n")):
            flow.paragraph(paragraph.strip())
    elif text.strip():
        parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        tree = lxml_html.document_fromstring(text.replace("\0", " ").encode("utf-8", "replace"), parser=parser)
        remove_hidden(tree)
        write(tree if tree.find(".//body") is None else tree.find(".//body"), flow)


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _header(message: Message, name: str) -> str:
    """The header's value in one line, at most 2,000 characters; a malformed one as it stands."""
    raw = str(message.get(name) or "")[:_LONGEST_HEADER]
    try:
        text = str(make_header(decode_header(raw)))
    except (ValueError, LookupError, UnicodeError, AssertionError):
        text = raw
    return " ".join(text.split())


def _sent(message: Message) -> str:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""
