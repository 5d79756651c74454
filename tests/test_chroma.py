"""Importing Chroma."""

from __future__ import annotations

import inspect
import subprocess
import sys

import overrides
import pytest

from rag.library.chroma import _unchecked, import_chroma


def test_chroma_is_imported_whole_and_overrides_checks_again_afterwards() -> None:
    chromadb = import_chroma()
    assert chromadb.PersistentClient
    assert chromadb.api.rust.RustBindingsAPI.heartbeat.__override__
    with pytest.raises(TypeError, match="No super class method found"):

        class Nothing:
            @overrides.override
            def new(self) -> None: ...


def test_within_the_block_methods_are_marked_and_not_looked_at_in_each_way_of_saying_it() -> None:
    with _unchecked():

        class Made(overrides.EnforceOverrides):
            @overrides.override
            def one(self) -> int:
                return 1

            @overrides.overrides(check_signature=False)
            def two(self) -> int:
                return 2

    assert (Made().one(), Made().two()) == (1, 2)
    assert inspect.getattr_static(Made, "two").__override__


def test_a_chroma_without_overrides_is_imported_as_it_is() -> None:
    without = "import sys; sys.modules['overrides'] = None"
    code = f"{without}\nfrom rag.library.chroma import _unchecked\nwith _unchecked(): print('in')"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "in\n"
