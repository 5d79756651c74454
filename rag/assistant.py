"""The assistant: what happens to a folder, and what happens to a question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

import rag.arguments as arguments
from rag.answer.cost import Spent
from rag.errors import NoLibrary, RagError
from rag.settings import Settings
from rag.types import Answer, Answerer, Document, Embedder, Event, Filter, IngestReport, K, Passage, Retrieved, Searched

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever

    from rag.answer.reader import ReaderAnswerer
    from rag.ingest.ingest import Progress
    from rag.library.backup import Backup
    from rag.library.doctor import Health
    from rag.library.library import Library, Status
    from rag.library.snapshot import DocumentInfo
    from rag.retrieve.retrieve import Stages

MAX_COPIES = 24
"""Documents that are read for a question only because they repeat a passage of another; they are cited beside it."""


class Assistant:
    """Answers questions over one library; one object may serve many threads.

    Opening is cheap and touches neither models nor network: each part is made on first use,
    the library by the first `ingest`.
    """

    def __init__(self, settings: Settings, embedder: Any = None, answerer: Any = None) -> None:
        self.settings = settings
        self._given_embedder = embedder
        self._given_answerer = answerer
        self._making = RLock()
        self._library: Library | None = None
        self._spent = Spent()

    @classmethod
    def open(
        cls,
        library: Path | str | None = None,
        settings: Settings | None = None,
        embedder: Any = None,
        llm: Any = None,
    ) -> Assistant:
        """The assistant over the library in the folder `library` (default `.rag/`, or `RAG_HOME`).

        `embedder` is a name, an `Embedder`, or any LlamaIndex `BaseEmbedding`; `llm` is any
        LlamaIndex LLM, a `LanguageModel`, or an `Answerer`.
        """
        settings = arguments.settings(settings)
        if library is not None:
            settings = settings.model_copy(update={"home": arguments.path(library, "a library")})
        if isinstance(embedder, str):
            settings, embedder = settings.model_copy(update={"embedder": embedder}), None
        return cls(settings, embedder, llm)

    def close(self) -> None:
        """Let go of the library's files; whatever is asked next opens them again. `with` does it at its end."""
        with self._making:
            if self._library is not None:
                self._library.close()
            self._library = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def under(self, settings: Settings) -> Assistant:
        """The same library, embedder and budget with another answerer, or another risk, as these settings have it.

        What was given as `llm` answers on, unless they ask for an answerer that needs none.
        """
        kept = {"home": self.settings.home, "embedder": self.settings.embedder}
        settings = arguments.settings(settings).model_copy(update=kept)
        given = self._given_answerer if settings.answerer in ("auto", "openai") else None
        other = Assistant(settings, self._embedder, given)
        with suppress(RagError):  # whoever asks is told why it cannot be opened
            other._library = self.library
        other._spent = self._spent
        return other

    # What happens to a folder.

    def ingest(self, *paths: Path | str, progress: Callable[[Progress], None] | None = None) -> IngestReport:
        """Bring the library up to date with these files and folders.

        A file that cannot be read is listed in the report and the rest go on. Raises
        `LibraryLocked` while another process writes, `LibraryMismatch` for another embedder's library.
        """
        from rag.ingest.ingest import ingest
        from rag.library.library import Library

        found = [arguments.path(path, "a file or folder") for path in paths]
        settings, embedder = self.settings, self._embedder
        library = Library.create(settings.home, embedder.name, embedder.dimensions, settings.chunk_tokens)
        return ingest(library, found, self._embedder, progress=progress)

    def forget(self, source: str) -> None:
        """Remove one document from the library; the file stays where it is."""
        self.library.forget(source)

    # What happens to a question.

    def ask(
        self, question: str, *, where: Filter = Filter(), k: int | None = None, history: Sequence[Answer] = ()
    ) -> Answer:
        """The answer with its citations; `answer.abstained` where the documents do not say."""
        *_, answer = self.stream(question, where=where, k=k, history=history)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, *, where: Filter = Filter(), k: int | None = None, history: Sequence[Answer] = ()
    ) -> Iterator[Event]:
        """The same as it comes about: `Retrieved`, any number of `Delta`, and the finished `Answer` last."""
        from rag.answer.conversation import standalone

        arguments.text(question, "a question")
        history = arguments.history(history)
        started = time.perf_counter()
        asked = standalone(question, history, self._answerer)
        found = self._find(asked.query, where, self._passages_wanted(k, getattr(self._answerer, "depth", K)))
        retrieved = time.perf_counter()
        yield Retrieved(found.passages)
        for event in self._answerer.stream(asked.question, found.passages, found.documents):
            if isinstance(event, Answer):
                event = replace(event, question=question, usage=event.usage + asked.usage)
            yield found.complete(event, started, retrieved) if isinstance(event, Answer) else event

    def retrieve(self, query: str, *, where: Filter = Filter(), k: int | None = None) -> tuple[Passage, ...]:
        """The passages for a query, best first, without an answer."""
        return self._find(query, where, self._passages_wanted(k, K)).passages

    def _passages_wanted(self, k: int | None, otherwise: int) -> int:
        asked = self.settings.k if arguments.passages(k) is None else k
        return otherwise if asked is None else asked

    def _find(self, query: str, where: Filter, k: int) -> _Found:
        from rag.retrieve.retrieve import note_on_length, retrieve

        arguments.text(query, "a query")
        arguments.where(where)
        library, reranker = self.library, self._reranker
        library.check_embedder(self._embedder.name, self._embedder.dimensions)
        with library.snapshot() as snapshot:
            if not snapshot.counts()[0]:
                raise NoLibrary(f"the library in {library.home} has no documents yet; run `rag ingest FOLDER` first")
            wide = max(k, reranker.depth) if reranker and k > 0 else k
            passages = retrieve(snapshot, self._embedder, query, k=wide, where=where, stages=_stages(self.settings))
            copies = islice(dict.fromkeys(c.source for p in passages for c in p.duplicates), MAX_COPIES)
            sources = dict.fromkeys([*(p.chunk.source for p in passages), *copies])
            documents = {source: snapshot.document(source) for source in sources}
            searched = Searched(*snapshot.counts(where))
        no_match = "" if searched.documents else "No document matches the filter."
        return _Found(
            query=query,
            passages=reranker.rerank(query, passages, documents)[:k] if reranker else passages,
            documents=documents,
            searched=searched,
            notes=tuple(filter(None, [note_on_length(query), no_match])),
        )

    def open_models(self) -> None:
        """Begin to open the models that a question needs, beside the caller; the first question then waits less."""
        from rag.models.session import open_beside

        open_beside(self._embedder, self._answerer)

    @property
    def seen_by(self) -> str:
        """Model and host that see the question and the passages; empty where nobody does."""
        model = getattr(self._answerer, "model", None)
        return f"{model.name} at {model.provider}" if model else ""

    # What is in the library.

    def documents(self) -> tuple[DocumentInfo, ...]:
        """What is known of each document, without its text, sorted by source."""
        with self.library.snapshot() as snapshot:
            return snapshot.documents()

    def document(self, source: str) -> Document:
        """One document whole; `UserError` where there is none of this name."""
        with self.library.snapshot() as snapshot:
            return snapshot.document(source)

    def status(self) -> Status:
        """Counts, sizes, roots and skipped files."""
        return self.library.status()

    def doctor(self, repair: bool = True) -> Health:
        """What is wrong with the library and what it needs, when what can be repaired has been, if `repair`."""
        from rag.library.doctor import examine, treat

        return (treat if repair else examine)(self.settings.home, lambda: self._embedder)

    def backup(self, file: Path | str) -> Backup:
        """Write the library to one new file, checksummed as a whole."""
        from rag.library.backup import backup

        return backup(self.settings.home, arguments.path(file, "a backup"))

    def restore(self, file: Path | str, replace: bool = False) -> Backup:
        """Make the library what a backup holds; `UserError` where there is one already, and not `replace`."""
        from rag.library.backup import restore

        return restore(self.settings.home, arguments.path(file, "a backup"), replace)

    # The way out, for those who build with LlamaIndex.

    def as_retriever(self, k: int | None = None) -> BaseRetriever:
        """This library as a LlamaIndex retriever."""
        from rag.llamaindex import as_retriever

        return as_retriever(self, k)

    def as_query_engine(self) -> BaseQueryEngine:
        """This assistant as a LlamaIndex query engine; the citations stand in the response's metadata."""
        from rag.llamaindex import as_query_engine

        return as_query_engine(self)

    # The parts, made on first use.

    @property
    def library(self) -> Library:
        """The library; `NoLibrary` where nothing was ingested yet."""
        with self._making:
            if self._library is None:
                from rag.library.library import Library

                self._library = Library.open(self.settings.home)
            return self._library

    @property
    def _embedder(self) -> Embedder:
        with self._making:
            return self._made_embedder

    @property
    def _answerer(self) -> Answerer:
        with self._making:
            return self._made_answerer

    @property
    def _reranker(self) -> ReaderAnswerer | None:
        """What orders the passages anew; None where the settings ask for no reranking."""
        with self._making:
            return self._made_reranker if self.settings.rerank else None

    @cached_property
    def _made_embedder(self) -> Embedder:
        given = self._given_embedder
        if given is not None and hasattr(given, "embed_documents"):
            own: Embedder = given
            return own
        from rag.models.embedder import open_embedder

        settings = self.settings
        return open_embedder(
            settings.embedder if given is None else arguments.embedding(given),
            api_key=settings.api_key.get_secret_value(),
            base_url=settings.base_url,
        )

    @cached_property
    def _made_answerer(self) -> Answerer:
        from rag.answer.choose import choose_answerer

        return choose_answerer(self.settings, self._embedder, self._given_answerer, self._spent)

    @cached_property
    def _made_reranker(self) -> ReaderAnswerer:
        from rag.answer.reader import ReaderAnswerer

        return self._answerer if isinstance(self._answerer, ReaderAnswerer) else ReaderAnswerer()


def _stages(settings: Settings) -> Stages:
    from rag.retrieve.retrieve import Stages

    return Stages(settings.fusion, settings.lexical_weight, settings.candidates)


@dataclass(frozen=True, slots=True)
class _Found:
    """What retrieval brought for one question."""

    query: str
    passages: tuple[Passage, ...]
    documents: dict[str, Document]
    searched: Searched
    notes: tuple[str, ...]

    def complete(self, answer: Answer, started: float, retrieved: float) -> Answer:
        """The answerer's answer with what only the assistant knows."""
        now = time.perf_counter()
        timings = {"retrieve": retrieved - started, "answer": now - retrieved, "total": now - started}
        return replace(
            answer,
            query=answer.query or self.query,
            passages=answer.passages or self.passages,
            searched=self.searched,
            timings={**timings, **answer.timings},
            notes=(*answer.notes, *self.notes),
        )
