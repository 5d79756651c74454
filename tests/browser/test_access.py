"""Everything can be read, named and reached: contrast, labels, focus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import WAIT_MS, Server
from tests.browser.test_chat import conflict

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HERE = """
const below = (root) => [...root.querySelectorAll("*")].flatMap((e) => e.shadowRoot ? [e, ...below(e.shadowRoot)] : [e])
const all = () => below(document.querySelector(".stApp"))
const above = (e) => e.parentElement ?? (e.getRootNode() instanceof ShadowRoot ? e.getRootNode().host : null)
const line = (e) => e ? [e, ...line(above(e))] : []
const holds = (a, x, y) => { const box = a.getBoundingClientRect()
  return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom }
const middle = (e) => { const box = e.getBoundingClientRect()
  return [box.left + box.width / 2, box.top + box.height / 2] }
const shown = (e) => { const box = e.getBoundingClientRect()
  const hides = (a) => { const style = getComputedStyle(a)
    return style.visibility === "hidden" || style.opacity === "0" ||
      (style.overflowY !== "visible" && !holds(a, ...middle(e))) }
  return box.width > 1 && box.height > 1 && !line(e).some(hides) }
"""

FAINT = f"""() => {{ {HERE}
  const canvas = document.createElement("canvas").getContext("2d", {{ willReadFrequently: true }})
  const rgba = (color) => {{
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255] }}
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1]
  const light = ([r, g, b]) => {{
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b) }}
  // Not each ancestor is behind a text: a slider's value is written above its thumb, whose child it is.
  const behind = (e) => line(e).reverse().filter((a) => holds(a, ...middle(e)))
  const ground = (e) => behind(e).map((a) => rgba(getComputedStyle(a).backgroundColor))
    .reduce((under, color) => over(color, under), [255, 255, 255, 1])
  const ratio = (e, color) => {{
    const back = ground(e), ink = rgba(color)
    ink[3] *= line(e).reduce((part, a) => part * Number(getComputedStyle(a).opacity), 1)
    const [low, high] = [light(over(ink, back)), light(back)].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05) }}
  const needed = (style) => {{
    const size = parseFloat(style.fontSize)
    const icon = style.fontFamily.includes("Material")
    return icon || size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5 }}
  const written = (e) => [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim())
  const faint = []
  for (const e of all().filter(shown)) {{
    if (line(e).some((a) => a.disabled || a.getAttribute("aria-disabled") === "true")) continue
    const style = getComputedStyle(e), hint = getComputedStyle(e, "::placeholder")
    const found = [
      ...(written(e) ? [[e.textContent.trim(), ratio(e, style.color)]] : []),
      ...(e.placeholder && !e.value ? [[e.placeholder, ratio(e, hint.color)]] : []),
    ]
    for (const [words, contrast] of found)
      if (contrast < needed(style)) faint.push(`${{words.slice(0, 40)}}: ${{contrast.toFixed(2)}}`)
  }}
  return faint }}"""

NAMELESS = f"""() => {{ {HERE}
  const named = (e) => e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.title ||
    e.textContent.trim() || (e.labels ?? []).length || e.placeholder
  return all().filter((e) => e.matches("button, input, textarea, select, [role=button], [role=slider], [role=region]"))
    .filter(shown).filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 200)) }}"""

FOCUSED = f"""() => {{ {HERE}
  let e = document.activeElement
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement
  if (!e || e === document.body) return null
  const marked = line(e).slice(0, 5).some((a) => {{ const style = getComputedStyle(a)
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none" }})
  return [e.textContent.trim().slice(0, 30) || e.getAttribute("aria-label") || e.tagName, marked] }}"""


@pytest.fixture(params=["light", "dark"])
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window in each of the two."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def _answered(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/?conversation={conflict(server.home)}")
    page.locator("button.number").first.click()
    page.locator("mark").first.wait_for()
    page.locator(".st-key-follow-ups button, .stFeedback, [data-testid=stFeedback]").first.wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)


def test_text_stands_out_from_its_ground(window: Page, server: Server) -> None:
    _answered(window, server)
    assert window.evaluate(FAINT) == []
    window.goto(f"{server.address}/documents?source=004_312ac729c335d70b.txt&start=10&end=60")
    window.locator("mark").first.wait_for()
    assert window.evaluate(FAINT) == []
    window.goto(f"{server.address}/documents")
    window.locator("button.row").first.wait_for()
    assert window.evaluate(FAINT) == []
    window.goto(server.address)
    window.locator(".st-key-examples button").first.wait_for()
    assert window.evaluate(FAINT) == []


def test_everything_to_press_or_fill_has_a_name(page: Page, server: Server) -> None:
    _answered(page, server)
    assert page.evaluate(NAMELESS) == []
    page.goto(f"{server.address}/documents")
    page.locator("button.row").first.wait_for()
    page.get_by_text("Add documents").click()
    page.locator("input[type=file]").wait_for(state="attached")
    assert page.evaluate(NAMELESS) == []


def test_whatever_has_the_focus_shows_it(page: Page, server: Server) -> None:
    _answered(page, server)
    page.mouse.click(640, 5)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    found = [stop for stop in reached if stop]
    assert [name for name, marked in found if not marked] == []
    names = " ".join(name for name, _ in found)
    for name in ("New conversation", "Ask", "Documents", "1", "Open the whole document"):
        assert name in names
