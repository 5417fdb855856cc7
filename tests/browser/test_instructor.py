"""An instructor's pages in a real browser: phone and desk, keys only, no scripts, large text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from accounts.roles import Role
from enrollment.models import Contact, Participant
from logging_app.models import SessionMatch, Supervision, Workout
from schedule.models import Instructing, InstructorNote, Pause
from tests import cast
from tests.browser.access import assert_accessible
from tests.browser.keyboard import Keys
from tests.browser.test_without_script import OVERFLOWING
from tests.browser.watch import Watch

PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1280, "height": 800}, "has_touch": False, "is_mobile": False}
NARROW = {"viewport": {"width": 320, "height": 568}}
DAY = timedelta(days=1)
OPEN, SIGNED, SHEET = UUID(int=5), UUID(int=6), UUID(int=9)
ONE = "/instructor/EX-patient/"
PAGES = (
    "/instructor/", "/instructor/?q=nobody", "/instructor/proposals/", "/instructor/sheet/",
    f"/instructor/sheet/{SHEET}/", "/instructor/cover/", ONE, "/instructor/EX-new/",
    f"{ONE}assess/", f"{ONE}plan/", f"{ONE}note/", f"{ONE}contact/", f"{ONE}pause/",
    f"{ONE}sessions/{OPEN}/sign/", f"{ONE}sessions/{SIGNED}/sign/",
)  # fmt: skip
LONG = "The left knee is stiff in the morning; warm up for ten minutes, then ask again."


@dataclass
class Gym:
    """One instructor, whom they look after, and a colleague's participant."""

    lin: User
    patient: Participant
    other: Participant


@pytest.fixture
def gym(db: Any, settings: Any) -> Gym:
    settings.EXDEP_REQUIRE_STAFF_MFA = False
    place = cast.site()
    lin = cast.staff(Role.INSTRUCTOR, at=place, name="lin")
    qian = cast.staff(Role.INSTRUCTOR, at=place, name="qian")
    patient = instructed(cast.participant(), lin)
    fill(patient, lin)
    other = instructed(cast.participant("other"), lin)
    instructed(cast.participant("new", week=1, prescribed=False), lin)
    held = instructed(cast.participant("held"), lin)
    Pause.objects.create(participant=held, kind="hold", starts_on=cast.NOW.date(), by=lin)
    instructed(cast.participant("over", week=14), lin)
    colleagues = instructed(cast.participant("colleague"), qian)
    covered(colleagues, lin)
    instructed(cast.participant("colleague2"), qian)
    cast.participant("unassigned")
    return Gym(lin, patient, other)


def instructed(person: Participant, by: User) -> Participant:
    since = cast.NOW - 30 * DAY
    Instructing.objects.create(participant=person, instructor=by, since=since, by=by)
    return person


def covered(person: Participant, by: User) -> None:
    Instructing.objects.create(
        participant=person, instructor=by, since=cast.NOW - DAY, until=cast.NOW + 3 * DAY,
        cover=True, reason="Qian is ill", by=by,
    )  # fmt: skip


def fill(person: Participant, lin: User) -> None:
    """Something in every part of the person's page."""
    cast.fitness(person)
    worked_out(
        person, OPEN, 1, key="w07-aerobic-1", effort=9, hr_mean_bpm=171, mood_before=3,
        mood_after=6, symptoms=["joint_pain"], stopped_early=True, notes=LONG,
    )  # fmt: skip
    signed = worked_out(person, SIGNED, 8, key="w06-aerobic-1", entered_by=lin)
    Supervision.objects.create(
        workout=signed, participant=person, mode="group", sheet=SHEET, by=lin,
        fidelity={"warm_up": "yes", "intensity": "partly"}, signed_at=cast.NOW - 7 * DAY,
    )  # fmt: skip
    InstructorNote.objects.create(participant=person, text=LONG, by=lin)
    Contact.objects.create(
        participant=person, at=cast.NOW - DAY, channel="phone", reached=True, by=lin, note=LONG
    )
    Pause.objects.create(
        participant=person, kind="travel", starts_on=cast.NOW.date() + 3 * DAY, reason="family",
        by=lin,
    )  # fmt: skip


def worked_out(person: Participant, uuid: UUID, ago: int, *, key: str, **fields: Any) -> Workout:
    row = Workout.objects.create(
        id=uuid, participant=person, zone=person.zone, modality="aerobic", activity="jogging",
        started_at=cast.NOW - ago * DAY, duration_min=37,
        **{"entered_by": person.user, **fields},
    )  # fmt: skip
    SessionMatch.objects.create(workout=row, participant=person, session_key=key)
    return row


def choice(page: Page, group: str, answer: str) -> Locator:
    return page.get_by_role("group", name=group).get_by_label(answer, exact=True)


def unfold(page: Page) -> None:
    """Everything that can be seen: what is folded, and what a tick brings out."""
    page.locator("[name^=here_]").evaluate_all("all => all.forEach(one => { one.checked = true })")
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")


