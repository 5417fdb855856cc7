"""Visits over 12 weeks: their states by one table, their windows to the day in every zone, extra
visits, bookings, and baseline before allocation only."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

import protocol
from accounts.models import AuditEvent
from accounts.roles import Role
from assessments import rules, selectors, services
from assessments.models import Response, Visit
from assessments.rules import Kept, VisitState
from assessments.visits.selectors import standing, standing_of, visits_to_come
from core import clock
from core.errors import ConsentPending, Forbidden, IllegalStep, NotFound, NotOpen
from enrollment.models import Participant
from schedule.selectors import study_day
from tests import cast

DAY_ONE = date(2026, 2, 1)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
WEEK_6 = frozenset({"hdrs17", "hdrs17-self", "phq9", "wellbeing"})


def on(day: int) -> date:
    return clock.date_of_study_day(day, DAY_ONE)


def week_6():
    study = protocol.load("exdep12")
    return study.visit("week-6"), rules.windows(study, DAY_ONE)[0]


def kept(*days: int, whole=WEEK_6, begun=False) -> Kept:
    return Kept(frozenset(whole), frozenset(on(day) for day in days), begun)


NOTHING = Kept()
SOME = frozenset({"phq9"})


@pytest.mark.parametrize(
    ("found", "missed", "today", "state"),
    [
        (kept(35), False, 35, "complete"),
        (kept(49), False, 120, "complete"),
        (kept(35, 49), True, 60, "complete"),
        (kept(34), False, 40, "out_of_window"),
        (kept(50), False, 50, "out_of_window"),
        (kept(42, 50), True, 60, "out_of_window"),
        (kept(42, whole=SOME), False, 42, "in_part"),
        (kept(42, whole=SOME), True, 60, "in_part"),
        (kept(whole=(), begun=True), False, 42, "in_part"),
        (NOTHING, True, 42, "missed"),
        (NOTHING, True, 60, "missed"),
        (NOTHING, False, 34, "planned"),
        (NOTHING, False, 35, "open"),
        (NOTHING, False, 49, "open"),
        (NOTHING, False, 50, "open"),
    ],
)
def test_state_by_the_table(found, missed, today, state):
    plan, window = week_6()
    assert (
        rules.visit_state(plan, window, found, missed=missed, today=on(today), day_one=DAY_ONE)
        == state
    )


@pytest.mark.parametrize(
    ("found", "day_one", "state"),
    [
        (NOTHING, None, "open"),
        (NOTHING, DAY_ONE, "missed"),
        (kept(-3, whole=SOME), DAY_ONE, "in_part"),
        (kept(-3), None, "complete"),
        (kept(-3), DAY_ONE, "complete"),
    ],
)
def test_state_of_the_baseline(found, day_one, state):
    plan = protocol.load("exdep12").visit("week-0")
    told = rules.visit_state(plan, None, found, missed=False, today=on(2), day_one=day_one)
    assert told == state


@pytest.mark.parametrize(
    ("state", "today", "late"),
    [("open", 49, False), ("open", 50, True), ("in_part", 50, True), ("missed", 50, False),
     ("out_of_window", 60, False)],
)  # fmt: skip
def test_what_is_still_owed_after_the_last_day_is_late(state, today, late):
    assert rules.is_late(VisitState(state), week_6()[1], today=on(today)) is late


def asked_at(person: Participant, moment: datetime) -> set[str]:
    """The visits whose questionnaires are due at a moment, by the person's own calendar."""
    today = study_day(person, moment).date
    assert person.day_one is not None
    found = rules.windows(protocol.load("exdep12"), person.day_one)
    return {
        one.visit for one in rules.due(found, protocol.instruments(), today=today, submitted=set())
    }


def local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


@settings(max_examples=150)
@given(zone=st.sampled_from(ZONES), day_one=st.dates(date(2024, 1, 1), date(2028, 12, 31)))
@example(zone="America/New_York", day_one=date(2026, 2, 1))  # clocks change in the window
@example(zone="Pacific/Apia", day_one=date(2011, 11, 25))  # 30 December 2011 never was
@example(zone="Pacific/Kiritimati", day_one=date(2026, 1, 1))
@example(zone="Africa/Cairo", day_one=date(2026, 3, 1))  # midnight itself is skipped
def test_windows_open_and_close_with_the_local_day_in_every_zone(zone, day_one):
    """Week 6 is day 42 ± 7, week 12 day 84 ± 7: from the first minute to the last."""
    person = Participant(zone=zone, day_one=day_one)
    tz = ZoneInfo(zone)
    for visit, first, last in (("week-6", 35, 49), ("week-12", 77, 91)):
        opens = clock.date_of_study_day(first, day_one)
        closes = clock.date_of_study_day(last, day_one)
        noon, edge = time(12), time(23, 59)
        assert visit not in asked_at(person, local(opens - timedelta(days=1), noon, tz))
        assert visit in asked_at(person, local(opens, noon, tz))
        assert visit in asked_at(person, local(closes, edge, tz))
        assert visit not in asked_at(person, local(closes + timedelta(days=1), noon, tz))


