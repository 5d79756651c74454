"""The writer's lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import LibraryLocked
from rag.library.lock import holder, write_lock

HOLD = """
import sys, time
from pathlib import Path
from rag.library.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_second_process_is_refused_at_once_and_told_who_holds_it(tmp_path: Path) -> None:
    process = hold(tmp_path / "lock")
    try:
        started = time.monotonic()
        with (
            pytest.raises(LibraryLocked, match=f"process {process.pid} is writing") as raised,
            write_lock(tmp_path / "lock"),
        ):
            pass
        assert time.monotonic() - started < 30  # it is held for 60
        assert raised.value.pid == process.pid
    finally:
        end(process)


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    end(hold(tmp_path / "lock"))
    with write_lock(tmp_path / "lock"):
        assert holder(tmp_path / "lock") == os.getpid()
    assert holder(tmp_path / "lock") is None


def test_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with write_lock(tmp_path / "lock"):
        with pytest.raises(LibraryLocked), write_lock(tmp_path / "lock"):
            pass
        with pytest.raises(LibraryLocked), write_lock(tmp_path / "lock"):
            pass


def test_a_forked_child_that_outlives_its_parent_does_not_hold_it(tmp_path: Path) -> None:
    code = (
        "import os, sys, time\nfrom pathlib import Path\nfrom rag.library.lock import write_lock\n"
        "ready, tell = os.pipe()\n"
        "with write_lock(Path(sys.argv[1])):\n"
        "    if os.fork() == 0:\n        os.write(tell, b'x')\n        time.sleep(5)\n        os._exit(0)\n"
        "    os.read(ready, 1)\n    os._exit(0)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")])
    process.wait()
    with write_lock(tmp_path / "lock"):
        pass


def test_an_exception_lets_go_of_it(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), write_lock(tmp_path / "lock"):
        raise RuntimeError
    with write_lock(tmp_path / "lock"):
        pass
