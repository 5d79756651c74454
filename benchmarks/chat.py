"""How long a person waits in the chat: until the first words, the source behind a number, a document.

rag chat --no-browser                                                      # over a library of seeds/
python -m benchmarks.chat --url http://127.0.0.1:8501 --n 20
python -m benchmarks.chat --url http://127.0.0.1:8501 --n 20 --documents   # over a library of any size

Chromium is driven, and the page's own clock is read: from the key or the click to the frame that
shows what was waited for. The first question of a server opens the models, so it is told apart.
Between questions there is time to read, in which the server looks for follow-up questions.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUESTIONS = (
    "Who was to lead the Israeli delegation to Washington?",
    "Which country did Blinken go to after Saudi Arabia?",
    "How many hostages must Hamas release in the first round?",
    "How many Palestinians were arrested in the West Bank?",
    "Who resigned as head of military intelligence?",
)
WAIT_MS = 120_000
READING_MS = 10_000

HERE = """
const below = (root) => [...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? [e, ...below(e.shadowRoot)] : [e])
const all = (selector) => below(document.querySelector(".stApp")).filter((e) => e.matches(selector))
const visible = (e) => {
  const r = e.getBoundingClientRect()
  return r.height > 0 && r.top < innerHeight && r.bottom > 0
}
const until = async (true_now) => {
  const start = performance.now()
  while (!true_now()) {
    if (performance.now() - start > 120000) throw new Error("nothing came in 120 s")
    await new Promise(requestAnimationFrame)
  }
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame) // what is true now is seen in the frame after
  return performance.now() - start
}
"""
FIRST_WORDS = f"""async (before) => {{ {HERE}
  return until(() => all("[data-testid=stMarkdownContainer]").some((e) => e.textContent.includes("▍")) ||
                     all("button.number").length > before ||
                     all("p").filter((e) => e.textContent === "The documents do not say.").length > 0) }}"""
CLICK = f"""async () => {{ {HERE}
  all("button.number").at(-1).click()
  return until(() => all("mark").some(visible)) }}"""
CLOSE = f"""async () => {{ {HERE}
  const button = all("[aria-label='Close the source']").filter(visible).at(-1)
  button.click()
  return until(() => !all("mark").length) }}"""
OPEN = f"""async (at) => {{ {HERE}
  all("button.row").at(at).click()
  return until(() => all(".line").some(visible)) }}"""
NUMBERS = f"""() => {{ {HERE} return all("button.number").length }}"""


def ask(page: Page, url: str, question: str) -> float:
    """Milliseconds from Enter to the first words, in a new conversation."""
    page.goto(url)
    box = page.get_by_test_id("stChatInput").locator("textarea")
    box.fill(question)
    before = page.evaluate(NUMBERS)
    started = time.perf_counter()
    box.press("Enter")
    pressed = (time.perf_counter() - started) * 1000
    waited = pressed + float(page.evaluate(FIRST_WORDS, before))
    page.wait_for_timeout(READING_MS)
    return waited


def click(page: Page, n: int) -> list[float]:
    """Milliseconds from the click on a number to its highlighted source, which is closed again each time."""
    page.locator("button.number").first.wait_for()
    page.wait_for_timeout(1000)
    found = []
    for _ in range(n):
        found.append(float(page.evaluate(CLICK)))
        page.wait_for_timeout(200)
        page.evaluate(CLOSE)
        page.wait_for_timeout(200)
    return found


def documents(page: Page, url: str, n: int) -> tuple[list[float], list[float]]:
    """Milliseconds until the list of documents stands there, and until one of them does after a click."""
    lists, opened = [], []
    for row in range(n):
        started = time.perf_counter()
        page.goto(f"{url}/documents")
        page.locator("button.row").first.wait_for()
        lists.append((time.perf_counter() - started) * 1000)
        page.wait_for_timeout(500)
        opened.append(float(page.evaluate(OPEN, row % 6)))
    return lists, opened


def show(name: str, milliseconds: list[float]) -> None:
    low, high = np.percentile(milliseconds, [5, 95])
    print(f"{name}: median {np.median(milliseconds):.0f} ms, 90% in {low:.0f} to {high:.0f}, n = {len(milliseconds)}")


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8501")
    parser.add_argument("--n", type=int, default=20)
    parser.add_argument("--documents", action="store_true", help="the documents in place of the chat")
    given = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(WAIT_MS)
        if given.documents:
            lists, opened = documents(page, given.url, given.n)
            show("list of documents, with the page", lists)
            show("document after a choice", opened)
            return
        print(f"first question of all: {ask(page, given.url, QUESTIONS[0]):.0f} ms")
        show("first words", [ask(page, given.url, QUESTIONS[i % len(QUESTIONS)]) for i in range(given.n)])
        ask(page, given.url, QUESTIONS[0])
        show("click to highlighted source", click(page, given.n))


if __name__ == "__main__":
    main()
