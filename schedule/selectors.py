"""Reads of the schedule: a participant's day, programme, week, sessions and heart rates."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BigAutoField, DateField, Exists, F, Q, QuerySet

import protocol
from accounts.models import StaffRole, User
from accounts.roles import Role
from core import clock
from core.compiled import Compiled, Slot
from enrollment.models import Medication, Participant, Withdrawal
from enrollment.selectors import study_rests
from schedule import rules
from schedule.models import (
    CalendarLink,
    FitnessAssessment,
    NotToday,
    Pause,
    Prescription,
    SessionPlan,
)
from schedule.programme import Assessed, Programme
from schedule.rules import HeartRates, PlannedSession, Span
from schedule.rules.prescribing import Body, one_rm_by_exercise


@dataclass(frozen=True)
class StudyDay:
    """Where a participant stands. `day` and `week` are None before allocation."""

    date: date
    day: int | None
    week: int | None


def study_day(participant: Participant, moment: datetime, zone: ZoneInfo | None = None) -> StudyDay:
    """The study day of a moment, in `zone`: by default the participant's own of today."""
    today = clock.local_date(moment, zone or participant.tz)
    if participant.day_one is None:
        return StudyDay(today, None, None)
    day = clock.study_day(today, participant.day_one)
    return StudyDay(today, day, clock.study_week(day))


def exercises(participant: Participant) -> bool:
    """Whether sessions are prescribed to this participant at all."""
    return bool(participant.arm) and protocol.current().arm(participant.arm).exercises


def programme(participant: Participant) -> Programme:
    """One participant's programme."""
    return programmes([participant])[participant.pk]


def prescribed(participant: Participant) -> Programme:
    """The weeks and sessions of somebody who has not left, and no more of their programme: no
    pauses, planned days or heart rates. One query."""
    if not exercises(participant):
        return Programme()
    rows = _prescriptions.rows(person=participant.pk)
    return _programme(participant, rows, [], [], [], [], None, [])


@Compiled
def _prescriptions() -> QuerySet[Prescription]:
    person = Slot("person", BigAutoField())
    return Prescription.objects.filter(participant=person).order_by("version")


def programmes(
    participants: Collection[Participant], *, planned_days: bool = True
) -> dict[int, Programme]:
    """The programmes of some participants by primary key, in seven queries however many they are:
    one less without `planned_days`, and one less for who was read with their withdrawal.

    Who is not asked to exercise has an empty one.
    """
    people = {person.pk: person for person in participants if exercises(person)}
    prescribed = _by_person(Prescription.objects.filter(participant__in=people))
    assessed = _by_person(FitnessAssessment.objects.filter(participant__in=people))
    pauses = _by_person(Pause.objects.filter(participant__in=people))
    planned: dict[int, list[Any]] = defaultdict(list)
    if planned_days:
        days = SessionPlan.objects.filter(participant__in=people)
        planned = _by_person(days.exclude(planned_on=None))
    medicines = _by_person(Medication.objects.filter(participant__in=people, rate_limiting=True))
    left = _left(people.values())
    rests = study_rests() if people else []
    found = {person.pk: Programme() for person in participants}
    for pk, person in people.items():
        left_on = clock.local_date(left[pk], person.tz) if pk in left else None
        found[pk] = _programme(
            person, prescribed[pk], assessed[pk], pauses[pk], planned[pk], medicines[pk], left_on,
            rests,
        )  # fmt: skip
    return found


def _days(since: datetime, until: datetime | None, person: Participant) -> Span:
    """The days without sessions by the person's own calendar: not the one on which they go on."""
    last = clock.local_date(until, person.tz) - timedelta(days=1) if until else None
    return Span(clock.local_date(since, person.tz), last)


def _left(people: Collection[Participant]) -> dict[int, datetime]:
    """When those who left did so, by primary key."""
    read = {p.pk: p for p in people if Participant.withdrawal.is_cached(p)}
    found = {pk: p.withdrawal.at for pk, p in read.items() if hasattr(p, "withdrawal")}
    unread = [person.pk for person in people if person.pk not in read]
    if unread:
        rows = Withdrawal.objects.filter(participant__in=unread)
        found |= dict(rows.values_list("participant", "at"))
    return found


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.participant_id].append(row)
    return found


def _programme(
    person: Participant,
    prescribed: list[Prescription],
    assessed: list[FitnessAssessment],
    pauses: list[Pause],
    planned: list[SessionPlan],
    medicines: list[Medication],
    left_on: date | None,
    study_rests: list[tuple[datetime, datetime | None]],
) -> Programme:
    rests = tuple(_days(since, until, person) for since, until in study_rests)
    spans = [Span(row.starts_on, row.ends_on) for row in pauses]
    gone = [Span(clock.next_day(left_on))] if left_on else []
    return Programme(
        starts_on=next((row.starts_on for row in prescribed if row.starts_on), None),
        versions={row.version: (row.from_week, row.plan) for row in prescribed},
        pauses=(*spans, *gone, *rests),
        rests=rests,
        holds=tuple(
            Span(row.starts_on, row.ends_on) for row in pauses if row.kind == Pause.Kind.HOLD
        ),
        limited=tuple(Span(row.started_on or date.min, row.ended_on) for row in medicines),
        assessed=tuple(
            Assessed(
                row.assessed_on, rates_from(row, person.birth_year), row.limit_hr_bpm, body_of(row)
            )
            for row in sorted(assessed, key=lambda row: (row.assessed_on, row.pk), reverse=True)
        ),
        planned={row.session_key: row.planned_on for row in planned if row.planned_on},
        left_on=left_on,
    )


