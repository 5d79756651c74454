"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.desk import Desk

SEEDS = Path(__file__).parent.parent / "seeds"

# A key or a home of the person who runs the tests must not change what is tested.
for _name in [name for name in os.environ if name.startswith(("RAG_", "OPENAI_"))]:
    del os.environ[_name]

# A busy machine is no fault of the code.
hypothesis.settings.register_profile("footnote", deadline=None)
hypothesis.settings.load_profile("footnote")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test fails: for machines that have everything")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests go last: Playwright keeps an event loop running, in which no other may be started."""
    items.sort(key=lambda item: "browser" in item.path.parts)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--no-skips"):
        # A plugin, since the hooks of this file are not called for a folder whose own conftest.py skips it.
        config.pluginmanager.register(NoSkips(), "no-skips")


class NoSkips:
    """Lets a test fail that is skipped, and a file or folder that is skipped before any of its tests is known."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item):
        report = yield
        return _failed(report, item)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector):
        report = yield
        return _failed(report, collector)


def _failed(report: pytest.TestReport | pytest.CollectReport, node: pytest.Item | pytest.Collector):
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{node.nodeid} was skipped, and nothing may skip here: {report.longrepr}"
    return report


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    from tests.desk import Desk

    desk = Desk(tmp_path)
    desk.write("bees.txt", "Bees dance to tell the others where the flowers are.")
    desk.write("rivers.txt", "The Rhine rises in the Alps.")
    desk.write("deep/er/tea.txt", "Green tea is not oxidised.")
    return desk


@pytest.fixture
def seeds() -> Path:
    return SEEDS
