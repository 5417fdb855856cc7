"""The thread with Tab, arrows, Space and Enter only; the focus can be seen at every stop."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from logging_app.models import Workout
from tests import cast
from tests.browser.keyboard import Keys
from tests.browser.steps import card


def scale(page: Page, question: str) -> Locator:
    return page.get_by_role("group", name=question).get_by_role("radio").first


def test_keyboard_alone(open_page: Any) -> None:
    cast.participant()
    page: Page = open_page()
    keys = Keys(page)

    page.goto("/")
    keys.tab_to(page.get_by_label("E-mail or study code"))
    keys.type("patient@example.org")
    keys.tab_to(page.get_by_label("Password", exact=True))
    keys.type(cast.PASSWORD)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/today/$"))

    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    keys.follow(card(page, "Aerobic").get_by_role("link", name="Log it"))
    expect(page).to_have_url(re.compile(r"/log/"))

    keys.tab_to(page.get_by_role("radio", name="Aerobic"))
    keys.tab_to(page.get_by_label("How many minutes?"))
    keys.tab_to(scale(page, "Mood before"))
    keys.press("ArrowRight", 4)
    keys.tab_to(scale(page, "Mood now, after"))
    keys.press("Space")
    keys.tab_to(scale(page, "How did it feel while you moved?"))
    keys.press("ArrowRight", 7)
    wrong = page.get_by_role("group", name="Was anything wrong?")
    keys.tab_to(wrong.get_by_role("radio", name="No", exact=True))
    keys.press("Space")
    keys.follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    workout = Workout.objects.get()
    assert (workout.mood_before, workout.mood_after, workout.feeling) == (4, 0, 2)
    assert (workout.effort, workout.symptoms) == (None, [])

    keys.follow(page.get_by_role("link", name="History"))
    keys.follow(page.get_by_role("link", name="Mood 4 → 0"))
    keys.follow(page.get_by_role("link", name="Change this entry"))
    keys.tab_to(page.get_by_role("group", name="Mood now, after").get_by_label("0 very low"))
    keys.press("ArrowRight", 6)
    keys.follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    workout.refresh_from_db()
    assert (workout.mood_after, workout.edit) == (6, 2)

    keys.follow(page.get_by_role("link", name="Change this entry"))
    keys.tab_to(page.locator("summary", has_text="This entry was a mistake"))
    keys.press("Enter")
    keys.tab_to(page.get_by_role("button", name="Take it back"))
    keys.press("Space")
    expect(page.get_by_text("Taken back.")).to_be_visible()
    workout.refresh_from_db()
    assert workout.voided_at is not None
