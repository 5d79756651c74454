"""The child process that parses risky formats: one request after the other, under limits.

A frame is a length (8 bytes, big-endian) and that many bytes. A request is a frame with the format's name
and one with the file's bytes; a reply is a frame of JSON: `{"extracted": …}`, `{"unreadable": reason}`,
`{"broken": fault}` when the reader itself cannot be loaded, or `{"exhausted": true}` when memory ran out,
after which the process ends.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import struct
import sys
from typing import IO, Any

from rag.errors import Unreadable

MEMORY_BYTES = 1_000_000_000
SECONDS = 60
READERS = {
    kind: f"rag.ingest.read.{kind}"
    for kind in ("html", "pdf", "docx", "pptx", "xlsx", "csv", "epub", "eml", "json", "jsonl")
}


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Raises `OSError` where the other side has ended."""
    stream.write(struct.pack(">Q", len(data)))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame; None where the other side has ended."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    (length,) = struct.unpack(">Q", head)
    data = stream.read(length)
    return data if len(data) == length else None


def main() -> None:
    """Serves until the parent closes the pipe."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not write into the replies
    _limit("RLIMIT_AS", MEMORY_BYTES)
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_FSIZE", 0)
    while (name := read_frame(requests)) is not None and (data := read_frame(requests)) is not None:
        _limit_processor_time()
        reply = _reply(name.decode(), data)
        del data
        write_frame(replies, json.dumps(reply).encode())
        if "exhausted" in reply:
            return


def _reply(name: str, data: bytes) -> dict[str, Any]:
    try:
        reader = importlib.import_module(READERS[name])
    except (ImportError, SyntaxError) as error:
        return {"broken": f"{type(error).__name__}: {error}"}
    try:
        return {"extracted": reader.extract(data).to_json()}
    except Unreadable as error:
        return {"unreadable": str(error)}
    except MemoryError:
        return {"exhausted": True}
    except RecursionError:
        return {"unreadable": f"the {name} in it is nested too deeply"}
    except Exception as error:  # a hostile file may make a foreign parser raise anything
        return {"unreadable": f"the {name} in it is damaged ({type(error).__name__}: {str(error)[:200]})"}


def _limit(which: str, value: int) -> None:
    """Sets a limit for good where the system has it; elsewhere the parent's clock is what holds."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        resource.setrlimit(getattr(resource, which), (value, value))


def _limit_processor_time() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + SECONDS + 1, hard))
