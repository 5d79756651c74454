"""Footnote: answers over a folder of documents, every sentence with the exact characters that support it.

from rag import Assistant

assistant = Assistant.open()
assistant.ingest("seeds/")
print(assistant.ask("Who was to lead the Israeli delegation to Washington?"))
"""

from rag.assistant import Assistant
from rag.errors import (
    ConfigurationError,
    IntegrityError,
    LibraryLocked,
    LibraryMismatch,
    NoLibrary,
    ProviderError,
    RagError,
    Unreadable,
    UserError,
)
from rag.settings import Settings
from rag.types import (
    Answer,
    Chunk,
    Citation,
    Conflict,
    Delta,
    Document,
    Event,
    Filter,
    IngestReport,
    Passage,
    Retrieved,
    Side,
    Skipped,
    Statement,
)

__all__ = [
    "Answer",
    "Assistant",
    "Chunk",
    "Citation",
    "ConfigurationError",
    "Conflict",
    "Delta",
    "Document",
    "Event",
    "Filter",
    "IngestReport",
    "IntegrityError",
    "LibraryLocked",
    "LibraryMismatch",
    "NoLibrary",
    "Passage",
    "ProviderError",
    "RagError",
    "Retrieved",
    "Settings",
    "Side",
    "Skipped",
    "Statement",
    "Unreadable",
    "UserError",
]
