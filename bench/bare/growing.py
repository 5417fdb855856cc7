"""The tables that grow with the people of a study and that a participant's own pages read."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import models

from accounts.models import Site, StaffRole, User
from assessments.models import Response, Visit
from core import clock
from enrollment.models import (
    ConsentDocument,
    ConsentRecord,
    DataLock,
    Medication,
    Participant,
    StudyPause,
    Withdrawal,
)
from logging_app.models import CheckIn, SessionMatch, SleepNight, StrengthSet, Workout
from schedule.models import FitnessAssessment, NotToday, Pause, Prescription, SessionPlan

OWNED: tuple[type[models.Model], ...] = (
    ConsentRecord, Medication, Withdrawal, DataLock, FitnessAssessment, Prescription, Pause,
    SessionPlan, NotToday, Visit, Response, Workout, StrengthSet, SessionMatch, SleepNight, CheckIn,
)  # fmt: skip
GROWING: tuple[type[models.Model], ...] = (User, Participant, Session, *OWNED)
# As many as a study has sites, staff and versions of its consent, however many take part.
FIXED: tuple[type[models.Model], ...] = (Site, StaffRole, ConsentDocument, StudyPause)

TRAVELLED, DAYS_OFF, EVERY = timedelta(days=20), 6, timedelta(days=9)


def fill() -> None:
    """Give the demo's people what a demo leaves empty, once: an account each, a medicine, a
    journey, days off, days that were planned, and a lock that was lifted. None refuses anything."""
    if DataLock.objects.exists():
        return
    staff = User.objects.filter(participant=None).order_by("pk")[0]
    people = list(Participant.objects.exclude(day_one=None))
    began = [(person, person.day_one) for person in people if person.day_one]
    _accounts([person for person in people if person.user_id is None])
    Medication.objects.bulk_create(
        Medication(participant=person, substance="Sertraline", dose="50 mg") for person in people
    )
    Pause.objects.bulk_create(
        Pause(
            participant=person, kind=Pause.Kind.TRAVEL, by=staff,
            starts_on=day_one + TRAVELLED, ends_on=day_one + TRAVELLED + EVERY / 3,
        )
        for person, day_one in began
    )  # fmt: skip
    NotToday.objects.bulk_create(
        NotToday(participant=person, date=day_one + number * EVERY)
        for person, day_one in began
        for number in range(DAYS_OFF)
    )
    SessionPlan.objects.bulk_create(
        SessionPlan(
            participant_id=match.participant_id, session_key=match.session_key,
            planned_on=clock.local_date(match.workout.started_at, match.workout.tz),
        )
        for match in SessionMatch.objects.filter(released=False).select_related("workout")
    )  # fmt: skip
    DataLock.objects.bulk_create(
        DataLock(
            participant=person, by=staff, reason="A question, since answered.",
            at=clock.now() - timedelta(days=2),
            lifted_at=clock.now() - timedelta(days=1), lifted_by=staff,
        )
        for person in people
    )  # fmt: skip


def _accounts(people: list[Participant]) -> None:
    unusable = make_password(None)
    for person in people:
        person.user = User.objects.create(email=f"bench-{person.pk}@example.org", password=unusable)
    Participant.objects.bulk_update(people, ["user"])
