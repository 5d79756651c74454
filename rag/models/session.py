"""The models that ship in the package: each file is checked against its hash once, as it is loaded."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet, WeakValueDictionary

from rag.errors import IntegrityError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Batch = TypeVar("Batch")
Result = TypeVar("Result")
T = TypeVar("T")

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


class PackagedModel:
    """A model of the package with its tokenizer. Safe to use from many threads.

    Both are opened at their first use, once for all that have the same file: `IntegrityError` where one is missing or
    damaged.
    """

    def __init__(self, model: ModelFile, tokenizer: ModelFile, threads: int | None = None) -> None:
        self.sha256 = model.sha256
        self._session = _shared_session(model)
        self._tokenizer = _shared_tokenizer(tokenizer)
        self._threads = threads or processors()

    def open(self) -> None:
        """Open both now, so that the first text does not wait for it."""
        self._session.get()
        self._tokenizer.get()

    @property
    def tokenizer(self) -> Tokenizer:
        """Shared by all models with the same tokenizer: not to be changed."""
        return self._tokenizer.get()

    def run(self, inputs: dict[str, Any]) -> list[Any]:
        """The outputs for one batch."""
        outputs: list[Any] = self._session.get().run(None, inputs)
        return outputs

    def each(self, work: Callable[[Batch], Result], batches: Sequence[Batch]) -> list[Result]:
        """`work` on every batch, the results in their order; several at a time.

        Every batch stays on one processor: threads that share a batch wait for one another at each of
        its 200 operations, which on a busy machine takes longer than the work.
        """
        if len(batches) <= 1 or self._threads == 1:
            return [work(batch) for batch in batches]
        with ThreadPoolExecutor(min(self._threads, len(batches))) as pool:
            return list(pool.map(work, batches))


def open_beside(*parts: object) -> None:
    """Begin to open those of them that open files, beside the caller; a damaged one is told when it is used."""
    openings = [part.open for part in parts if hasattr(part, "open")]

    def run() -> None:
        with suppress(IntegrityError):
            for opening in openings:
                opening()

    threading.Thread(target=run, name="opening models").start()


class _Once(Generic[T]):
    """A value that the first who asks for it makes, while the others wait; made again after a failure."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None
        self.wait_for_no_one()
        _all.add(self)

    def wait_for_no_one(self) -> None:
        """Forget who is making it; in a forked child that thread is not there."""
        self._making = threading.Lock()

    def get(self) -> T:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made


_all: WeakSet[_Once[Any]] = WeakSet()
_sessions: WeakValueDictionary[ModelFile, _Once[InferenceSession]] = WeakValueDictionary()
"""Those that are in use: all that have a model of one file share its session, and the last one lets go of it."""
_sharing = threading.Lock()


def _shared_session(file: ModelFile) -> _Once[InferenceSession]:
    with _sharing:
        shared = _sessions.get(file)
        if shared is None:
            shared = _sessions[file] = _Once(lambda: open_session(file, threads=1))
        return shared


@cache
def _shared_tokenizer(file: ModelFile) -> _Once[Tokenizer]:
    return _Once(lambda: open_tokenizer(file))


def _share_nothing() -> None:
    """In a forked child: a thread of the parent may have been opening what is shared, and no one would finish it."""
    global _sharing
    _sharing = threading.Lock()
    for once in _all:
        once.wait_for_no_one()
    _sessions.clear()
    _shared_tokenizer.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_share_nothing)


def open_session(file: ModelFile, threads: int) -> InferenceSession:
    """The model, ready to run on the processor; it may be run from many threads at once.

    `threads` work on one call; 1 leaves the parallelism to the caller's own threads.
    """
    # Read at the import: without it onnxruntime keeps a file in the user's home, and reports to Microsoft.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # its warnings are about its own optimiser, and go to stderr past logging
    return onnxruntime.InferenceSession(file.read(), options, providers=["CPUExecutionProvider"])


def open_tokenizer(file: ModelFile) -> Tokenizer:
    """A tokenizer of one's own, which neither cuts nor pads."""
    from tokenizers import Tokenizer

    return Tokenizer.from_buffer(file.read())


def encodable(texts: Sequence[str]) -> list[str]:
    """The texts as the tokenizer takes them: "?" for a lone surrogate, which json can bring; offsets stay."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


def processors() -> int:
    """The processors that this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
