"""What was asked joined with what was done. Today, the log's pages and the API read this."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404

import protocol
from core import clock
from enrollment.models import Participant
from logging_app.models import SET_FIELDS, StrengthSet, Workout
from logging_app.nights import rules as nights
from logging_app.selectors.adherence import WeekSession, adherence, sessions_of, week_sessions
from schedule import selectors as schedule


def workouts(participant: Participant) -> QuerySet[Workout]:
    """A participant's workouts that count, newest first, with sets and session."""
    return (
        participant.workouts.all().counted()
        .select_related("match").prefetch_related("strength_sets")
    )  # fmt: skip


def own_workout(participant: Participant, uuid: UUID) -> Workout:
    """One workout of this participant, taken back or not; Http404 for anyone else's."""
    return get_object_or_404(
        participant.workouts.select_related("match").prefetch_related("strength_sets"), pk=uuid
    )


def has_workout(participant: Participant, uuid: UUID) -> bool:
    """Whether this participant has an entry under this uuid already, taken back or not."""
    return participant.workouts.filter(pk=uuid).exists()


def session_key(workout: Workout) -> str | None:
    """The session a workout answered, or None for an extra."""
    match = getattr(workout, "match", None)
    return match.session_key if match is not None and not match.released else None


def fitting_sessions(
    workout: Workout, participant: Participant, now: datetime
) -> list[WeekSession]:
    """The sessions a workout may answer: those of its own kind in its own week."""
    found = adherence([participant], now)[participant.pk]
    week = found.programme.week(clock.local_date(workout.started_at, workout.tz))
    return [s for s in sessions_of(found, week) if s.plan.modality == workout.modality]


def study_week(workout: Workout, participant: Participant) -> int | None:
    """The study week a workout lies in, counted in the zone it was entered in."""
    return schedule.study_day(participant, workout.started_at, workout.tz).week


def due_session(
    sessions: list[WeekSession], wanted: str | None = None, on: date | None = None
) -> WeekSession | None:
    """The session the log presets: the one asked for, else one planned for the day `on`, else the
    first still open."""
    still_open = [session for session in sessions if session.done_by is None]
    asked_for = [session for session in still_open if session.plan.key == wanted]
    planned = [session for session in still_open if on and session.planned_on == on]
    return next(iter(asked_for or planned or still_open), None)


def last_of_kind(participant: Participant) -> dict[str, Workout]:
    """The newest workout of each kind, with its sets; two queries."""
    newest = participant.workouts.all().counted().filter(
        modality=OuterRef("modality"), participant=participant
    ).order_by("-started_at")  # fmt: skip
    rows = (
        participant.workouts.all().counted()
        .filter(pk=Subquery(newest.values("pk")[:1])).prefetch_related("strength_sets")
    )  # fmt: skip
    return {row.modality: row for row in rows}


def unsaid(participant: Participant) -> list[Workout]:
    """Workouts that somebody else wrote down and that the participant said nothing about yet."""
    return list(
        participant.workouts.all().counted()
        .exclude(entered_by=participant.user_id).exclude(entered_by=None)
        .filter(mood_after=None, feeling=None, effort=None)[:5]
    )  # fmt: skip


def set_lines(workout: Workout) -> list[dict[str, Any]]:
    """A workout's strength sets as the service takes them."""
    return [model_to_dict(line, SET_FIELDS) for line in workout.strength_sets.all()]


def lines(workout: Workout) -> list[StrengthSet]:
    """A workout's exercises, in order."""
    return list(workout.strength_sets.all())


def day_of_next(pages: Paginator[Workout], page: Page[Workout]) -> date | None:
    """The day of the newest workout of the page after this one; None on the last."""
    if not page.has_next():
        return None
    row = pages.object_list[page.end_index()]
    return clock.local_date(row.started_at, row.tz)


def night_asked(participant: Participant, morning: date) -> bool:
    """Whether the study asks for the night that ended on `morning`: of nobody screened out."""
    if participant.state == Participant.State.NOT_ELIGIBLE:
        return False
    return nights.nights_are_asked(protocol.current(), morning, participant.day_one)


def night_missing(participant: Participant, morning: date) -> bool:
    """Whether the study asks for the night that ended on `morning` and nothing is written yet."""
    if not night_asked(participant, morning):
        return False
    return not participant.nights.filter(date=morning).exists()


__all__ = [
    "WeekSession",
    "adherence",
    "day_of_next",
    "due_session",
    "fitting_sessions",
    "has_workout",
    "last_of_kind",
    "lines",
    "night_asked",
    "night_missing",
    "own_workout",
    "session_key",
    "sessions_of",
    "set_lines",
    "study_week",
    "unsaid",
    "week_sessions",
    "workouts",
]
