"""JSON lines, for the child process: a module a format."""

from __future__ import annotations

from rag.ingest.read.json import extract_lines as extract

__all__ = ["extract"]
