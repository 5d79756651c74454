"""The pages as pictures, for the README: python -m tests.browser.screenshots --url http://127.0.0.1:8501 --out FOLDER

Over a library of seeds/, with whatever answers there; look at each before you keep it. The report of an evaluation:
python -m tests.browser.screenshots --report RUN/report.html --out FOLDER
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM

QUESTION = "Who was to lead the Israeli delegation to Washington?"
ABSENT = "What did the Pope say?"
SIZES = {"": (1280, 800), "-phone": (390, 844)}
PATIENCE_MS = 180_000


def _ask(page: Page, question: str) -> None:
    page.get_by_test_id("stChatInput").locator("textarea").fill(question)
    page.get_by_test_id("stChatInput").locator("textarea").press("Enter")
    page.locator("[class*=st-key-under-]").last.wait_for()


def _pictures(page: Page, url: str, out: Path, name: str) -> None:
    def keep(what: str) -> None:
        page.mouse.move(0, 0)
        page.wait_for_timeout(700)
        page.screenshot(path=out / f"{what}{name}.png")

    page.goto(url)
    page.locator(".st-key-examples button").nth(1).wait_for()
    keep("welcome")
    _ask(page, QUESTION)
    page.locator(".st-key-follow-ups").wait_for(state="attached")
    page.wait_for_timeout(2000)
    page.locator("button.number").first.click()
    keep("chat")
    page.get_by_label("Close the source").click()
    _ask(page, ABSENT)
    page.wait_for_timeout(2000)
    keep("absent")
    page.goto(f"{url}/documents")
    page.locator("button.row").first.wait_for()
    keep("documents")
    page.goto(f"{url}/documents?source=002_490b6dcec746b6bb.txt&start=1000&end=1120")
    page.locator("mark").first.wait_for()
    keep("document")
    page.goto(f"{url}/evaluation")
    page.get_by_role("button", name="Ask 20 questions").wait_for()
    keep("evaluation")


def _report(page: Page, file: Path, out: Path) -> None:
    page.goto(file.resolve().as_uri())
    page.wait_for_timeout(700)
    page.screenshot(path=out / "report.png", clip={"x": 0, "y": 0, "width": 1200, "height": 1560}, full_page=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8501")
    parser.add_argument("--report", type=Path, help="the picture of this alone")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        if given.report:
            _report(browser.new_page(viewport={"width": 1200, "height": 1560}), given.report, given.out)
            return
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                context.set_default_timeout(PATIENCE_MS)
                _pictures(context.new_page(), given.url, given.out, f"{size}{'-dark' if scheme == 'dark' else ''}")
                context.close()


if __name__ == "__main__":
    main()
