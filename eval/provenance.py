"""Which code and which settings a run is made with."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import rag
from rag.settings import Settings

PACKAGE = Path(rag.__file__).parent
VERSIONS = ("footnote-rag", "chromadb", "onnxruntime", "numpy", "llama-index-core", "openai")


def code() -> dict[str, str]:
    """A hash over the assistant's files (models included), and versions."""
    digest = hashlib.sha256()
    for path in sorted(p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return {
        "assistant_sha256": digest.hexdigest(),
        "python": platform.python_version(),
        **{name: _version(name) for name in VERSIONS},
    }


def plain(settings: Settings) -> dict[str, Any]:
    """The settings without secrets and without the library's place, which says nothing about answers."""
    return settings.model_dump(mode="json", exclude={"api_key", "home"})


def provider(settings: Settings) -> str:
    """The host that answers are written by; empty where no provider is configured."""
    if settings.answerer in ("reader", "sentences"):
        return ""
    if settings.base_url:
        return urlsplit(settings.base_url).hostname or ""
    return "api.openai.com" if settings.api_key.get_secret_value() else ""


def commit() -> str:
    """Of the checkout that the package stands in; empty where it is none."""
    try:
        found = subprocess.run(
            ["git", "-C", str(PACKAGE), "rev-parse", "--short=12", "HEAD"],
            capture_output=True, text=True, check=False, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
