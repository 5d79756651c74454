import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import IntegrityError, Unreadable
from rag.ingest.read import sandbox, worker

PAGE = b"<html><body><p>A short page about one thing, and it says what it says.</p></body></html>"


@pytest.fixture(autouse=True)
def _no_child_is_left():
    sandbox.close()
    yield
    sandbox.close()


def children() -> list[str]:
    listed = subprocess.run(
        ["ps", "-ww", "--ppid", str(os.getpid()), "-o", "stat=", "-o", "args="], capture_output=True, text=True
    )
    return [line for line in listed.stdout.splitlines() if "rag.ingest.read.worker" in line or "defunct" in line]


def test_a_child_is_used_again_and_none_is_left_after_closing():
    first = sandbox.extract("html", PAGE)
    assert len(children()) == 1
    assert sandbox.extract("html", PAGE) == first
    assert len(children()) == 1
    sandbox.close()
    assert children() == []


def test_many_threads_each_get_their_own_answer():
    pages = [PAGE.replace(b"one thing", f"thing number {n}".encode()) for n in range(12)]
    with ThreadPoolExecutor(3) as pool:
        texts = [found.text for found in pool.map(lambda data: sandbox.extract("html", data), pages)]
    assert all(f"thing number {n}," in text for n, text in enumerate(texts))


def test_a_child_that_hangs_is_killed_and_the_next_file_is_read():
    sandbox.extract("html", PAGE)
    with pytest.raises(Unreadable, match=r"^parsing its html took longer than 0.001 s$"):
        sandbox.extract("html", b"<p>a</p>" * 200_000, seconds=0.001)
    assert children() == []
    assert "one thing" in sandbox.extract("html", PAGE).text


def test_a_child_that_died_while_idle_is_replaced():
    sandbox.extract("html", PAGE)
    (idle,) = sandbox._idle[os.getpid()]
    os.kill(idle._process.pid, signal.SIGKILL)
    assert "one thing" in sandbox.extract("html", PAGE).text


def test_a_child_has_a_memory_limit():
    code = "from rag.ingest.read import worker; worker._limit('RLIMIT_AS', worker.MEMORY_BYTES); bytearray(2 << 30)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "MemoryError" in ended.stderr


def test_a_file_that_exhausts_memory_is_refused_with_a_sentence(monkeypatch):
    class Greedy:
        @staticmethod
        def extract(data):
            raise MemoryError

    monkeypatch.setattr(worker.importlib, "import_module", lambda name: Greedy)
    reply = worker._reply("html", PAGE)
    with pytest.raises(Unreadable, match=r"^parsing its html needs more than 1 GB of memory$"):
        sandbox._checked("html", reply)


def test_a_reader_that_cannot_be_loaded_is_our_fault_and_not_the_files(monkeypatch):
    monkeypatch.setitem(worker.READERS, "html", "rag.ingest.read.nothing")
    assert "broken" in worker._reply("html", PAGE)
    with pytest.raises(IntegrityError, match="reinstall footnote-rag"):
        sandbox._checked("html", {"broken": "ImportError: x"})


def test_the_working_folder_cannot_put_code_into_the_child(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    (tmp_path / "lxml.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert "one thing" in sandbox.extract("html", PAGE).text


def test_no_thread_outlives_a_file():
    before = threading.active_count()
    sandbox.extract("html", PAGE)
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(5)
    assert threading.active_count() == before