@settings(max_examples=40)
@given(zone=st.sampled_from(ZONES), hours=st.integers(0, 24 * 14 * 7))
def test_over_twelve_weeks_a_visit_is_due_exactly_on_the_days_of_its_window(zone, hours):
    person = Participant(zone=zone, day_one=DAY_ONE)
    moment = local(DAY_ONE, time(12), ZoneInfo(zone)) + timedelta(hours=hours)
    day = clock.study_day(clock.local_date(moment, person.tz), DAY_ONE)
    expected = {"week-6"} if 35 <= day <= 49 else {"week-12"} if 77 <= day <= 91 else set()
    assert asked_at(person, moment) == expected


@pytest.fixture
def person(db):
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.participant()


@pytest.fixture
def coordinator(person):
    return cast.staff(Role.COORDINATOR, at=person.site)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def opened(person, by, kind="unscheduled", now=cast.NOW):
    return services.open_extra_visit(participant=person, kind=kind, by=by, now=now)


def test_extra_visit_is_asked_for_as_long_as_the_protocol_says(person, coordinator):
    row = opened(person, coordinator)
    assert (row.code, row.opened_on) == ("unscheduled-1", date(2026, 3, 18))
    for days, is_due in ((0, True), (13, True), (14, False)):
        due = selectors.due(person, cast.NOW + timedelta(days=days))
        assert ("unscheduled-1" in {one.visit for one in due}) is is_due
    assert AuditEvent.objects.filter(action="visit.opened").count() == 1


def test_extra_visit_is_answered_in_the_api_and_on_its_page(person, coordinator):
    cast.cover(person.site)
    opened(person, coordinator)
    client, path = client_of(person), "/api/v1/assessments/unscheduled-1/wellbeing/"
    answers = dict.fromkeys(protocol.instrument("wellbeing").keys, 5)
    body = {"answers": answers, "complete": True}
    assert client.put(path, body, content_type="application/json").status_code == 200
    assert client.get(path).json()["complete"] is True
    assert client.get("/assessments/unscheduled-1/phq9/").status_code == 200
    due = client.get("/api/v1/today/").json()["due"]
    assert ("unscheduled-1", "phq9") in {(one["visit"], one["instrument"]) for one in due}


@pytest.mark.parametrize(
    "code", ["unscheduled-1", "unscheduled-0", "unscheduled-01", "unscheduled", "early-termination"]
)
def test_extra_visit_that_nobody_opened_is_not_there(person, code):
    answer = client_of(person).get(f"/api/v1/assessments/{code}/wellbeing/")
    assert answer.status_code == 404


def test_extra_visit_of_somebody_else_is_not_there(person, coordinator):
    opened(person, coordinator)
    other = cast.participant("other", at=person.site)
    with pytest.raises(NotFound):
        selectors.asked(other, "unscheduled-1", "wellbeing", cast.NOW)


def test_unscheduled_visits_are_counted_and_early_termination_is_once(person, coordinator):
    assert [opened(person, coordinator).code for _ in range(2)] == [
        "unscheduled-1", "unscheduled-2",
    ]  # fmt: skip
    assert opened(person, coordinator, "early-termination").code == "early-termination"
    with pytest.raises(IllegalStep):
        opened(person, coordinator, "early-termination")
    with pytest.raises(NotFound):
        opened(person, coordinator, "week-6")


def test_extra_visit_is_opened_after_allocation_and_with_consent_only(person, coordinator):
    early = cast.participant("early", week=None, at=person.site)
    with pytest.raises(IllegalStep):
        opened(early, coordinator)
    unsigned = cast.participant("unsigned", consented=False, at=person.site)
    with pytest.raises(ConsentPending):
        opened(unsigned, coordinator)


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.COORDINATOR])
def test_clinicians_and_coordinators_of_the_site_open_extra_visits(person, role):
    assert opened(person, cast.staff(role, at=person.site, name="opens")).pk


@pytest.mark.parametrize(
    "role", [Role.INSTRUCTOR, Role.RATER, Role.STATISTICIAN, Role.MONITOR]
)  # fmt: skip
def test_nobody_else_opens_books_or_misses(person, role):
    by = cast.staff(role, at=person.site, name="not")
    with pytest.raises(Forbidden):
        opened(person, by)
    with pytest.raises(Forbidden):
        booked(person, by)
    with pytest.raises(Forbidden):
        missed(person, by)


