"""Hands on the keys only, and eyes on where the focus is."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

# The ring is drawn on the element, or on what stands for it: a choice's frame, a scale's point.
FOCUS = """() => {
  const it = document.activeElement;
  const ring = [it, it.closest('.choice'), it.nextElementSibling].some(e => {
    if (!e) return false;
    const style = getComputedStyle(e);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const drawn = it.closest('label') || it;
  const box = drawn.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const seen = !!at && (drawn.contains(at) || at.contains(drawn) && at.closest('main, header'));
  return {what: it.outerHTML.slice(0, 140), ring, seen: !!seen};
}"""


class Keys:
    """Moves by Tab, and looks at each stop whether the focus can be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, target: Locator, limit: int = 60) -> None:
        for _ in range(limit):
            self.page.keyboard.press("Tab")
            stop: dict[str, Any] = self.page.evaluate(FOCUS)
            assert stop["ring"], f"no ring on {stop['what']}"
            assert stop["seen"], f"hidden behind something: {stop['what']}"
            if target.evaluate("e => e === document.activeElement"):
                return
        raise AssertionError(f"{limit} stops, and none was {target}")

    def follow(self, target: Locator) -> None:
        """Tab there, and Enter to where it leads."""
        self.tab_to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