@pytest.mark.parametrize("look", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_accessible_and_fits(open_page: Any, gym: Gym, look: Any) -> None:
    page: Page = open_page(sign_in=gym.lin, **look)
    for address in PAGES:
        page.goto(address)
        unfold(page)
        assert page.evaluate(OVERFLOWING) == [], address
        assert_accessible(page)


def test_the_pages_fit_where_text_is_large_and_the_screen_is_narrow(
    open_page: Any, large_text: Any, gym: Gym
) -> None:
    page: Page = open_page(browser=large_text, sign_in=gym.lin, **NARROW)
    cut = {}
    for address in PAGES:
        page.goto(address)
        unfold(page)
        if found := page.evaluate(OVERFLOWING):
            cut[address] = found
    assert cut == {}


def test_a_session_is_signed_from_the_roster_by_keyboard_alone(open_page: Any, gym: Gym) -> None:
    page: Page = open_page(sign_in=gym.lin, **DESK)
    page.goto("/instructor/")
    keys = Keys(page)
    keys.follow(page.get_by_role("link", name="EX-patient", exact=True))
    keys.follow(page.get_by_role("link", name="I supervised this Aerobic").first)
    keys.tab_to(choice(page, "How did you supervise it?", "in person"))
    keys.press("Space")
    first = page.locator(".answers").first
    keys.tab_to(first.get_by_label("yes"))
    keys.press("Space")
    keys.press("ArrowRight")
    expect(first.get_by_label("partly")).to_be_checked()
    keys.follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Signed.", exact=True)).to_be_visible()
    row = Supervision.objects.get(workout=OPEN)
    assert (row.mode, row.by, list(row.fidelity.values())) == ("in_person", gym.lin, ["partly"])


def test_a_group_is_written_down_by_keyboard_alone(open_page: Any, gym: Gym) -> None:
    page: Page = open_page(sign_in=gym.lin, **DESK)
    page.goto("/instructor/")
    keys = Keys(page)
    keys.follow(page.get_by_role("link", name="Attendance sheet"))
    keys.tab_to(choice(page, "What kind?", "Aerobic"))
    keys.press("Space")
    keys.tab_to(page.get_by_label("What did you do?"))
    page.get_by_label("What did you do?").press("J")
    expect(page.get_by_label("What did you do?")).to_have_value("jogging")
    for name in ("EX-other", "EX-patient"):
        keys.tab_to(page.get_by_role("checkbox", name=name))
        keys.press("Space")
    keys.tab_to(page.get_by_role("button", name="Save and sign"), limit=90)
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.get_by_role("heading", name="Saved and signed")).to_be_visible()
    assert_accessible(page)
    today = Workout.objects.filter(started_at=cast.NOW)
    assert {row.participant for row in today} == {gym.patient, gym.other}


def sheet_for(page: Page, *names: str) -> None:
    page.goto("/instructor/sheet/")
    choice(page, "What kind?", "Aerobic").tap()
    page.get_by_label("What did you do?").select_option(label="Jogging")
    for name in names:
        page.get_by_role("checkbox", name=name).tap()


def test_without_scripts_a_sheet_is_refused_mended_and_kept(
    open_page: Any, gym: Gym, watch: Watch
) -> None:
    watch.expect("status of 400")
    page: Page = open_page(sign_in=gym.lin, java_script_enabled=False, **PHONE)
    sheet_for(page)
    page.get_by_role("button", name="Save and sign").tap()
    expect(page.get_by_text("Tick who was there.")).to_be_visible()
    page.get_by_role("checkbox", name="EX-other").tap()
    page.get_by_text("Minutes, effort EX-other").tap()
    page.get_by_label("Minutes, if other").locator("visible=true").fill("25")
    page.get_by_role("button", name="Save and sign").tap()
    page.get_by_role("link", name="EX-other").tap()
    expect(page.get_by_text("they can still say how it felt").first).to_be_visible()
    row = gym.other.workouts.get()
    assert (row.duration_min, row.supervision.by) == (25, gym.lin)


def test_without_scripts_a_note_and_a_cover_are_kept(open_page: Any, gym: Gym) -> None:
    page: Page = open_page(sign_in=gym.lin, java_script_enabled=False, **PHONE)
    page.goto(ONE)
    page.get_by_role("link", name="Note", exact=True).tap()
    page.get_by_label("What do you want to remember?").fill("Likes mornings.")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Likes mornings.")).to_be_visible()
    page.get_by_role("link", name="Cover").tap()
    page.get_by_label("EX-colleague2").tap()
    page.get_by_label("Last day").fill("2026-03-20")
    page.get_by_label("Why?").fill("Qian is ill")
    page.get_by_role("button", name="Cover for them").tap()
    expect(page.get_by_text("You cover for: EX-colleague2.")).to_be_visible()
    expect(page.get_by_role("link", name="EX-colleague2")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_tap_on_the_sheet_makes_nothing_twice(
    open_page: Any, gym: Gym, scripts: bool
) -> None:
    page: Page = open_page(sign_in=gym.lin, java_script_enabled=scripts, **PHONE)
    sheet_for(page, "EX-patient", "EX-other")
    page.get_by_role("button", name="Save and sign").dblclick()
    expect(page.get_by_role("heading", name="Saved and signed")).to_be_visible()
    sheet_for(page, "EX-patient", "EX-other")
    page.get_by_role("button", name="Save and sign").tap()
    expect(page.get_by_text("was written down before")).to_have_count(2)
    assert Workout.objects.filter(started_at=cast.NOW).count() == 2
    assert Supervision.objects.exclude(sheet=SHEET).count() == 2
