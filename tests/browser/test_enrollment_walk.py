"""From the card's square to the arm: on a phone up to the own questions, then on the desk.

Every page of the phone is loaded a second time, and looked at by axe. The second walk of the phone
is the same without a script.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import segno
from playwright.sync_api import Page, expect

import protocol
from accounts.models import User
from accounts.roles import Role
from assessments.services import save_answers
from core import clock
from enrollment.models import ConsentRecord, Participant, Screening
from logging_app.nights.services import record_night
from tests import cast
from tests.assessments import rated
from tests.browser.access import assert_accessible
from tests.browser.test_consent import answer, at, choose, read_on
from tests.enrollment import consenting, stage

Look = Callable[[Page], None]

DESK = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False}
PIN = "480159"
RATER = protocol.instrument("hdrs17")


@pytest.fixture(autouse=True)
def _study(db: None, live_server: Any, settings: Any) -> None:
    """An approved text, an allocation list, and staff who have signed in before."""
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    cast.site()
    consenting.approved()
    stage.make_list()


@pytest.fixture
def desk(open_page: Any) -> Callable[[User], Page]:
    """The desk of one of the staff, at its usual size."""
    return lambda person: open_page(sign_in=person, **DESK)


def look(page: Page) -> None:
    """The page is accessible, and the same after a reload."""
    assert_accessible(page)
    again(page)


def again(page: Page) -> None:
    title = page.get_by_role("heading", level=1).inner_text()
    where = page.url
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page).to_have_url(where)


def invite(page: Page, origin: str) -> str:
    """Issue one invitation on the desk; where the card's square leads."""
    page.goto("/admin/enrollment/invitation/")
    assert_accessible(page)
    page.goto("/admin/enrollment/invitation/add/")
    page.get_by_label("Language of the card").select_option("en")
    assert_accessible(page)
    page.get_by_role("button", name="Make the cards").click()
    at(page, "Cards")
    assert_accessible(page)
    code = re.sub(r"\W", "", page.locator(".invitation__code").inner_text())
    link = f"{origin}/join/{code}/"
    square = segno.make(link, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")
    image = page.get_by_role("img", name="The same address with your code")
    assert image.get_attribute("src") == square
    return link


def join(page: Page, link: str, check: Look) -> Participant:
    """Without e-mail: a PIN, and the code to sign in with."""
    page.goto(link)
    at(page, "Welcome")
    check(page)
    page.get_by_role("link", name="Choose a PIN").tap()
    at(page, "A PIN")
    check(page)
    page.get_by_label("A PIN of your own").fill(PIN)
    page.get_by_label("The same once more").fill(PIN)
    page.get_by_role("button", name="Go on", exact=True).tap()
    at(page, "You are in")
    check(page)
    person = Participant.objects.get()
    expect(page.get_by_text(person.study_id)).to_be_visible()
    page.get_by_role("link", name="Go on", exact=True).tap()
    at(page, "Consent")
    check(page)
    return person


def talk(page: Page, person: Participant) -> None:
    """The investigator writes down the conversation."""
    page.goto("/admin/enrollment/consentconversation/add/")
    assert_accessible(page)
    page.get_by_label("Participant").select_option(label=person.study_id)
    when = (cast.NOW - timedelta(minutes=10)).astimezone(person.tz)
    page.locator("#id_at_0").fill(f"{when:%Y-%m-%d}")
    page.locator("#id_at_1").fill(f"{when:%H:%M:%S}")
    page.locator("#id_questions_answered").check()
    page.locator("#id_capacity_confirmed").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name=person.study_id)).to_be_visible()


def consent(page: Page, check: Look) -> None:
    """Read, checked, chosen, and signed by typing the name."""
    page.goto("/consent/")
    read_on(page, check)
    answer(page, check)
    choose(page, check)
    at(page, "Sign")
    check(page)
    page.get_by_label("Your full name").fill("陈美 Chen Mei")
    page.get_by_label("I have read the text and I sign it.").check()
    page.get_by_label("Your password or PIN, once more").fill(PIN)
    page.get_by_role("button", name="Sign", exact=True).tap()
    expect(page.get_by_text("Signed. Thank you.")).to_be_visible()
    check(page)


def own_half(page: Page, check: Look) -> None:
    """The questions about oneself, found on Today."""
    page.goto("/today/")
    check(page)
    page.get_by_role("link", name="Before the start").tap()
    at(page, "About you")
    check(page)
    pick(page, "in_age_range", "yes")
    page.get_by_label("Which year were you born in?").fill("1990")
    pick(page, "sex", "female")
    pick(page, "education", "college")
    page.get_by_label("What do you do during the day?").fill("teacher")
    page.get_by_label("For how many years have you had low mood?").fill("1.5")
    pick(page, "treatment", "none")
    for code in stage.no_exclusions("participant"):
        pick(page, f"exclusion_{code}", "no")
    page.get_by_role("button", name="Save", exact=True).tap()
    at(page, "Thank you")
    check(page)


def pick(page: Page, name: str, value: str) -> None:
    """Touch one answer."""
    radio = page.locator(f"input[name='{name}'][value='{value}']")
    page.locator("label").filter(has=radio).tap()
    expect(radio).to_be_checked()


def phone(page: Page, link: str, check: Look, doctors_desk: Page) -> Participant:
    """All that the person does before the first visit."""
    person = join(page, link, check)
    talk(doctors_desk, person)
    consent(page, check)
    own_half(page, check)
    person.refresh_from_db()
    return person


