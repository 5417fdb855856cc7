"""Days for sessions, "not today", choosing the session of a workout, and the calendar's address."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from accounts.roles import Role
from core.errors import Forbidden, NotFound, Voided, Withdrawn
from logging_app import selectors as log
from logging_app.models import SessionMatch
from logging_app.services import choose_session, record_workout, void_workout
from schedule import selectors
from schedule.models import CalendarLink, NotToday, SessionPlan
from schedule.services import week
from schedule.services.calendar import make_calendar_link, revoke_calendar_link
from tests import cast

NOW = cast.NOW
TODAY = date(2026, 3, 18)  # day 3 of week 7, which lasts from the 16th to the 22nd
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def patient(db):
    return cast.participant()


def planned(patient, key="w07-aerobic-2", day=TODAY + DAY, by=None, now=NOW):
    return week.plan_day(
        participant=patient, session_key=key, day=day, by=by or patient.user, now=now
    )


def rested(patient, day=TODAY, reason="", by=None):
    return week.not_today(
        participant=patient, date=day, reason=reason, by=by or patient.user, now=NOW
    )


def done(patient, *, at=NOW - timedelta(hours=2), modality="aerobic", edit=1, workout=None):
    entry = {"modality": modality, "activity": "jogging", "duration_min": 30, "started_at": at}
    return record_workout(
        participant=patient, uuid=workout.pk if workout else uuid.uuid4(), entry=entry, edit=edit,
        by=patient.user, now=NOW,
    ).workout  # fmt: skip


def chosen(patient, workout, key, by=None):
    return choose_session(
        participant=patient, uuid=workout.pk, session_key=key, by=by or patient.user, now=NOW
    )


def key_of(workout):
    return log.session_key(type(workout).objects.get(pk=workout.pk))


# --- days


def test_a_day_is_set_moved_and_taken_off(patient):
    planned(patient)
    planned(patient, day=TODAY + 2 * DAY)
    assert selectors.programme(patient).planned == {"w07-aerobic-2": TODAY + 2 * DAY}
    planned(patient, day=None)
    assert selectors.programme(patient).planned == {}
    assert SessionPlan.history.count() == 3
    assert AuditEvent.objects.filter(action="schedule.day_planned").count() == 3


def test_the_same_day_again_changes_nothing(patient):
    planned(patient)
    planned(patient)
    assert planned(patient, key="w07-aerobic-1", day=None) is None
    assert AuditEvent.objects.filter(action="schedule.day_planned").count() == 1


@pytest.mark.parametrize("day", [date(2026, 3, 23), date(2026, 3, 15), TODAY - DAY])
def test_only_a_day_of_its_own_week_that_is_not_over(patient, day):
    with pytest.raises(ValidationError) as error:
        planned(patient, day=day)
    assert list(error.value.message_dict) == ["day"]


def test_the_week_to_come_can_be_planned(patient):
    assert planned(patient, key="w08-strength-1", day=date(2026, 3, 23)).planned_on


@pytest.mark.parametrize("key", ["w07-aerobic-9", "w13-aerobic-1", "nothing", "", "w07-other-1"])
def test_a_session_that_is_not_asked_for_is_not_found(patient, key):
    with pytest.raises(NotFound):
        planned(patient, key=key)


def test_the_control_arm_has_no_session_to_plan(db):
    control = cast.participant("control", arm="control")
    with pytest.raises(NotFound):
        planned(control)
    with pytest.raises(NotFound):
        rested(control)


def test_only_the_participant_plans_rests_and_subscribes(patient):
    for stranger in (cast.participant("neighbour").user, cast.staff(Role.COORDINATOR)):
        with pytest.raises(Forbidden):
            planned(patient, by=stranger)
        with pytest.raises(Forbidden):
            rested(patient, by=stranger)
        with pytest.raises(Forbidden):
            make_calendar_link(participant=patient, by=stranger, now=NOW)
        with pytest.raises(Forbidden):
            revoke_calendar_link(participant=patient, by=stranger, now=NOW)


# --- not today


def test_not_today_is_kept_once_a_day_and_its_reason_stays_out_of_the_trail(patient):
    rested(patient)
    rested(patient, reason="unwell")
    rested(patient, reason="unwell")
    assert list(NotToday.objects.values_list("date", "reason")) == [(TODAY, "unwell")]
    lines = AuditEvent.objects.filter(action="schedule.not_today")
    assert [json.loads(line.changes) for line in lines] == [{"date": "2026-03-18"}] * 2
    assert NotToday.history.latest().history_user == patient.user


def test_not_today_is_taken_back(patient):
    rested(patient)
    for _ in range(2):
        week.today_after_all(participant=patient, date=TODAY, by=patient.user, now=NOW)
    assert not NotToday.objects.exists()
    assert NotToday.history.latest().history_type == "-"
    assert NotToday.history.latest().history_user == patient.user


@pytest.mark.parametrize("day", [TODAY + DAY, TODAY - 2 * DAY])
def test_not_today_is_for_today_or_the_night_just_past(patient, day):
    with pytest.raises(ValidationError):
        rested(patient, day=day)
    assert rested(patient, day=TODAY - DAY).pk


def test_not_today_knows_its_reasons(patient):
    with pytest.raises(ValidationError):
        rested(patient, reason="lazy")


# --- which session a workout answers


def test_a_workout_answers_the_session_planned_for_its_day(patient):
    planned(patient, key="w07-aerobic-3", day=TODAY)
    assert key_of(done(patient)) == "w07-aerobic-3"
    assert key_of(done(patient)) == "w07-aerobic-1"


def test_a_choice_stays_through_corrections(patient):
    walk = done(patient)
    chosen(patient, walk, "w07-aerobic-3")
    done(patient, workout=walk, edit=2, at=NOW - timedelta(hours=5))
    assert key_of(walk) == "w07-aerobic-3"
    assert SessionMatch.history.latest().chosen
    line = AuditEvent.objects.get(action="workout.session_chosen")
    assert json.loads(line.changes) == {"before": "w07-aerobic-1", "session": "w07-aerobic-3"}


def test_a_choice_that_no_longer_fits_is_one_no_more(patient):
    walk = done(patient)
    chosen(patient, walk, "w07-aerobic-3")
    done(patient, workout=walk, edit=2, modality="strength")
    assert key_of(walk) == "w07-strength-1"
    chosen(patient, walk, "w07-strength-1")
    done(patient, workout=walk, edit=3, at=NOW - 7 * DAY, modality="strength")
    assert key_of(walk) == "w06-strength-1"


def test_two_workouts_change_places(patient):
    first, second = done(patient), done(patient)
    chosen(patient, second, "w07-aerobic-1")
    assert (key_of(first), key_of(second)) == ("w07-aerobic-2", "w07-aerobic-1")


def test_an_extra_takes_the_place_of_one_that_becomes_the_extra(patient):
    first = done(patient, modality="strength")
    extra = done(patient, modality="strength")
    assert key_of(extra) is None
    chosen(patient, extra, "w07-strength-1")
    assert (key_of(first), key_of(extra)) == (None, "w07-strength-1")


def test_none_of_them_is_a_choice_and_stays(patient):
    walk = done(patient)
    chosen(patient, walk, None)
    assert key_of(walk) is None
    done(patient, workout=walk, edit=2, at=NOW - timedelta(hours=5))
    assert key_of(walk) is None
    assert key_of(done(patient)) == "w07-aerobic-1"
    chosen(patient, walk, "w07-aerobic-2")
    assert key_of(walk) == "w07-aerobic-2"


def test_none_for_a_workout_that_never_answered_one_stays_too(patient):
    early = done(patient, at=NOW - 90 * DAY)
    chosen(patient, early, None)
    done(patient, workout=early, edit=2)
    assert key_of(early) is None


def test_the_same_choice_again_changes_nothing(patient):
    walk = done(patient)
    for _ in range(2):
        chosen(patient, walk, "w07-aerobic-2")
    assert AuditEvent.objects.filter(action="workout.session_chosen").count() == 1


@pytest.mark.parametrize("key", ["w07-strength-1", "w06-aerobic-1", "w07-aerobic-4", "x", ""])
def test_a_walk_answers_an_aerobic_session_of_its_week_only(patient, key):
    walk = done(patient)
    with pytest.raises(ValidationError):
        chosen(patient, walk, key)
    assert key_of(walk) == "w07-aerobic-1"


def test_choosing_is_for_ones_own_entry_that_counts(patient):
    walk = done(patient)
    neighbour = cast.participant("neighbour")
    with pytest.raises(NotFound):
        chosen(neighbour, walk, None)
    void_workout(participant=patient, uuid=walk.pk, reason="slip", by=patient.user, now=NOW)
    with pytest.raises(Voided):
        chosen(patient, walk, None)
    cast.withdraw(neighbour)
    with pytest.raises(Withdrawn):
        chosen(neighbour, walk, None)


# --- the calendar's address


def test_only_the_hash_of_the_secret_is_kept(patient):
    token = make_calendar_link(participant=patient, by=patient.user, now=NOW)
    row = CalendarLink.objects.get()
    assert row.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) >= 43
    assert selectors.calendar_owner(token) == patient
    assert selectors.calendar_owner(row.token_sha256) is None
    assert not AuditEvent.objects.filter(changes__contains=token).exists()


def test_a_new_address_takes_the_old_one_back(patient):
    first, second = (
        make_calendar_link(participant=patient, by=patient.user, now=NOW) for _ in range(2)
    )
    assert first != second
    assert selectors.calendar_owner(first) is None
    assert selectors.calendar_owner(second) == patient


def test_an_address_can_be_taken_back_after_leaving_but_not_made(patient):
    token = make_calendar_link(participant=patient, by=patient.user, now=NOW)
    cast.withdraw(patient)
    with pytest.raises(Withdrawn):
        make_calendar_link(participant=patient, by=patient.user, now=NOW)
    revoke_calendar_link(participant=patient, by=patient.user, now=NOW)
    assert selectors.calendar_owner(token) is None
    assert AuditEvent.objects.filter(action="schedule.calendar_revoked").count() == 1
