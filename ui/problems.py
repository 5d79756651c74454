"""Errors as the visitor sees them: one sentence and an id; the trace is in the log."""

from __future__ import annotations

import logging
import secrets

from rag.errors import RagError
from ui import text

log = logging.getLogger("footnote.ui")


def sentence(error: BaseException) -> str:
    """What to tell the visitor; an error that was not raised on purpose is logged under an id."""
    if isinstance(error, RagError):
        return text.sentence(str(error))
    name = secrets.token_hex(4)
    log.error("error %s", name, exc_info=error)
    return f"This did not work, and it is not your doing. The log has the details under {name}."


def on_script_error(error: Exception) -> bool:
    """Streamlit's hook: shows the sentence in place of its own box."""
    text.notice(sentence(error))
    return True
