"""From the consent page to a signature, on a phone: drawn by finger, and where no script runs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from enrollment.models import ConsentRecord
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import sign_in
from tests.enrollment import consenting


@pytest.fixture
def person(db: None, live_server: Any) -> Any:
    patient = consenting.newcomer()
    consenting.approved()
    consenting.talk(patient)
    return patient


def read_on(page: Page, check: Any) -> None:
    """From the overview through every section."""
    check(page)
    page.get_by_role("link", name="Begin").tap()
    for number in range(1, 14):
        expect(page.get_by_text(f"{number} of 13")).to_be_visible()
        check(page)
        page.get_by_role("link", name="Go on", exact=True).tap()


def at(page: Page, title: str) -> None:
    """The page with this heading has come."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def answer(page: Page, check: Any) -> None:
    """One answer is wrong: it is explained, and the way goes on."""
    at(page, "A short check")
    check(page)
    page.get_by_label("I do", exact=True).check()
    page.get_by_label(re.compile("so I call a helpline")).check()
    page.get_by_label(re.compile("Only say so")).check()
    page.get_by_label(re.compile("A guess with a wide range")).check()
    page.get_by_role("button", name="Go on", exact=True).tap()
    expect(page.get_by_text("Not quite")).to_be_visible()
    expect(page.get_by_text("It is decided by chance")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Go on", exact=True).tap()


def choose(page: Page, check: Any) -> None:
    at(page, "Your choices")
    check(page)
    page.get_by_label("Data of my tracker or watch may be used").check()
    page.get_by_role("button", name="Go on", exact=True).tap()


def test_consent_is_signed_by_finger(open_page: Any, person: Any) -> None:
    page: Page = open_page(sign_in=person.user)
    page.goto("/consent/")
    read_on(page, assert_accessible)
    answer(page, assert_accessible)
    choose(page, assert_accessible)
    at(page, "Sign")
    assert_accessible(page)
    page.get_by_label("Your full name").fill("陈美")
    pad = page.get_by_role("img", name="Sign with your finger, if you like")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 90)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(box["x"] + 30 + 12 * step, box["y"] + 90 - 50 * (step % 2))
    page.mouse.up()
    page.get_by_label("I have read the text and I sign it.").check()
    page.get_by_label("Your password or PIN, once more").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).tap()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    assert_accessible(page)
    record = ConsentRecord.objects.get(participant=person)
    assert (record.method, record.tracker_data, record.estimates) == ("drawn", True, False)
    assert record.quiz_answers["group"] == ["me"]
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Version 2")).click()
    assert download.value.path().read_bytes() == bytes(record.identity.copy_pdf)


def test_consent_is_signed_without_script_and_reloaded_at_every_step(
    open_page: Any, person: Any, watch: Any
) -> None:
    page: Page = open_page(java_script_enabled=False)

    def reload(page: Page) -> None:
        heading = page.get_by_role("heading", level=1).inner_text()
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)

    sign_in(page, person.user.email)
    page.goto("/consent/")
    read_on(page, reload)
    answer(page, reload)
    choose(page, reload)
    at(page, "Sign")
    reload(page)
    expect(page.get_by_text("Sign with your finger")).to_be_hidden()
    page.get_by_label("Your full name").fill("Chen Mei")
    page.get_by_label("I have read the text and I sign it.").check()
    page.get_by_label("Your password or PIN, once more").fill("wrong")
    watch.expect("status of 400")
    page.get_by_role("button", name="Sign", exact=True).tap()
    expect(page.get_by_text("That is not right. Please try again.").first).to_be_visible()
    expect(page.get_by_label("Your full name")).to_have_value("Chen Mei")
    page.get_by_label("I have read the text and I sign it.").check()
    page.get_by_label("Your password or PIN, once more").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).tap()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="What you signed")).to_be_visible()
    assert ConsentRecord.objects.get(participant=person).method == "typed"


def test_consent_waits_for_the_talk(open_page: Any) -> None:
    patient = consenting.newcomer()
    consenting.approved()
    page: Page = open_page(sign_in=patient.user)
    page.goto("/consent/")
    read_on(page, lambda page: None)
    answer(page, lambda page: None)
    choose(page, lambda page: None)
    expect(page.get_by_text("Before you sign, someone of the study team")).to_be_visible()
    expect(page.get_by_role("link", name="Sign", exact=True)).to_have_count(0)
    assert_accessible(page)
    consenting.talk(patient)
    page.reload()
    page.get_by_role("link", name="Go on where you stopped").tap()
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_visible()