def sessions_of_week(participant: Participant, week: int | None) -> tuple[PlannedSession, ...]:
    """The sessions a week of the programme asks of this participant; none for the control arm."""
    return programme(participant).sessions(week)


def heart_rates(participant: Participant, on: date) -> HeartRates | None:
    """What the newest assessment up to `on` says, as `Programme.rates`; None where there is none.
    One query."""
    if not exercises(participant):
        return None
    row: Any = next(iter(_newest.rows(person=participant.pk, on=on)), None)
    found = rates_from(row, participant.birth_year) if row else None
    return replace(found, guides=found.guides and not row.limited) if found else None


@Compiled
def _newest() -> QuerySet[FitnessAssessment]:
    person, on = Slot("person", BigAutoField()), Slot("on", DateField())
    limiting = Medication.objects.filter(
        Q(started_on=None) | Q(started_on__lte=on), Q(ended_on=None) | Q(ended_on__gte=on),
        participant=person, rate_limiting=True,
    )  # fmt: skip
    assessments = FitnessAssessment.objects.filter(participant=person, assessed_on__lte=on)
    return assessments.annotate(limited=Exists(limiting)).order_by("-assessed_on", "-pk")[:1]


def rates_from(assessment: FitnessAssessment, birth_year: int | None) -> HeartRates | None:
    """An assessment as heart rates; None where rest or the age a formula needs is unknown."""
    if assessment.resting_hr_bpm is None:
        return None
    maximum: float | None = assessment.max_hr_measured_bpm
    if assessment.max_hr_source != FitnessAssessment.MaxSource.MEASURED:
        if birth_year is None:
            return None
        age = assessment.assessed_on.year - birth_year
        maximum = rules.max_hr_bpm(assessment.max_hr_source, age)
    if maximum is None:
        return None
    return HeartRates(
        resting=assessment.resting_hr_bpm,
        maximum=maximum,
        guides=not assessment.rate_limiting_drug,
    )


def body_of(assessment: FitnessAssessment) -> Body:
    """What an assessment says of the plan to make, but for whether beats can guide."""
    return Body(
        equipment=frozenset(assessment.equipment),
        likes=frozenset(assessment.activities),
        one_rm_kg=one_rm_by_exercise(assessment.strength_tests),
        limit_minutes=assessment.limit_minutes,
        limit_effort=assessment.limit_effort,
    )


def newest_assessment(participant: Participant) -> FitnessAssessment | None:
    """The assessment that counts now."""
    return participant.fitness_assessments.order_by("-assessed_on", "-pk").first()


def newest_prescription(participant: Participant) -> Prescription | None:
    """The newest version, whether its week has come or not."""
    return participant.prescriptions.order_by("-version").first()


def clinicians_of(participant: Participant) -> list[User]:
    """The clinicians of a participant's site, by name: one of them answers for an exception."""
    held = StaffRole.objects.filter(
        Q(site=None) | Q(site=participant.site_id), role=Role.CLINICIAN, ended_at=None
    )
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return list(people.order_by("name", "pk"))


# --- a participant's own week


def pauses_of(participant: Participant) -> list[Pause]:
    """What a participant may see of their pauses, newest first: holds are not among them."""
    return list(
        participant.pauses.exclude(kind=Pause.Kind.HOLD).filter(
            Q(ended_by=None) | Q(ends_on__gte=F("starts_on"))
        )
    )


def day_off(participant: Participant, day: date) -> NotToday | None:
    """What a participant said of a day on which they rest, or None."""
    return participant.days_off.filter(date=day).first()


def days_off(participant: Participant, span: Span) -> list[NotToday]:
    """What they said of the days of a week."""
    return list(participant.days_off.filter(date__range=(span.first, span.last or date.max)))


# --- a calendar's private address


def calendar_hash(token: str) -> str:
    """What is kept of the secret in a calendar's address."""
    return hashlib.sha256(token.encode()).hexdigest()


def calendar_link(participant: Participant) -> CalendarLink | None:
    """The address that works now, or None."""
    return participant.calendar_links.filter(revoked_at=None).first()


def calendar_owner(token: str) -> Participant | None:
    """Whose calendar an address with this secret is; None for one that was taken back.

    It is found by its hash, so that how long the answer takes tells nothing of the secret.
    """
    link = (
        CalendarLink.objects.filter(token_sha256=calendar_hash(token), revoked_at=None)
        .select_related("participant__site").first()
    )  # fmt: skip
    return link.participant if link else None
