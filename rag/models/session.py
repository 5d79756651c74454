"""Opening the files that ship in the package: each is checked against its hash once, as it is loaded."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IntegrityError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

FOLDER = Path(__file__).parent
REMEDY = "reinstall Footnote: pip install --force-reinstall --no-deps footnote-rag"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of the package and the hash that it must have."""

    path: Path
    sha256: str

    def read(self) -> bytes:
        """The file's bytes; `IntegrityError` where it is missing, unreadable or not what was shipped."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise IntegrityError(f"the model file {self.path} cannot be read ({reason}); {REMEDY}") from error
        found = hashlib.sha256(content).hexdigest()
        if found != self.sha256:
            raise IntegrityError(
                f"the model file {self.path} should have the sha256 {self.sha256[:12]}…, but it has {found[:12]}… "
                f"({len(content):,} bytes); {REMEDY}"
            )
        return content


def open_session(file: ModelFile, threads: int) -> InferenceSession:
    """The model, ready to run on the processor; it may be run from many threads at once.

    `threads` work on one call; 1 leaves the parallelism to the caller's own threads.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # its warnings are about its own optimiser, and go to stderr past logging
    return onnxruntime.InferenceSession(file.read(), options, providers=["CPUExecutionProvider"])


def open_tokenizer(file: ModelFile) -> Tokenizer:
    """The tokenizer, which neither cuts nor pads."""
    from tokenizers import Tokenizer

    return Tokenizer.from_buffer(file.read())


def processors() -> int:
    """The processors that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