def test_coordinator_of_another_site_books_nothing(person):
    with pytest.raises(Forbidden):
        booked(person, cast.staff(Role.COORDINATOR, at=cast.site("sh")))


def booked(person, by, visit="week-6", *, days=2, rater=None):
    return services.book_visit(
        participant=person, visit=visit, booked_at=cast.NOW + timedelta(days=days),
        place=" Room 2 ", rater=rater, by=by, now=cast.NOW,
    )  # fmt: skip


def missed(person, by, visit="week-6", reason="Away"):
    return services.miss_visit(participant=person, visit=visit, reason=reason, by=by, now=cast.NOW)


def test_booking_keeps_time_place_and_rater_and_stands_on_today(person, coordinator):
    rater = cast.staff(Role.RATER, at=person.site)
    row = booked(person, coordinator, rater=rater)
    assert (row.place, row.rater) == ("Room 2", rater)
    text = client_of(person).get("/today/").context["next_visit"]["text"]
    assert text == "Friday, 20 March at 12:00: Room 2."


def test_booked_time_is_in_the_calendar_without_the_place(person, coordinator):
    booked(person, coordinator)
    from exdep_site.pages.calendar_file import calendar_file

    words = calendar_file(person, cast.NOW).decode()
    assert "DTSTART:20260320T040000Z" in words
    assert "Room 2" not in words


@pytest.mark.parametrize(("visit", "days"), [("week-6", -1), ("week-12", 2), ("week-0", 2)])
def test_booking_in_the_past_too_early_or_after_allocation_is_refused(
    person, coordinator, visit, days
):
    kinds = (ValidationError, IllegalStep)
    with pytest.raises(kinds):
        booked(person, coordinator, visit, days=days)


def test_booking_after_the_window_is_allowed(person, coordinator):
    assert booked(person, coordinator, days=30).pk


def test_rater_of_another_site_or_no_rater_at_all_is_refused(person, coordinator):
    for other in (cast.staff(Role.RATER, at=cast.site("sh"), name="far"), coordinator):
        with pytest.raises(ValidationError, match="does not rate"):
            booked(person, coordinator, rater=other)


def test_missed_visit_is_no_longer_asked_for_and_late_answers_are_kept(person, coordinator):
    row = missed(person, coordinator)
    assert row.missed_reason == "Away"
    assert standing_of(person, "week-6", cast.NOW).state is VisitState.MISSED
    assert selectors.due(person, cast.NOW) == []
    assert [w.visit.code for w, _row in visits_to_come(person, date(2026, 3, 18))] == ["week-12"]
    services.save_answers(
        participant=person, visit="week-6", instrument="wellbeing",
        answers=dict.fromkeys(protocol.instrument("wellbeing").keys, 4), complete=True,
        by=person.user, now=cast.NOW,
    )  # fmt: skip
    assert standing_of(person, "week-6", cast.NOW).state is VisitState.IN_PART


def test_missing_needs_a_reason_and_an_open_visit_of_which_nothing_is_kept(person, coordinator):
    with pytest.raises(ValidationError):
        missed(person, coordinator, reason="  ")
    with pytest.raises(IllegalStep):
        missed(person, coordinator, "week-12")
    row = Visit.objects.create(participant=person, code="week-6")
    Response.objects.create(
        visit=row, participant=person, instrument="phq9", instrument_version="PHQ9-1999"
    )
    with pytest.raises(IllegalStep):
        missed(person, coordinator)


def test_standing_of_many_costs_two_queries(person, coordinator, django_assert_num_queries):
    cast.participant("second", at=person.site)
    people = list(Participant.objects.select_related("site"))
    with django_assert_num_queries(2):
        found = standing(people, cast.NOW)
    assert len(found) == 2 * len(protocol.current().enabled_visits)


def test_baseline_is_answered_before_allocation_only_and_never_before_consent(person):
    def save(who):
        return services.save_answers(
            participant=who, visit="week-0", instrument="wellbeing", answers={"mood": 5},
            complete=False, by=who.user, now=cast.NOW,
        )  # fmt: skip

    with pytest.raises(NotOpen):
        save(person)
    with pytest.raises(ConsentPending):
        save(cast.participant("unsigned", week=None, consented=False, at=person.site))
    assert save(cast.participant("early", week=None, at=person.site)).pk


def test_extra_visit_can_be_answered_on_a_device_of_the_clinic(person, coordinator):
    from assessments.clinic.selectors import open_now

    opened(person, coordinator)
    found = {(one["visit"], one["instrument"]) for one in open_now(person, cast.NOW)}
    assert ("unscheduled-1", "wellbeing") in found
