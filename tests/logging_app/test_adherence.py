"""The one record, read from rows: by the log's own services, over moves, pauses and leaving."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from logging_app import selectors, services
from logging_app.models import SessionMatch
from schedule.models import Pause, SessionPlan
from schedule.rules import Outcome
from tests import cast

NOW = cast.NOW  # Wednesday of week 7, noon in Shanghai
MODALITIES = ("aerobic", "aerobic", "aerobic", "strength", "flexibility")
ACTIVITIES = {"aerobic": "cycling", "strength": "dumbbells", "flexibility": "yoga"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient():
    return cast.participant()


def log(person, started_at, modality="aerobic", **entry):
    return services.record_workout(
        participant=person, uuid=uuid.uuid4(), by=person.user, now=started_at + timedelta(hours=1),
        entry={"modality": modality, "activity": ACTIVITIES[modality], "started_at": started_at,
               "duration_min": 30, **entry},
    ).workout  # fmt: skip


def record_of(person, moment=NOW):
    person.refresh_from_db()
    return selectors.adherence([person], moment)[person.pk]


def outcomes_of(person, moment=NOW):
    return {one.plan.key: one.outcome for one in selectors.week_sessions(person, moment)}


def test_eight_queries_for_one_and_for_many(django_assert_num_queries):
    people = [cast.participant(f"p{number}") for number in range(4)]
    people += [cast.participant("c", arm="control"), cast.participant("n", week=None)]
    for person in people[:3]:
        log(person, NOW - timedelta(days=1), hr_mean_bpm=120)
        cast.fitness(person)
    for asked in (people[:1], people):
        with django_assert_num_queries(8):
            found = selectors.adherence(asked, NOW)
        assert set(found) == {person.pk for person in asked}
    assert [len(found[person.pk].workouts) for person in people] == [1, 1, 1, 0, 0, 0]
    assert [len(found[person.pk].sessions) for person in people] == [35, 35, 35, 35, 0, 0]


def test_a_workout_answers_its_session_on_every_reading(patient):
    workout = log(patient, NOW - timedelta(hours=3), effort=4, symptoms=["dizziness"])
    (session, *_others) = selectors.week_sessions(patient, NOW)
    assert (session.plan.key, session.done_by, session.outcome) == (
        "w07-aerobic-1", workout.pk, Outcome.DONE,
    )  # fmt: skip
    done = record_of(patient).answers["w07-aerobic-1"]
    assert (done.workout_id, done.week, done.effort, done.symptoms) == (
        workout.pk, 7, 4, ("dizziness",),
    )  # fmt: skip


def test_a_workout_taken_back_opens_its_session_again(patient):
    workout = log(patient, NOW - timedelta(hours=3))
    services.void_workout(
        participant=patient, uuid=workout.pk, reason="twice", by=patient.user, now=NOW
    )
    assert outcomes_of(patient)["w07-aerobic-1"] is Outcome.OPEN
    assert record_of(patient).workouts == ()


def test_a_workout_that_was_said_to_answer_nothing_is_an_extra(patient):
    workout = log(patient, NOW - timedelta(hours=3))
    SessionMatch.objects.filter(workout=workout).update(released=True, chosen=True)
    found = record_of(patient)
    assert [extra.workout_id for extra in found.extras] == [workout.pk]
    assert found.outcomes["w07-aerobic-1"] is Outcome.OPEN


def test_the_control_arms_workouts_are_extras_and_nothing_is_due():
    person = cast.participant("control", arm="control")
    log(person, NOW - timedelta(days=2))
    found = record_of(person)
    assert (found.sessions, found.attendance, len(found.extras)) == ((), None, 1)


def test_a_pause_excuses_on_today_and_a_planned_day_is_told(patient):
    Pause.objects.create(
        participant=patient, kind="hold", starts_on=patient.day_one + timedelta(days=42),
        by=patient.user,
    )  # fmt: skip
    day = patient.day_one + timedelta(days=43)
    SessionPlan.objects.create(
        participant=patient, session_key="w07-strength-1", planned_on=day, by=patient.user
    )
    sessions = selectors.week_sessions(patient, NOW)
    assert {one.outcome for one in sessions} == {Outcome.EXCUSED}
    planned = {one.plan.key: one.planned_on for one in sessions}
    assert (planned["w07-strength-1"], planned["w07-aerobic-1"]) == (day, None)


def test_another_week_is_read_by_its_number(patient):
    log(patient, NOW - timedelta(days=8))
    past = selectors.week_sessions(patient, NOW, week=6)
    assert [one.outcome for one in past][:2] == [Outcome.DONE, Outcome.MISSED]
    ahead = selectors.week_sessions(patient, NOW, week=8)
    assert {one.outcome for one in ahead} == {Outcome.OPEN}
    assert selectors.week_sessions(patient, NOW, week=13) == []


def test_beats_of_a_week_that_is_over_are_those_of_its_last_day(patient):
    cast.fitness(patient, resting=70, assessed_on=patient.day_one)
    cast.fitness(patient, resting=60, assessed_on=patient.day_one + timedelta(days=42))
    old = selectors.week_sessions(patient, NOW, week=6)[0]
    new = selectors.week_sessions(patient, NOW, week=7)[0]
    assert (old.hr_bpm, new.hr_bpm) == ((126, 132), (121, 128))  # 50–55 % of 70 and 60 … 182.8


def test_after_leaving_the_week_is_closed_and_no_other_begins(patient):
    cast.withdraw(patient)
    found = record_of(patient, NOW + timedelta(days=30))
    assert found.week_numbers == (1, 2, 3, 4, 5, 6, 7)
    assert (found.week_summary(7).open_, found.week_summary(7).due) == (0, 5)
    assert found.complete_weeks == (1, 2, 3, 4, 5, 6)


# --- zones, clocks and moves


@pytest.mark.parametrize(
    ("home", "away"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("America/New_York", "Europe/London"),  # both change their clocks in these weeks
        ("Australia/Lord_Howe", "America/St_Johns"),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago"),  # 25 hours apart: one date lived twice
        ("Pacific/Pago_Pago", "Pacific/Kiritimati"),  # one date never lived
    ],
)
def test_twelve_weeks_with_a_move_are_sixty_sessions_done_once_each(home, away):
    person = cast.participant(zone=home)
    for week in range(1, 13):
        if week == 7:
            person.zone = away
            person.save()
        last_day = person.day_one + timedelta(days=7 * week - 1)
        for number, modality in enumerate(MODALITIES):
            moment = datetime.combine(last_day, time(19 + number), ZoneInfo(person.zone))
            log(person, moment.astimezone(UTC), modality)
    after = datetime.combine(person.day_one + timedelta(days=90), time(12), UTC)
    found = record_of(person, after)
    whole = found.summary()
    assert (whole.due, whole.done, whole.missed, whole.excused, whole.open_) == (60, 60, 0, 0, 0)
    assert len({done.workout_id for done in found.answers.values()}) == 60
    assert (found.extras, found.attendance) == ((), 1)


def test_a_day_is_counted_where_it_was_lived_whoever_moves_later(patient):
    """22:00 on Sunday in New York is Monday morning in Shanghai."""
    patient.zone = "America/New_York"
    patient.save()
    workout = log(patient, datetime(2026, 3, 16, 2, tzinfo=UTC))
    assert selectors.session_key(workout) == "w06-aerobic-1"
    patient.zone = "Asia/Shanghai"
    patient.save()
    found = record_of(patient)
    assert found.answers["w06-aerobic-1"].week == 6
    assert found.week_summary(6).done == 1


# --- the same answer everywhere


def test_today_and_its_api_tell_the_record(patient):
    log(patient, NOW - timedelta(hours=3))
    log(patient, NOW - timedelta(hours=2), "strength")
    client = Client()
    client.force_login(patient.user)
    with time_machine.travel(NOW, tick=False):
        told = client.get("/api/v1/today/").json()["sessions"]
    found = record_of(patient)
    answered = {row["key"]: row["done_by"] for row in told}
    assert answered == {
        one.key: str(found.answers[one.key].workout_id) if one.key in found.answers else None
        for one in found.sessions if one.week == 7
    }  # fmt: skip
    assert outcomes_of(patient) == {key: found.outcomes[key] for key in answered}
