"""A night told with a thumb, by keyboard, and without script."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from playwright.sync_api import Page, expect

from logging_app.models import SleepNight
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.keyboard import Keys
from tests.browser.steps import choose

DIARY = "/sleep/2026-03-12/"  # one of the seven mornings before the visit of week 6

ANSWERS = {
    "When did you go to bed?": "22:30",
    "When did you try to fall asleep?": "11:00",
    "How long did it take to fall asleep?": "30",
    "How many times did you wake up in between?": "2",
    "How long were you awake then, all together?": "45",
    "When did you wake up for the last time?": "06:30",
    "When did you get up?": "07:00",
}


def test_night_with_a_thumb_from_today_and_back(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    page.get_by_role("link", name="How was the night?").tap()
    expect(page.get_by_role("heading", name="How was the night?")).to_be_visible()
    expect(page.get_by_label("When did you go to bed?")).to_be_hidden()
    assert_accessible(page)
    choose(page, "How well did you sleep?", "6")
    page.get_by_role("button", name="Save").tap()

    expect(page).to_have_url(re.compile(r"/today/$"))
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    expect(page.get_by_role("link", name="How was the night?")).to_have_count(0)
    assert_accessible(page)

    page.goto("/sleep/")
    expect(page.get_by_role("link", name="Sleep 6 of 10")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Sleep 6 of 10").tap()
    expect(page.get_by_role("radio", name="6", exact=True)).to_be_checked()
    page.get_by_text("Times of the night").tap()
    page.get_by_label("When did you go to bed?").fill("22:30")
    assert_accessible(page)
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    night = SleepNight.objects.get()
    assert (night.date, night.quality, night.in_bed_at) == (date(2026, 3, 18), 6, time(22, 30))
    assert (night.edit, night.awakenings) == (2, None)


def test_night_by_keyboard_with_a_slip_of_the_clock(open_page: Any, watch: Any) -> None:
    watch.expect("status of 409", "status of 400")
    person = cast.participant()
    page: Page = open_page(sign_in=person.user, has_touch=False)
    page.goto(DIARY)
    assert_accessible(page)
    keys = Keys(page)
    for question, typed in ANSWERS.items():
        field = page.get_by_label(question)
        keys.tab_to(field)
        # How the parts of a clock time are typed is the browser's and its language's own.
        field.fill(typed) if ":" in typed else keys.type(typed)
    keys.tab_to(page.get_by_role("radio", name="0 very badly"))
    keys.press("ArrowRight", 4)
    keys.press("Enter")

    expect(page.get_by_text("These times make 18 hours and 15 minutes of sleep.")).to_be_visible()
    expect(page.get_by_label("When did you try to fall asleep?")).to_have_value("11:00")
    expect(page.get_by_label("How long did it take to fall asleep?")).to_have_value("30")
    assert_accessible(page)
    assert not SleepNight.objects.exists()
    page.get_by_label("When did you try to fall asleep?").fill("23:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    night = SleepNight.objects.get()
    assert (night.in_bed_at, night.tried_to_sleep_at) == (time(22, 30), time(23))
    assert (night.woke_at, night.out_of_bed_at) == (time(6, 30), time(7))
    assert (night.awakenings, night.wake_after_sleep_onset_min, night.quality) == (2, 45, 4)


def test_night_without_script(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user, java_script_enabled=False)
    page.goto("/sleep/")
    page.get_by_role("link", name="How was the night?").tap()
    page.get_by_text("Times of the night").tap()
    page.get_by_label("When did you get up?").fill("07:00")
    choose(page, "How well did you sleep?", "0")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    night = SleepNight.objects.get()
    assert (night.quality, night.out_of_bed_at, night.in_bed_at) == (0, time(7), None)