def countersign(page: Page, doctor: User) -> None:
    record = ConsentRecord.objects.get()
    page.goto(f"/admin/enrollment/consentrecord/{record.pk}/change/")
    assert_accessible(page)
    page.get_by_role("link", name="Countersign").click()
    assert_accessible(page)
    page.get_by_label("Your password, once more").fill(cast.PASSWORD)
    page.get_by_role("button", name="Countersign").click()
    expect(page.get_by_text("Countersigned.")).to_be_visible()
    record.refresh_from_db()
    assert record.countersigned_by == doctor


def rate(page: Page, person: Participant, visit: str) -> None:
    """The rater's interview: 22 in all, and nothing at the item on suicide."""
    page.goto("/rater/")
    assert_accessible(page)
    page.goto(f"/rater/{person.study_id}/{visit}/")
    assert_accessible(page)
    given = dict.fromkeys(("1", "2", "7", "8", "9", "10", "11"), 3) | {"13": 1}
    for key in RATER.keys:
        value = "other" if key == "16B" else str(given.get(key, 0))
        page.locator(f"input[name='item_{key}'][value='{value}']").check(force=True)
    page.get_by_role("button", name="Look over and sign").click()
    assert_accessible(page)
    for line in ("In person", "The participant", "No"):
        page.get_by_label(line, exact=True).check()
    page.get_by_label("Your password, once more").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text(f"Signed: {person.study_id}")).to_be_visible()


def clinical_half(page: Page, person: Participant) -> None:
    """What the clinician finds, saved; not signed."""
    page.goto(f"/admin/enrollment/screening/of/{person.pk}/")
    expect(page.get_by_text("The rater’s scale of the first visit")).to_be_visible()
    assert_accessible(page)
    for name, value in stage.CLINICAL.items():
        field = page.locator(f"#id_{name}")
        if isinstance(value, bool):
            field.select_option("yes" if value else "no")
        elif name == "fitness_result":
            field.select_option(value)
        else:
            field.fill(str(value))
    for code in stage.no_exclusions("clinician"):
        page.locator(f"#id_exclusion_{code}").select_option("no")
    page.locator("#id_fitness_on").fill("2026-03-17")
    page.locator("#id_diagnosed_on").fill("2026-03-17")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign: may take part")).to_have_count(0)


def decide(page: Page, person: Participant) -> None:
    page.goto(f"/admin/enrollment/screening/of/{person.pk}/")
    page.get_by_role("button", name="Sign: may take part").click()
    expect(page.get_by_text("Signed.", exact=True)).to_be_visible()
    assert_accessible(page)
    assert Screening.objects.get(participant=person).hdrs_total == 22


def own_baseline(person: Participant) -> None:
    """The person's own part of the starting visit: the questions and five nights."""
    assert person.user is not None
    save_answers(
        participant=person, visit="week-0", instrument="wellbeing",
        answers=dict.fromkeys(protocol.instrument("wellbeing").keys, 5), complete=True,
        by=person.user, now=cast.NOW,
    )  # fmt: skip
    today = clock.local_date(cast.NOW, person.tz)
    for days in range(5):
        record_night(
            participant=person, morning=today - timedelta(days=days), by=person.user,
            now=cast.NOW, entry={"quality": 5},
        )  # fmt: skip


def allocate(page: Page, person: Participant) -> None:
    """The coordinator sees what is missing, locks, allocates, and sees the arm."""
    page.goto(f"/admin/enrollment/participant/{person.pk}/enrolment/")
    expect(page.get_by_text("The baseline is not locked yet")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Lock the baseline").click()
    expect(page.get_by_text("Everything is there.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label(re.compile("give this person their place now")).check()
    page.get_by_role("button", name="Allocate", exact=True).click()
    person.refresh_from_db()
    assert person.state == Participant.State.ALLOCATED
    expect(page.get_by_text(str(protocol.current().arm(person.arm).label))).to_be_visible()
    assert_accessible(page)
    page.reload()
    expect(page.get_by_role("button", name="Allocate", exact=True)).to_have_count(0)


def test_from_the_card_to_the_arm(
    open_page: Any, desk: Callable[[User], Page], live_server: Any
) -> None:
    doctor = consenting.clinician()
    coordinators, doctors = desk(stage.coordinator()), desk(doctor)
    raters = desk(rated.train(cast.staff(Role.RATER)))
    link = invite(coordinators, live_server.url)
    mobile: Page = open_page()
    person = phone(mobile, link, look, doctors)
    assert person.state == Participant.State.CONSENTED
    clinical_half(doctors, person)
    countersign(doctors, doctor)
    rate(raters, person, "screening")
    decide(doctors, person)
    mobile.goto("/screening/")
    at(mobile, "Before the start")
    look(mobile)
    coordinators.goto(f"/admin/enrollment/participant/{person.pk}/enrolment/")
    expect(coordinators.get_by_text("Enough nights of the sleep diary")).to_be_visible()
    expect(coordinators.get_by_role("button", name="Lock the baseline")).to_have_count(0)
    rate(raters, person, "week-0")
    own_baseline(person)
    allocate(coordinators, person)
    mobile.goto("/today/")
    look(mobile)


def test_phone_part_without_script(
    open_page: Any, desk: Callable[[User], Page], live_server: Any
) -> None:
    doctors = desk(consenting.clinician())
    link = invite(desk(stage.coordinator()), live_server.url)
    person = phone(open_page(java_script_enabled=False), link, again, doctors)
    assert person.state == Participant.State.CONSENTED
    assert ConsentRecord.objects.get(participant=person).method == "typed"
    row = Screening.objects.get(participant=person)
    assert row.own_sent_at == cast.NOW
    assert set(row.own_exclusions.values()) == {False}
