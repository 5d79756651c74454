"""An index whose opening ends the process is opened in a child first, and then not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from damage import ask, current, make

from rag.ingest.ingest import ingest
from rag.library.files import Damaged
from rag.library.library import Library
from rag.library.opening import MARK, REFUSED, watched
from rag.testing import HashEmbedder

DEADLY = """
import os, pathlib
here = pathlib.Path(__file__).parent
with (here.parent / "openings").open("a") as file:
    file.write(f"{os.getppid()}\\n")
os.abort()  # as a segmentation fault in Chroma's native code does
"""
ASK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from damage import ask
said = ask(Path(sys.argv[1]))
print(said.error or len(said.found), said.index)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "place")


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "home", tmp_path / "home")
    return tmp_path / "home"


def asked(home: Path, chromas: Path) -> subprocess.CompletedProcess[str]:
    """In a process where `import chromadb` finds what is in this folder first."""
    command = [sys.executable, "-c", ASK, str(home), str(Path(__file__).parent)]
    environment = {**os.environ, "PYTHONPATH": str(chromas)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def marks(home: Path) -> list[Path]:
    return list(current(home).glob(f"{MARK}*"))


def test_an_index_that_kills_is_tried_in_a_child_and_then_left_alone(home: Path, made: Path, tmp_path: Path) -> None:
    (tmp_path / "chromadb").mkdir()
    (tmp_path / "chromadb/__init__.py").write_text(DEADLY, encoding="utf-8")
    openings = tmp_path / "openings"
    assert asked(home, tmp_path).returncode == -6
    assert len(marks(home)) == 1
    survived = asked(home, tmp_path)
    assert (survived.returncode, survived.stdout) == (0, "2 False\n")
    assert len(openings.read_text().splitlines()) == 2  # the second in a child
    assert asked(home, tmp_path).stdout == "2 False\n"
    assert len(openings.read_text().splitlines()) == 2  # not tried again
    assert (current(home) / REFUSED).exists()
    assert "damaged" in Library.open(home).status().index
    ingest(Library.open(home), [made / "notes"], HashEmbedder())  # where Chroma lives
    assert ask(home).index
    assert not marks(home)


def test_an_index_that_did_not_kill_is_opened_again(home: Path) -> None:
    (current(home) / f"{MARK}1-1").touch()  # the power went, say
    assert ask(home).index
    assert not marks(home)


def test_opening_leaves_no_mark_whatever_it_ends_with(home: Path) -> None:
    folder = current(home)
    with pytest.raises(Damaged):
        fail_in(folder)
    assert not marks(home)


def fail_in(folder: Path) -> None:
    with watched(folder):
        assert len(list(folder.glob(f"{MARK}*"))) == 1
        with watched(folder):  # another reader beside this one: it is there, so nobody died
            pass
        raise Damaged
