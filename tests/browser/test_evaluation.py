from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_an_evaluation_runs_shows_its_figures_and_is_compared(page: Page, empty_server: Server) -> None:
    page.goto(f"{empty_server.address}/evaluation")
    for _ in range(2):
        page.get_by_role("button", name="Ask 20 questions").click()
        page.get_by_text("of 20 questions").wait_for()
        page.get_by_role("button", name="Ask 20 questions").wait_for(timeout=400_000)
    page.get_by_test_id("stVegaLiteChart").wait_for()
    page.get_by_text("Questions", exact=True).wait_for()
    page.get_by_label("Compare with an earlier one").click()
    page.get_by_role("option").nth(1).click()
    page.get_by_text("What flipped").wait_for()
    page.get_by_text("No question came out differently.").wait_for()
