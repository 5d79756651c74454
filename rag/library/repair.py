"""Repair: a damaged library made whole again from what is whole of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.library import generations, seal
from rag.library.catalog import Catalog, set_setting
from rag.library.checks import Problem, problems
from rag.library.library import LOCK
from rag.library.lock import write_lock
from rag.library.salvage import Salvaged, salvage
from rag.types import Embedder


def repair(home: Path, embedder: Callable[[], Embedder], index_too: bool) -> Salvaged:
    """Mend the catalog, and the index where the catalog was mended or `index_too`; under the write lock.

    The embedder is asked for only where a catalog needs more than a new lexical index. The index is made from the
    catalog's vectors.
    """
    store = Catalog(home)
    with write_lock(home / LOCK):
        done = _mend(home, store, list(problems(store)), embedder)
        if index_too or done.whole or done.reread:
            generations.publish(store, home / generations.FOLDER, whole=True)
        else:
            generations.sweep(store, home / generations.FOLDER)
        seal.fasten(home, store.path, store.version())
    return done


def _mend(home: Path, store: Catalog, wrong: list[Problem], embedder: Callable[[], Embedder]) -> Salvaged:
    sealed = seal.read(home)
    known = sealed.version if sealed else 0
    if wrong and not all(problem.lexical for problem in wrong):
        return salvage(store, embedder(), known)
    with store.writing() as connection:
        if wrong:
            connection.exec_driver_sql("INSERT INTO chunks_fts(chunks_fts) VALUES ('rebuild')")
        if known > store.version():  # changes that are gone are counted on: no two may have one number
            set_setting(connection, "version", str(known))
    return Salvaged()
