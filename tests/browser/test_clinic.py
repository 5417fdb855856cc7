"""A device of the clinic: a link by staff, one questionnaire, and handed back with nothing left."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from accounts.roles import Role
from safety.models import SafetyAlert
from tests import cast
from tests.browser import questionnaires as q
from tests.browser.access import assert_accessible
from tests.browser.offline import personal, take_along


def test_link_opens_one_questionnaire_and_leaves_nothing(
    open_page: Any, watch: Any, settings: Any
) -> None:
    """On a tablet on which another participant had signed in before."""
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    person = cast.participant()
    desk: Page = open_page(
        sign_in=cast.staff(Role.COORDINATOR, at=person.site),
        viewport={"width": 1280, "height": 800}, has_touch=False, is_mobile=False,
    )  # fmt: skip
    desk.goto(f"/clinic/link/{person.study_id}/")
    assert_accessible(desk)
    desk.get_by_role("button", name=q.TITLE).click()
    assert_accessible(desk)
    link = desk.get_by_role("link", name="Open it on this device").get_attribute("href")

    tablet: Page = open_page(sign_in=cast.participant("other").user)
    take_along(tablet)
    tablet.goto(link or "")
    assert_accessible(tablet)
    tablet.get_by_role("button", name="Open the questions").tap()
    expect(tablet.get_by_role("heading", name=q.TITLE)).to_be_visible()
    assert_accessible(tablet)
    expect(tablet.get_by_role("navigation")).to_have_count(0)
    tablet.get_by_role("link", name="Begin").tap()
    q.answer(tablet, 1, 1)
    q.touch(tablet, 3, 2)
    expect(q.panel(tablet)).to_be_focused()
    expect(q.state(tablet)).to_have_text(q.KEPT)
    assert_accessible(tablet)
    alert: Any = SafetyAlert.objects.get()
    assert alert.participant == person
    watch.expect("status of 403")
    tablet.goto("/today/")
    expect(tablet.get_by_role("heading", name="Not now")).to_be_visible()
    tablet.goto(f"{q.HERE}4/")
    tablet.get_by_role("button", name="Stop, and hand the device back").tap()
    expect(tablet.get_by_role("heading", name="Please hand the device back")).to_be_visible()
    assert_accessible(tablet)
    assert q.kept() == {"1": 1, "2": 1, "3": 2}
    tablet.goto(q.HERE)
    expect(tablet.get_by_label("E-mail or study code")).to_be_visible()
    assert personal(tablet) == {}
