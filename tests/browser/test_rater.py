"""The rater's page in a browser: saved as it is written, honest without a network, help at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.roles import Role
from assessments.models import Interview, Response
from safety.models import SafetyAlert
from tests import cast
from tests.assessments import rated
from tests.browser.access import assert_accessible
from tests.enrollment import stage

SCREENING = "/rater/EX-patient/screening/"


@pytest.fixture(autouse=True)
def _staff(settings: Any) -> None:
    settings.EXDEP_REQUIRE_STAFF_MFA = False


def choose(page: Page, item: str, score: str) -> None:
    page.locator(f"input[name='item_{item}'][value='{score}']").check(force=True)


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="Draft saved.")).to_be_visible()


def test_scores_are_saved_as_they_are_chosen_also_after_a_lost_network(
    open_page: Any, watch: Any
) -> None:
    stage.consented()
    page: Page = open_page(sign_in=rated.rater())
    page.goto(SCREENING)
    choose(page, "1", "2")
    saved(page)
    assert Response.objects.get().answers == {"1": 2}
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    choose(page, "2", "1")
    expect(page.get_by_text("Not saved yet: there is no connection.")).to_be_visible()
    assert Response.objects.get().answers == {"1": 2}
    page.context.set_offline(False)
    saved(page)
    assert Response.objects.get().answers == {"1": 2, "2": 1}
    page.reload()
    expect(page.locator("input[name='item_2'][value='1']")).to_be_checked()


def test_what_was_not_saved_comes_back_with_the_page_and_goes_with_the_sign_out(
    open_page: Any, watch: Any
) -> None:
    stage.consented()
    page: Page = open_page(sign_in=rated.rater())
    page.goto(SCREENING)
    page.on("dialog", lambda dialog: dialog.accept())
    # The request is held back, as by a network that answers nothing, while the page goes.
    page.route(
        "**/screening/", lambda r: r.abort() if r.request.method == "POST" else r.continue_()
    )
    watch.expect("ERR_FAILED")
    choose(page, "1", "3")
    expect(page.get_by_text("Not saved yet: there is no connection.")).to_be_visible()
    page.unroute_all()
    page.reload()
    saved(page)
    assert Response.objects.get().answers == {"1": 3}
    assert page.evaluate("sessionStorage.rater") is None
    page.evaluate("sessionStorage.rater = JSON.stringify(['/rater/x/', ['item_1', '4']])")
    page.goto("/account/logout/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("sessionStorage.rater") is None


def test_two_on_the_item_of_suicide_shows_whom_to_call_before_anything_is_saved(
    open_page: Any, watch: Any
) -> None:
    stage.consented()
    page: Page = open_page(sign_in=rated.rater())
    page.goto(SCREENING)
    told = page.get_by_text("Stay with the participant, and call now")
    expect(told).to_be_hidden()
    choose(page, "3", "1")
    saved(page)
    expect(told).to_be_hidden()
    watch.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    choose(page, "3", "2")
    expect(told).to_be_visible()
    assert_accessible(page)
    page.context.set_offline(False)
    saved(page)
    assert SafetyAlert.objects.filter(kind=SafetyAlert.Kind.RISK_ANSWER).count() == 1


def test_an_interview_from_the_list_to_the_signature_by_keyboard(open_page: Any) -> None:
    stage.consented()
    page: Page = open_page(sign_in=rated.rater())
    page.goto("/rater/")
    assert_accessible(page)
    page.get_by_role("link", name="First visit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Look over and sign")).to_be_visible()
    assert_accessible(page)
    for key in rated.A_ONLY:
        first = page.locator(f"input[name='item_{key}'][value='0']")
        first.focus()
        page.keyboard.press("Space")
    page.get_by_label("Notes on item 17").evaluate("field => field.closest('details').open = true")
    page.get_by_label("Notes on item 17").fill("knows that they are ill")
    saved(page)
    page.get_by_role("button", name="Look over and sign").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("knows that they are ill")).to_be_visible()
    assert_accessible(page)
    for line in ("In person", "The participant", "No"):
        page.get_by_label(line, exact=True).focus()
        page.keyboard.press("Space")
    page.get_by_label("Your password, once more").focus()
    page.keyboard.type(cast.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Signed: EX-patient")).to_be_visible()
    assert Interview.objects.get().signed_at == cast.NOW


def test_the_other_pages_are_accessible(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessments.rater.selectors.doubled", lambda person, visit: True)
    person, one, other = cast.participant(week=7), rated.rater("one"), rated.rater("other")
    rated.signed(person, "week-6", by=one)
    rated.signed(person, "week-6", by=other, **{"1": 4, "2": 4, "7": 3})
    page: Page = open_page(sign_in=one)
    page.goto("/rater/")
    page.get_by_role("link", name="EX-patient").first.click()
    assert_accessible(page)
    for path in (f"/rater/{person.study_id}/week-6/correct/", f"/rater/{person.study_id}/heard/"):
        page.goto(path)
        assert_accessible(page)
    reader: Page = open_page(sign_in=cast.staff(Role.STATISTICIAN))
    reader.goto("/rater/agreement/")
    assert_accessible(reader)
