"""Reads that draw on several rooms: what happened to one participant, and what a desk shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from accounts.models import Site, User
from accounts.roles import SEES_PARTICIPANTS, Role
from assessments.models import Response, Visit
from core import clock
from enrollment.models import ConsentRecord, Participant, Withdrawal
from enrollment.selectors import visible_participants
from logging_app.checkins import selectors as check_ins
from logging_app.models import CheckIn, SleepNight, Workout
from logging_app.selectors import adherence
from safety.models import SafetyAlert
from schedule import selectors as schedule
from schedule.models import FitnessAssessment
from schedule.rules.adherence import Counts, Record, total

EXPORTERS = (Role.COORDINATOR, Role.ADMIN)


@dataclass(frozen=True)
class Happened:
    """Everything of one participant that a timeline shows, and where they stand now."""

    today: schedule.StudyDay
    workouts: list[Workout]
    corrections: dict[UUID, int]
    nights: list[SleepNight]
    check_ins: list[CheckIn]
    visits: list[Visit]
    responses: list[Response]
    consents: list[ConsentRecord]
    assessments: list[FitnessAssessment]
    alerts: list[SafetyAlert]
    withdrawal: Withdrawal | None
    record: Record


def participants_for_desk(rows: QuerySet[Participant]) -> QuerySet[Participant]:
    """Participants with `open_alerts`, and when each kind of entry was last received."""
    latest = {
        "last_workout": _latest(Workout.objects.filter(voided_at=None)),
        "last_night": _latest(SleepNight.objects.all()),
        "last_check_in": _latest(CheckIn.objects.all()),
    }
    is_open = Q(alerts__state=SafetyAlert.State.OPEN)
    return rows.annotate(open_alerts=Count("alerts", filter=is_open, distinct=True), **latest)


def last_log(participant: Any) -> datetime | None:
    """When something was last logged, of a row of `participants_for_desk`."""
    found = [participant.last_workout, participant.last_night, participant.last_check_in]
    return max((moment for moment in found if moment is not None), default=None)


def happened(participant: Participant, moment: datetime) -> Happened:
    """One query for each kind of thing, and those of the record."""
    return Happened(
        today=schedule.study_day(participant, moment),
        workouts=list(participant.workouts.select_related("match").order_by("-started_at")),
        corrections=_corrections(participant),
        nights=list(participant.nights.order_by("-date")),
        check_ins=list(participant.check_ins.order_by("-due_on")),
        visits=list(participant.visits.order_by("-done_on")),
        responses=list(
            Response.objects.own()
            .filter(participant=participant)
            .select_related("visit")
            .order_by("instrument")
        ),
        consents=list(participant.consents.select_related("document")),
        assessments=list(participant.fitness_assessments.all()),
        alerts=list(participant.alerts.order_by("state", "-raised_at")),
        withdrawal=Withdrawal.objects.filter(participant=participant).first(),
        record=adherence([participant], moment)[participant.pk],
    )


def _corrections(participant: Participant) -> dict[UUID, int]:
    """How often each workout was changed after it was entered."""
    changed = Workout.history.filter(participant=participant, history_type="~", voided_at=None)
    return dict(changed.order_by().values_list("id").annotate(times=Count("history_id")))


def week_of(participant: Participant, day: date) -> int | None:
    """The study week of a local date; None before allocation."""
    if participant.day_one is None:
        return None
    return clock.study_week(clock.study_day(day, participant.day_one))


def attended(participant: Participant, record: Record, week: int | None) -> Counts:
    """What became of the sessions of the week of the program that begins in a study week."""
    return total(
        record.week_summary(number)
        for number in record.week_numbers
        if week_of(participant, record.programme.span(number).first) == week
    )


def desk_counts(user: User) -> dict[str, int]:
    """What waits on the desk of `user`: participants, and open alerts, that they may see."""
    visible = visible_participants(user)
    return {
        "participants": visible.count(),
        "in_program": visible.in_study().count(),
        "open_alerts": SafetyAlert.objects.filter(
            state=SafetyAlert.State.OPEN, participant__in=visible
        ).count(),
        "told": check_ins.waiting(visible).count(),
    }


def sees_participants(user: User) -> bool:
    """Whether the desk shows participants at all: administrators look after accounts only."""
    return user.has_role(*SEES_PARTICIPANTS)


def may_export(user: User | None) -> bool:
    """Whether someone may take the data out; None is the command line."""
    return user is None or user.has_role(*EXPORTERS)


def sites_of(user: User | None) -> list[Site] | None:
    """The sites whose participants someone's export holds; None is every site."""
    sites = user.sites(*EXPORTERS) if user else None
    return None if sites is None else list(Site.objects.filter(pk__in=sites))


def _latest(rows: QuerySet[Any]) -> Subquery:
    newest = rows.filter(participant=OuterRef("pk")).order_by().values("participant")
    return Subquery(newest.annotate(latest=Max("received_at")).values("latest"))
