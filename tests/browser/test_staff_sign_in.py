"""Staff set up a second factor and then get in; the forms of the desk that they fill in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Page, expect

from accounts.models import AuditEvent
from accounts.roles import Role
from core import clock
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import sign_in

DESK = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False}
SIZES = [pytest.param({}, id="phone"), pytest.param(DESK, id="desk")]
ADD = "/admin/enrollment/unblinding/add/"


def code_for(secret: str) -> str:
    """What the app on the phone shows now."""
    counter = list(totp.yield_hotp_counters_from_time())[-1]
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.mark.parametrize("size", SIZES)
def test_staff_set_up_a_second_factor_and_then_get_in(open_page: Any, size: Any) -> None:
    """Wherever they want to go, there is one page until it is done."""
    person = cast.staff(Role.COORDINATOR)
    page: Page = open_page(**size)
    sign_in(page, person.email)
    expect(page).to_have_url(re.compile(r"/account/2fa/$"))
    assert_accessible(page)
    for elsewhere in ("/admin/", "/", "/styleguide/", "/admin/enrollment/participant/"):
        page.goto(elsewhere)
        expect(page).to_have_url(re.compile(r"/account/2fa/$"))
    page.get_by_role("link", name="Set up").click()
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(re.compile(r"/account/2fa/totp/activate/$"))
    assert_accessible(page)
    page.get_by_text("I cannot scan it").click()
    secret = page.locator(".mono").inner_text()
    page.get_by_role("textbox").last.fill(code_for(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page).not_to_have_url(re.compile("activate"))
    assert_accessible(page)
    page.goto("/admin/")
    expect(page.get_by_role("heading", name="What would you like to look at?")).to_be_visible()
    done = list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))
    assert done[0] == "accounts.signed_in"
    assert "accounts.mfa_added" in done


@pytest.mark.parametrize("size", SIZES)
def test_a_group_is_shown_with_a_reason(open_page: Any, settings: Any, size: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    patient, boss = cast.participant(), cast.staff(Role.ADMIN)
    page: Page = open_page(sign_in=boss, **size)
    page.goto("/admin/enrollment/unblinding/")
    assert_accessible(page)
    page.goto(ADD)
    assert_accessible(page)
    page.get_by_label("Participant").select_option(label=patient.study_id)
    page.get_by_label("The group is shown to").select_option(label=boss.name)
    page.get_by_label("Why?").fill("asked by the committee")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Written down.")).to_be_visible()
    expect(page.locator("#content")).to_contain_text("Exercise programme")
    assert_accessible(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_form_left_open_too_long_is_there_again(
    open_page: Any, settings: Any, monkeypatch: Any, size: Any
) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    cast.participant()
    boss = cast.staff(Role.ADMIN)
    page: Page = open_page(**size)
    sign_in(page, boss.email)
    page.goto(ADD)
    page.get_by_label("Participant").select_option(index=1)
    page.get_by_label("The group is shown to").select_option(label=boss.name)
    page.get_by_label("Why?").fill("asked by the committee")
    monkeypatch.setattr(clock, "now", lambda: cast.NOW + timedelta(minutes=31))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("this is not saved yet")).to_be_visible()
    page.get_by_label("E-mail or study code").fill(boss.email)
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.get_by_text("asked by the committee")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("Written down.")).to_be_visible()
