"""What each kind of person sees first, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import sign_in


def test_control_arm_is_suggested_no_exercise(open_page: Any) -> None:
    person = cast.participant("control", arm="control")
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    expect(page.get_by_text("Week 7 of 12")).to_be_visible()
    expect(page.get_by_text("Please go on as usual.")).to_be_visible()
    expect(page.get_by_text("After your week-12 visit")).to_be_visible()
    expect(page.get_by_role("link", name="Log it")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text(re.compile("aerobic|strength|control", re.I))
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(
        ["Today", "Log", "History", "Me"]
    )
    assert_accessible(page)


def test_newcomer_is_told_what_comes_first(open_page: Any) -> None:
    person = cast.participant("newcomer", week=None, consented=False)
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    expect(page.get_by_text("Before you begin")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Log", exact=True).tap()
    expect(page.get_by_text("You can log here once you have read and signed")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    assert_accessible(page)


def test_finished_participant_has_nothing_to_do(open_page: Any) -> None:
    person = cast.participant("finished", week=14)
    page: Page = open_page(sign_in=person.user)
    page.goto("/today/")
    expect(page.get_by_text("After week 12")).to_be_visible()
    expect(page.get_by_text("The weeks are behind you")).to_be_visible()
    expect(page.get_by_role("link", name="Log it")).to_have_count(0)
    assert_accessible(page)


def test_refusal_says_why(open_page: Any, watch: Any) -> None:
    """A participant on a page of the staff."""
    page: Page = open_page(sign_in=cast.participant().user)
    watch.expect("status of 403")
    page.goto("/styleguide/")
    expect(page.get_by_role("heading", name="Not now")).to_be_visible()
    assert_accessible(page)


def test_withdrawal_while_a_form_is_open_is_said_with_the_form(open_page: Any, watch: Any) -> None:
    person = cast.participant()
    page: Page = open_page(sign_in=person.user)
    page.goto("/log/")
    page.get_by_label("Anything you would like to add").fill("a last word")
    cast.withdraw(person, cast.NOW - timedelta(minutes=1))
    watch.expect("status of 403")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_role("alert")).to_contain_text("This is not saved.")
    expect(page.get_by_label("Anything you would like to add")).to_have_value("a last word")


def test_study_code_signs_in(open_page: Any) -> None:
    """Not everyone has e-mail."""
    person = cast.participant()
    person.user.email, person.user.sign_in_code = None, "willow-27"
    person.user.save()
    page: Page = open_page()
    page.goto("/account/login/")
    assert_accessible(page)
    sign_in(page, "Willow-27")
    expect(page).to_have_url(re.compile(r"/today/$"))


def test_wrong_password_is_said_at_the_form(open_page: Any) -> None:
    cast.participant()
    page: Page = open_page()
    sign_in(page, "patient@example.org", "not the phrase")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("E-mail or study code")).to_have_value("patient@example.org")
    assert_accessible(page)


def test_language_is_changed_before_signing_in(open_page: Any) -> None:
    page: Page = open_page()
    page.goto("/account/login/")
    page.get_by_role("button", name="简体中文").tap()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.get_by_role("button", name="简体中文")).to_have_attribute("aria-current", "true")
    assert_accessible(page)
    page.goto("/help-now/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("main")).to_contain_text("急救")
    assert_accessible(page)
    page.goto("/account/login/")
    page.get_by_role("button", name="English").tap()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def test_coordinator_begins_at_the_desk(open_page: Any, settings: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    desk = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False}
    page: Page = open_page(sign_in=cast.staff(Role.COORDINATOR), **desk)
    page.goto("/")
    assert_accessible(page)
    page.get_by_role("link", name="Study desk").click()
    expect(page).to_have_url(re.compile(r"/admin/$"))
    assert_accessible(page)
    page.goto("/styleguide/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
