"""What must hold of every page, as a browser sees it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
NARROW = ViewportSize(width=320, height=640)

# What sticks out of the window, or is cut off by a box that hides what does not fit.
STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const isMeantForEars = style.clipPath !== "none" || element.closest(".vh, .skip, thead");
  if (!box.width || isMeantForEars || element.closest("svg")) return false;
  const cut = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
  const scrollsByItself = element.matches("input, textarea, select");
  return box.right > innerWidth + 1 || box.left < -1 || (cut && !scrollsByItself);
}).map((element) => element.tagName + "." + element.className + ": "
    + element.textContent.trim().slice(0, 40))"""


def barriers(page: Page) -> list[str]:
    """List what keeps people out, by WCAG 2.2 AA."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def sticks_out(page: Page) -> list[str]:
    """List what does not fit into a window of 320 px."""
    page.set_viewport_size(NARROW)
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    outside: list[str] = page.evaluate(STICKS_OUT)
    return outside + ([f"the page is {wide} px wide"] if wide > NARROW["width"] else [])
