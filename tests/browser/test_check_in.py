"""A check-in told with a thumb, without script, and copied from paper by staff."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from accounts.roles import Role
from logging_app.models import CheckIn, SleepNight
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import sign_in

NEW = "Is anything new in your health, your medicines or your therapy?"


def test_check_in_with_a_thumb_from_the_log_of_who_does_not_exercise(open_page: Any) -> None:
    person = cast.participant(arm="control")
    page: Page = open_page(sign_in=person.user)
    page.goto("/log/")
    assert_accessible(page)
    page.get_by_role("link", name="How have you been?").tap()
    expect(page.get_by_label("What is new?")).to_be_hidden()
    assert_accessible(page)
    page.get_by_text("About as usual").tap()
    page.get_by_label("How many minutes of sport").fill("30")
    page.get_by_role("group", name=NEW).get_by_text("Yes").tap()
    page.get_by_label("What is new?").fill("A cold")
    assert_accessible(page)
    page.get_by_role("button", name="Save").tap()

    expect(page).to_have_url(re.compile(r"/today/$"))
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    expect(page.get_by_role("link", name="How have you been?")).to_have_count(0)
    row = CheckIn.objects.get()
    assert (row.activity, row.active_minutes, row.new_text) == ("same", 30, "A cold")
    assert (row.resting_hr_bpm, row.diet_changed) == (None, None)
    assert row.device_time is not None
    page.goto("/check-in/")
    assert_accessible(page)
    expect(page.get_by_role("link", name="Around 15 March")).to_be_visible()


def test_check_in_without_script(open_page: Any) -> None:
    cast.participant()
    page: Page = open_page(java_script_enabled=False)
    sign_in(page, "patient@example.org")
    page.goto("/check-in/")
    page.get_by_label("Heart rate at rest").fill("66")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Thank you.")).to_be_visible()
    assert CheckIn.objects.get().resting_hr_bpm == 66


def test_paper_is_copied_on_a_wide_screen(open_page: Any, settings: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    person = cast.participant()
    staff = cast.staff(Role.COORDINATOR, at=person.site)
    page: Page = open_page(
        sign_in=staff, viewport={"width": 1280, "height": 800}, has_touch=False, is_mobile=False
    )
    page.goto(f"/paper/{person.study_id}/")
    assert_accessible(page)
    page.get_by_role("link", name="Copy a night from paper").click()
    assert_accessible(page)
    page.get_by_label("Date written on the paper").fill("2026-02-04")
    page.get_by_label("Morning of").fill("2026-02-03")
    page.locator("#id_quality_4").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Copied. The participant sees")).to_be_visible()
    assert_accessible(page)
    assert SleepNight.objects.get().quality == 4
    for kind in ("workout", "check-in"):
        page.goto(f"/paper/{person.study_id}/{kind}/")
        assert_accessible(page)
