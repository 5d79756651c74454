"""A server of the pages over a library of the seeds, and a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag import Assistant

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install '.[dev]'")

ROOT = Path(__file__).parent.parent.parent
LAUNCH = Path(__file__).with_name("launch.py")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WAIT_MS = 60_000


@dataclass(frozen=True)
class Server:
    """Where the pages are, and the library behind them."""

    address: str
    home: Path


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, to be copied."""
    home = tmp_path_factory.mktemp("seeds") / "library"
    Assistant.open(home).ingest(ROOT / "seeds")
    return home


@pytest.fixture(scope="session")
def server(seeds: Path) -> Iterator[Server]:
    """The pages over the seeds."""
    with_server = serve(seeds)
    yield next(with_server)
    next(with_server, None)


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """The pages with no library behind them."""
    with_server = serve(tmp_path / "library")
    yield next(with_server)
    next(with_server, None)


@pytest.fixture(scope="session")
def browser() -> Iterator[playwright.Browser]:
    """Debian's Chromium, headless."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def page(browser: playwright.Browser) -> Iterator[playwright.Page]:
    """A window of its own, as wide as a desk's."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def serve(home: Path, *arguments: str, script: Path = LAUNCH, **environment: str) -> Iterator[Server]:
    """A server of the pages; `arguments` are Streamlit's, and the later of two alike holds."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"),
        *("--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"),
        *("--client.showErrorDetails=none", "--server.fileWatcherType=none", "--server.maxUploadSize=20"),
        *arguments,
    ]
    whole = {**os.environ, "RAG_HOME": str(home), "PYTHONPATH": str(ROOT), **environment}
    # Beside the pages' own configuration, which the scripts of the tests would not find otherwise.
    process = subprocess.Popen(
        command, env=whole, cwd=ROOT / "ui", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield Server(f"http://127.0.0.1:{port}", home)
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
