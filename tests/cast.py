"""The cast of the tests: people, sites, and one participant of each kind."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import protocol
from accounts.models import Site, StaffRole, User
from accounts.roles import Role
from enrollment.models import ConsentDocument, ConsentRecord, Participant, Withdrawal
from safety.models import DutyShift
from schedule.models import FitnessAssessment, Prescription
from schedule.rules.plan import Plan, as_data, protocol_plan

NOW = datetime(2026, 3, 18, 4, 0, tzinfo=UTC)  # noon in Beijing and Shanghai
PASSWORD = "a long enough phrase"


def site(code: str = "bj", **fields: Any) -> Site:
    defaults = {"name": f"Hospital {code}", "region": "CN-11", "zone": "Asia/Shanghai"}
    return Site.objects.get_or_create(code=code, defaults={**defaults, **fields})[0]


def user(name: str, **fields: Any) -> User:
    return User.objects.create_user(
        email=f"{name}@example.org", name=name.title(), password=PASSWORD, **fields
    )


def staff(role: Role, *, at: Site | None = None, name: str = "") -> User:
    person = user(name or f"{role}-{at.code if at else 'all'}")
    StaffRole.objects.create(user=person, role=role, site=at)
    return person


def investigator() -> User:
    return User.objects.filter(email="investigator@example.org").first() or user("investigator")


def consent_document(version: str = "1", *, approved_at: datetime | None = None) -> ConsentDocument:
    return ConsentDocument.objects.get_or_create(
        version=version,
        defaults={
            "approved_at": approved_at or NOW - timedelta(days=200),
            "approved_by": investigator(),
        },
    )[0]


def participant(
    name: str = "patient",
    *,
    arm: str = "exercise",
    week: int | None = 7,
    consented: bool = True,
    at: Site | None = None,
    now: datetime = NOW,
    prescribed: bool = True,
    **fields: Any,
) -> Participant:
    """Someone in study week `week` (day 3 of it) at `now`; week None is not allocated yet, and may
    take part once `consented`.

    Who exercises is `prescribed` what the protocol itself asks, from day 1 on.
    """
    place = at or site()
    day_one = None
    state = "eligible" if consented else "invited"
    if week is not None:
        state = "allocated"
        today = (now + timedelta(hours=8)).date()
        day_one = today - timedelta(days=7 * (week - 1) + 2)
    person = Participant.objects.create(
        user=user(name),
        study_id=f"EX-{name}"[:16],
        site=place,
        zone=fields.pop("zone", place.zone),
        state=Participant.State(state),
        birth_year=fields.pop("birth_year", 1990),
        sex="female",
        arm=arm if week else "",
        day_one=day_one,
        **fields,
    )
    document = consent_document()
    if consented:
        ConsentRecord.objects.create(
            participant=person, document=document, language="en", signed_at=now - timedelta(days=90)
        )
    if day_one is not None and prescribed and protocol.current().arm(arm).exercises:
        follow_protocol(person)
    return person


def follow_protocol(person: Participant) -> None:
    """A version for each week in which the protocol takes a step; the program begins on day 1."""
    study = protocol.current()
    last: Plan | None = None
    for week in range(1, study.weeks + 1):
        plan = protocol_plan(study, week)
        if plan != last:
            prescribe(person, plan, from_week=week)
        last = plan


def prescribe(
    person: Participant, plan: Plan, *, from_week: int = 1, **fields: Any
) -> Prescription:
    """The next version of a plan, as an instructor would write it; the first begins on day 1."""
    version = person.prescriptions.count() + 1
    return Prescription.objects.create(
        participant=person, version=version, from_week=from_week,
        content=as_data(plan), origin="default" if version == 1 else "adjusted",
        **{
            "starts_on": person.day_one if version == 1 else None,
            "reason": "as the protocol says",
            "by": fields.pop("by", None) or investigator(),
            **fields,
        },
    )  # fmt: skip


def cover(place: Site) -> list[User]:
    """Two clinicians on duty around the clock, so that `place` asks about harming oneself."""
    people = [staff(Role.CLINICIAN, at=place, name=f"duty{n}-{place.code}") for n in (1, 2)]
    for order, clinician in enumerate(people, start=1):
        DutyShift.objects.create(
            site=place, clinician=clinician, order=order, phone=f"010-000{order}",
            weekdays=list(range(7)), starts_at=time(0), ends_at=time(0),
            since=NOW.date() - timedelta(days=400), by=clinician,
        )  # fmt: skip
    return people


def fitness(person: Participant, *, resting: int = 70, **fields: Any) -> FitnessAssessment:
    defaults: dict[str, Any] = {"assessed_on": date(2026, 1, 1), "max_hr_source": "tanaka"}
    return FitnessAssessment.objects.create(
        participant=person, resting_hr_bpm=resting, **{**defaults, **fields}
    )


def withdraw(person: Participant, at: datetime = NOW) -> Withdrawal:
    return Withdrawal.objects.create(participant=person, at=at - timedelta(hours=1))
