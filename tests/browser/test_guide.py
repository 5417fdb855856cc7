"""The guide on a phone: drawings that show, pages that fit, and the way by keys."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.keyboard import Keys
from tests.browser.test_without_script import OVERFLOWING

PAGES = ("/exercises/", "/exercises/calf_stretch/", "/exercises/swimming/", "/moving/",
         "/when-to-stop/")  # fmt: skip
# How wide each drawing's ink is, in its own units of 240, and in which colour it is drawn.
INK = """() => [...document.querySelectorAll('svg.drawing use')].map(e => e.getBBox().width)"""
COLOUR = "() => getComputedStyle(document.querySelector('svg.drawing use')).color"


@pytest.fixture
def person(transactional_db: None) -> Any:
    return cast.participant()


@pytest.mark.parametrize("address", PAGES)
def test_page_fits_a_phone_and_is_accessible(open_page: Any, person: Any, address: str) -> None:
    page: Page = open_page(sign_in=person.user)
    page.goto(address)
    assert page.evaluate(OVERFLOWING) == []
    assert_accessible(page)


def test_pages_fit_where_text_is_large_and_the_screen_is_narrow(
    open_page: Any, large_text: Any, person: Any
) -> None:
    narrow = {"width": 320, "height": 568}
    page: Page = open_page(browser=large_text, sign_in=person.user, viewport=narrow)
    cut = {}
    for address in PAGES:
        page.goto(address)
        if found := page.evaluate(OVERFLOWING):
            cut[address] = found
    assert cut == {}


def test_every_drawing_shows_in_the_ink_of_the_page(open_page: Any, person: Any) -> None:
    page: Page = open_page(sign_in=person.user)
    page.goto("/exercises/", wait_until="networkidle")
    ink = page.evaluate(INK)
    assert len(ink) == page.locator(".exercises li").count() > 15
    assert [width for width in ink if width < 60 or width > 240] == []
    light = page.evaluate(COLOUR)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(COLOUR) != light


def test_from_the_list_to_an_exercise_and_whom_to_call_by_keys(open_page: Any, person: Any) -> None:
    page: Page = open_page(sign_in=person.user, has_touch=False)
    keys = Keys(page)
    page.goto("/exercises/")
    keys.follow(page.get_by_role("link", name="Squat"))
    expect(page.get_by_role("heading", level=1, name="Squat")).to_be_visible()
    keys.follow(page.get_by_role("link", name="When to stop"))
    expect(page).to_have_url(re.compile(r"/when-to-stop/$"))
    keys.tab_to(page.get_by_role("link", name="120"))


def test_topics_open_by_thumb_and_without_script(open_page: Any, person: Any) -> None:
    page: Page = open_page(sign_in=person.user, java_script_enabled=False)
    page.goto("/moving/")
    expect(page.get_by_text("Five minutes count.")).to_be_visible()
    told = page.get_by_text("It needs no reason.")
    expect(told).to_be_hidden()
    page.locator("summary", has_text="Bad days").tap()
    expect(told).to_be_visible()


def test_screen_reader_hears_steps_and_no_drawing(open_page: Any, person: Any) -> None:
    page: Page = open_page(sign_in=person.user)
    page.goto("/exercises/sit_to_stand/")
    expect(page.get_by_role("main").get_by_role("img")).to_have_count(0)
    steps = page.get_by_role("region", name="How it goes").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(page.get_by_text("Breathe out as you stand up")).to_be_visible()
