"""axe on the very page that is open, and the size of every target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Error, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Everything is asked of the light page; the dark one differs from it in its colours alone.
RULES = {"light": TAGS, "dark": ["color-contrast", "link-in-text-block"]}
# 2.5.8 Target Size (Minimum), new in WCAG 2.2: 24 px each way, but for links inside a sentence.
SMALL_TARGETS = """() => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.skip'))
  .filter(e => !(getComputedStyle(e).display === 'inline' && e.closest('p, li')))
  .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
  .filter(([e, box]) => box.width < 24 || box.height < 24)
  .map(([e, box]) => `${e.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""


def assert_accessible(page: Page) -> None:
    """No violation in the light or in the dark, and no target too small.

    axe enters by the debugger's protocol, which the page's policy does not bind: the page under
    test keeps its policy. It may not load the style sheets a second time, which it refuses. Where
    a page is just being left, the one that comes is looked at.
    """
    for _ in range(3):
        page.wait_for_load_state()
        try:
            return _look(page)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
    return _look(page)


def _look(page: Page) -> None:
    page.evaluate(AXE)
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations'], preload: false})",
            rules,
        )
        assert [_violation(v) for v in found["violations"]] == [], f"{page.url}, {scheme}"
    page.emulate_media(color_scheme=None)
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def _violation(violation: dict[str, Any]) -> str:
    nodes = "; ".join(
        f"{node['html'][:160]} {' '.join(check['message'] for check in node['any'])}"
        for node in violation["nodes"][:4]
    )
    return f"{violation['id']}: {violation['help']} — {nodes}"
