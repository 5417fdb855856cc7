"""The participant's week in a real browser: on a phone, by keyboard, without scripts."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import protocol
from schedule import selectors
from schedule.models import NotToday, Pause
from schedule.rules.plan import protocol_plan
from schedule.services import pauses
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.keyboard import Keys
from tests.browser.test_without_script import OVERFLOWING

TODAY = date(2026, 3, 18)
DESKTOP = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False}
PAGES = ("/today/", "/week/", "/week/?week=6", "/plan/", "/calendar/")
OPEN_ALL = "all => all.forEach(one => { one.open = true })"


@pytest.mark.parametrize("look", [{}, DESKTOP], ids=["phone", "desktop"])
def test_every_page_of_the_week_is_accessible_and_fits(open_page: Any, look: Any) -> None:
    person = cast.participant()
    cast.fitness(person)
    pauses.pause(
        participant=person, kind="travel", starts_on=TODAY + timedelta(days=20), ends_on=None,
        reason="family", by=person.user, now=cast.NOW,
    )  # fmt: skip
    page: Page = open_page(sign_in=person.user, **look)
    for address in PAGES:
        page.goto(address)
        page.locator("details").evaluate_all(OPEN_ALL)
        assert page.evaluate(OVERFLOWING) == []
        assert_accessible(page)


def test_the_pages_fit_where_text_is_large_and_the_screen_is_narrow(
    open_page: Any, large_text: Any
) -> None:
    person = cast.participant()
    cast.fitness(person)
    narrow = {"width": 320, "height": 568}
    page: Page = open_page(browser=large_text, sign_in=person.user, viewport=narrow)
    cut = {}
    for address in PAGES:
        page.goto(address)
        page.locator("details").evaluate_all(OPEN_ALL)
        if found := page.evaluate(OVERFLOWING):
            cut[address] = found
    assert cut == {}


def test_a_phone_without_scripts_plans_rests_and_pauses(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user, java_script_enabled=False)
    page.goto("/today/")
    page.get_by_role("link", name="Your week").tap()
    page.get_by_label("Day for Strength session").select_option(label="Friday, 20 March")
    page.get_by_role("button", name="Save the days").tap()
    expect(page.get_by_text("Planned for Friday")).to_be_visible()
    assert selectors.programme(person).planned == {"w07-strength-1": date(2026, 3, 20)}
    page.goto("/today/")
    page.locator("summary", has_text="Not today").tap()
    page.get_by_text("No energy today").tap()
    page.get_by_role("button", name="Not today").tap()
    expect(page.get_by_role("heading", name="Rest is fine")).to_be_visible()
    assert NotToday.objects.get().reason == "tired"
    page.get_by_role("button", name="Take it back").tap()
    expect(page.get_by_role("heading", name="Rest is fine")).to_have_count(0)
    page.goto("/week/")
    page.locator("summary", has_text="Take a pause").tap()
    page.get_by_text("Illness").tap()
    page.get_by_label("Last day").fill("2026-03-20")
    page.get_by_role("button", name="Take a pause").tap()
    rests = page.get_by_role("heading", name="Your sessions rest until Friday, 20 March")
    expect(rests).to_be_visible()
    assert Pause.objects.count() == 1
    page.get_by_role("button", name="End it today").tap()
    expect(page.get_by_text("Any day of the week will do for what is still open.")).to_be_visible()


def test_a_day_is_planned_by_keyboard_alone(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user, **DESKTOP)
    page.goto("/week/")
    Keys(page).tab_to(page.get_by_label("Day for Stretching or yoga"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save the days")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Planned for today").first).to_be_visible()
    assert selectors.programme(person).planned == {"w07-flexibility-1": TODAY}


def test_the_calendars_address_is_made_shown_once_and_taken_back(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.goto("/me/")
    page.get_by_role("link", name="In your own calendar").tap()
    page.get_by_role("button", name="Make my address").tap()
    address = page.get_by_label("Or copy it").input_value()
    link = page.get_by_role("link", name="Open in my calendar").get_attribute("href")
    assert link == re.sub(r"^https?", "webcal", address)
    assert_accessible(page)
    stranger: Page = open_page()
    assert stranger.request.get(address).text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name="Take the address back").tap()
    expect(page.get_by_text("The address no longer works.")).to_be_visible()
    assert stranger.request.get(address).status == 404


def test_the_plan_prints_on_a4_without_the_frame(open_page: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user, **DESKTOP)
    page.goto("/plan/")
    page.emulate_media(media="print")
    for frame in (".bar", ".nav", ".btn", ".plan-hint"):
        for part in page.locator(frame).all():
            expect(part).to_be_hidden()
    expect(page.get_by_role("heading", name="When to stop")).to_be_visible()
    pages = re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))
    assert 1 <= len(pages) <= 2


def test_before_the_programme_starts_the_plan_is_there_to_look_at(open_page: Any) -> None:
    person = cast.participant(week=1, prescribed=False)
    cast.prescribe(
        person, protocol_plan(protocol.current(), 1), starts_on=TODAY + timedelta(days=5)
    )
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    starts = page.get_by_role("heading", name="Your sessions start on Monday, 23 March")
    expect(starts).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="See your plan").tap()
    expect(page.get_by_text("3 times a week, 30 minutes")).to_be_visible()
