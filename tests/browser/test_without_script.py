"""The thread where no script runs, and where the text is large and the window small."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from logging_app.models import Workout
from tests import cast
from tests.browser.steps import card, choose, sign_in

# Wider than the window, or cut off inside a box of their own.
OVERFLOWING = """() => {
  const wide = document.documentElement.scrollWidth > window.innerWidth + 1 ? ['the page'] : [];
  const cut = [...document.querySelectorAll('main *, header *, nav *')]
    .filter(e => e.checkVisibility() && !e.matches('.visually-hidden, svg, svg *, input'))
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
    .filter(e => getComputedStyle(e).overflowX !== 'visible' && !e.matches('.table-wrap'));
  const out = [...document.querySelectorAll('main *, header *, nav *')]
    .filter(e => e.checkVisibility() && !e.matches('.visually-hidden, svg *'))
    .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1);
  return [...wide, ...cut.concat(out).map(e => e.outerHTML.slice(0, 120))].slice(0, 6);
}"""


def test_thread_without_script(open_page: Any) -> None:
    cast.participant()
    page: Page = open_page(java_script_enabled=False)
    sign_in(page, "patient@example.org")
    card(page, "Strength").get_by_role("link", name="Log it").tap()
    expect(page.get_by_role("radio", name="Strength")).to_be_checked()
    choose(page, "Mood now, after", "5")
    page.locator("summary", has_text="Time and heart rate").tap()
    page.get_by_label("Heart rate after").fill("104")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    page.get_by_role("link", name="Today").first.tap()
    expect(card(page, "Strength")).to_contain_text("Done for this week")

    page.get_by_role("link", name="History").tap()
    page.get_by_role("link", name="Mood after: 5").tap()
    page.get_by_role("link", name="Change this entry").tap()
    choose(page, "Mood now, after", "8")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    workout = Workout.objects.get()
    assert (workout.mood_after, workout.edit, workout.hr_after_bpm) == (8, 2, 104)

    page.get_by_role("link", name="Change this entry").tap()
    page.locator("summary", has_text="This entry was a mistake").tap()
    page.get_by_role("button", name="Take it back").tap()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    workout.refresh_from_db()
    assert workout.voided_at is not None


@pytest.mark.parametrize("text", [100, 200])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut(open_page: Any, request: Any, width: int, text: int) -> None:
    """WCAG 1.4.4 and 1.4.10, and the two of them together."""
    person = cast.participant()
    cast.fitness(person)
    page: Page = open_page(
        browser=request.getfixturevalue("large_text" if text == 200 else "chromium"),
        sign_in=person.user, viewport={"width": width, "height": 700}, is_mobile=False,
    )  # fmt: skip
    cut: dict[str, Any] = {}
    for address in ("/today/", "/log/", "/history/", "/me/", "/help-now/", "/offline/"):
        page.goto(address)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == (
            f"{16 * text // 100}px"
        )
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        if found := page.evaluate(OVERFLOWING):
            cut[address] = found
    assert cut == {}


def test_log_is_saved_at_320_with_large_text(open_page: Any, large_text: Any) -> None:
    person = cast.participant()
    narrow = {"width": 320, "height": 568}
    page: Page = open_page(browser=large_text, sign_in=person.user, viewport=narrow)
    page.goto("/log/")
    choose(page, "Mood now, after", "10")
    page.get_by_role("button", name="Save").tap()
    expect(page).to_have_url(re.compile(r"/log/[0-9a-f-]{36}/$"))
    assert Workout.objects.get().mood_after == 10
