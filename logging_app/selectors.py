"""What was asked joined with what was done. Today, the log's pages and the API read this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404

import protocol
from core import clock
from enrollment.models import Participant
from logging_app.models import SET_FIELDS, SessionMatch, Workout
from logging_app.nights import rules as nights
from schedule import rules as schedule_rules
from schedule import selectors as schedule
from schedule.rules import HeartRates, PlannedSession


@dataclass(frozen=True)
class WeekSession:
    """One session of the week and what is known of it; no `hr_bpm` where beats cannot guide."""

    plan: PlannedSession
    hr_bpm: tuple[int, int] | None
    done_by: UUID | None


@dataclass(frozen=True)
class Reserve:
    """A workout's heart rates in percent of the reserve; null where something is unknown."""

    mean: float | None
    highest: float | None


def week_sessions(participant: Participant, moment: datetime) -> list[WeekSession]:
    """The sessions of the week that `moment` lies in, each with the workout that answered it."""
    today = schedule.study_day(participant, moment)
    plans = schedule.sessions_of_week(participant, today.week)
    if not plans:
        return []
    done = dict(
        SessionMatch.objects.filter(
            participant=participant, released=False, session_key__in=[p.key for p in plans]
        ).values_list("session_key", "workout_id")
    )
    rates = schedule.heart_rates(participant, today.date)
    return [
        WeekSession(plan, schedule_rules.hr_target(rates, plan.hrr_percent), done.get(plan.key))
        for plan in plans
    ]


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


def study_week(workout: Workout, participant: Participant) -> int | None:
    """The study week a workout lies in, counted in the zone it was entered in."""
    return schedule.study_day(participant, workout.started_at, workout.tz).week


def reserve(workout: Workout, rates: HeartRates | None) -> Reserve:
    """Percent of the heart-rate reserve, by the assessment in force on that day."""
    return Reserve(
        mean=schedule_rules.hr_reserve_percent(rates, workout.hr_mean_bpm),
        highest=schedule_rules.hr_reserve_percent(rates, workout.hr_max_bpm),
    )


def rates_by_day(participant: Participant) -> Callable[[Workout], HeartRates | None]:
    """A function that gives the heart rates in force on the day of a workout, in one query."""
    assessments = list(participant.fitness_assessments.order_by("-assessed_on", "-pk"))

    def rates(workout: Workout) -> HeartRates | None:
        day = clock.local_date(workout.started_at, workout.tz)
        found = next((row for row in assessments if row.assessed_on <= day), None)
        return schedule.rates_from(found, participant.birth_year) if found else None

    return rates


def due_preset(sessions: list[WeekSession], wanted: str | None = None) -> PlannedSession | None:
    """The session the log page presets: the one asked for, else the first still open."""
    still_open = [session.plan for session in sessions if session.done_by is None]
    asked_for = [plan for plan in still_open if plan.key == wanted]
    return next(iter(asked_for or still_open), None)


def set_lines(workout: Workout) -> list[dict[str, Any]]:
    """A workout's strength sets as the service takes them."""
    return [model_to_dict(line, SET_FIELDS) for line in workout.strength_sets.all()]


def night_missing(participant: Participant, morning: date) -> bool:
    """Whether the study asks for the night that ended on `morning` and nothing is written yet."""
    if not nights.nights_are_asked(protocol.current(), morning, participant.day_one):
        return False
    return not participant.nights.filter(date=morning).exists()
