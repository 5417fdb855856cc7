"""An instructor with a phone: assess, prescribe in few taps, and the participant sees it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from accounts.roles import Role
from enrollment.models import Medication
from schedule.models import Instructing
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.steps import card

SMALL: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
BEATS = re.compile(r"\d+–\d+ beats")


class Taps:
    """Counts what a thumb does."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, target: Any) -> None:
        target.tap()
        self.count += 1


def people(settings: Any, **fields: Any) -> tuple[Any, Any]:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    instructor = cast.staff(Role.INSTRUCTOR, at=cast.site())
    person = cast.participant(**{"week": 1, "prescribed": False, **fields})
    Instructing.objects.create(
        participant=person, instructor=instructor, since=cast.NOW - timedelta(days=60),
        by=instructor,
    )  # fmt: skip
    return instructor, person


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_plan_in_few_taps_is_on_the_participants_today(open_page: Any, settings: Any) -> None:
    instructor, person = people(settings)
    page: Page = open_page(sign_in=instructor, **SMALL)
    taps = Taps(page)
    page.goto("/instructor/EX-patient/assess/")
    page.get_by_label("Resting heart rate (bpm)").fill("70")
    assert_accessible(page)
    no_sideways_scroll(page)
    page.get_by_role("button", name="Save the assessment").tap()

    expect(page.get_by_role("heading", name="Plan of EX-patient")).to_be_visible()
    assert_accessible(page)
    for summary in page.locator("details.more > summary").all():
        summary.tap()
    assert_accessible(page)
    no_sideways_scroll(page)
    page.reload()

    # What matters: five minutes more, and a little harder.
    aerobic = page.locator("section.card", has=page.get_by_role("heading", name="Aerobic session"))
    taps.on(aerobic.get_by_label("to", exact=True).first)
    aerobic.get_by_label("to", exact=True).first.fill("35")
    taps.on(aerobic.get_by_label(re.compile("45–50 %")))
    taps.on(page.get_by_label("The participant's wish"))
    taps.on(page.get_by_role("button", name="Look it over"))
    expect(page.get_by_role("heading", name="What the participant will read")).to_be_visible()
    expect(page.get_by_text("30–35 minutes")).to_be_visible()
    assert_accessible(page)
    no_sideways_scroll(page)
    taps.on(page.get_by_role("button", name="Save this plan"))
    expect(page.get_by_text("The plan is kept.")).to_be_visible()
    assert taps.count <= 12
    row = person.prescriptions.get()
    assert (row.by, row.reason) == (instructor, "The participant's wish")

    theirs: Page = open_page(sign_in=person.user, **SMALL)
    theirs.goto("/today/")
    shown = card(theirs, "Aerobic session")
    expect(shown).to_contain_text("30–35 minutes")
    expect(shown).to_contain_text("121–126 beats a minute")
    expect(shown).to_contain_text("You can talk in short sentences, but not sing.")


def test_a_beta_blocker_switches_beats_off_everywhere(open_page: Any, settings: Any) -> None:
    instructor, person = people(settings, week=7, prescribed=True)
    cast.fitness(person)
    theirs: Page = open_page(sign_in=person.user, **SMALL)
    page: Page = open_page(sign_in=instructor, **SMALL)
    own = ("/today/", "/plan/", "/week/")
    theirs.goto("/today/")
    expect(card(theirs, "Aerobic session")).to_contain_text(BEATS)
    page.goto("/instructor/EX-patient/plan/")
    expect(page.locator("main")).to_contain_text(BEATS)

    Medication.objects.create(
        participant=person, substance="propranolol", dose="40 mg", rate_limiting=True,
        started_on=date(2026, 3, 18),
    )  # fmt: skip
    for address in own:
        theirs.goto(address)
        expect(theirs.locator("main")).not_to_contain_text(BEATS)
    theirs.goto("/today/")
    expect(card(theirs, "Aerobic session")).to_contain_text("Effort 3–4 of 10")
    for address in ("/instructor/EX-patient/", "/instructor/EX-patient/plan/"):
        page.goto(address)
        expect(page.locator("main")).not_to_contain_text(BEATS)
    expect(page.get_by_text("Beats are switched off")).to_be_visible()


def test_all_proposals_with_one_tap_and_without_script(open_page: Any, settings: Any) -> None:
    from tests.schedule.test_prescribing_services import FIVE, done, plan

    instructor, person = people(settings, week=7)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE)
    page: Page = open_page(sign_in=instructor, java_script_enabled=False, **SMALL)
    page.goto("/instructor/proposals/")
    expect(page.get_by_role("checkbox", name="EX-patient · A step up")).to_be_checked()
    expect(page.get_by_text("100 % of last week's sessions done")).to_be_visible()
    page.get_by_role("button", name="Accept those ticked").tap()
    expect(page.get_by_text("1 new version is kept.")).to_be_visible()
    expect(page.get_by_text("Nothing to decide")).to_be_visible()
    assert person.prescriptions.count() == 2


def test_proposals_can_be_read_by_everyone(open_page: Any, settings: Any) -> None:
    from tests.schedule.test_prescribing_services import FIVE, done, plan

    instructor, person = people(settings, week=7)
    cast.prescribe(person, plan(), by=instructor)
    done(person, FIVE)
    page: Page = open_page(sign_in=instructor, **SMALL)
    page.goto("/instructor/proposals/")
    page.get_by_text("What changes").tap()
    assert_accessible(page)
    no_sideways_scroll(page)
