"""What all tests share: `--no-skips`, for machines that have everything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MISSING = 'import pytest\n\npytest.importorskip("no_module_of_this_name")\n'


def ran(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text(encoding="utf-8"))
    (folder / "test_sound.py").write_text("def test_sound():\n    pass\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--rootdir={folder}",
        *options,
        str(folder),
    ]
    own = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}  # it may hold --no-skips
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "skipping",
    [
        {"browser/conftest.py": MISSING, "browser/test_page.py": "def test_page():\n    pass\n"},
        {"test_server.py": MISSING + "def test_server():\n    pass\n"},
        {"test_one.py": "import pytest\n\ndef test_one():\n    pytest.skip('not here')\n"},
    ],
    ids=["a folder", "a file", "a test"],
)
def test_what_is_skipped_fails_where_nothing_may_skip(tmp_path: Path, skipping: dict[str, str]) -> None:
    for name, text in skipping.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = ran(tmp_path, "--no-skips")
    assert done.returncode in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED), done.stdout
    assert "was skipped, and nothing may skip here" in done.stdout
    assert ran(tmp_path).returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
