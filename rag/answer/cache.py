"""Replies on disk, found again by the content of the prompt: an evaluation run that is repeated costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from rag.answer.language_model import LanguageModel, Prompt, Reply, ReplyStream


class CachedModel:
    """A language model that is asked once for each prompt; only whole, accepted replies are kept."""

    def __init__(self, model: LanguageModel, folder: Path) -> None:
        self.name = model.name
        self.provider = model.provider
        self._model = model
        self._folder = folder

    def stream(self, prompt: Prompt) -> ReplyStream:
        """The kept reply at once, or what the model writes."""
        path = self._path(prompt)
        if (kept := _read(path)) is not None:
            yield kept.text
            yield kept
            return
        for event in self._model.stream(prompt):
            if isinstance(event, Reply):
                _write(path, event)
            yield event

    def holds(self, prompt: Prompt) -> bool:
        """Whether the reply is kept already."""
        return _read(self._path(prompt)) is not None

    def _path(self, prompt: Prompt) -> Path:
        identity = json.dumps([self.provider, self.name, prompt.key])
        key = hashlib.sha256(identity.encode()).hexdigest()
        return self._folder / key[:2] / f"{key}.json"


def _read(path: Path) -> Reply | None:
    """None where there is none, or a damaged one: it will be asked for again."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Reply(str(kept["text"]), int(kept["prompt_tokens"]), int(kept["completion_tokens"]), cached=True)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, reply: Reply) -> None:
    """Keep the reply, whole or not at all; a folder that takes no file costs a call, and no answer."""
    kept = {
        "text": reply.text,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
    }
    text = json.dumps(kept)  # in ASCII: a reply may hold half of a surrogate pair, which no file takes
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            try:
                file.write(text)
                file.close()
                os.replace(file.name, path)  # noqa: PTH105  (also beside other processes)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
