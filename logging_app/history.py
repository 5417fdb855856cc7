"""The history as a participant reads it: by week, what was done, how it felt, and days of rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from core import clock
from enrollment.models import Participant
from logging_app import moods, presenters
from logging_app.models import Workout
from schedule import selectors as schedule
from schedule.models import NotToday
from schedule.rules import Span

LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Week:
    """A study week, None before day 1: its rows, newest first, and its moods."""

    number: int | None
    rows: list[dict[str, Any]]
    moods: moods.Picture | None


def weeks(
    participant: Participant, workouts: Sequence[Workout], *, newer: date | None, older: date | None
) -> list[Week]:
    """One page of the history. Days of rest stand between the workouts of this page: those after
    `older` (the newest day of the next page) up to `newer`; None is without end. One query."""
    span = Span(older or LONG_AGO, newer)
    rests = schedule.days_off(participant, span) if schedule.exercises(participant) else []
    dated = [(clock.local_date(workout.started_at, workout.tz), workout) for workout in workouts]
    rest_days = [(rest.date, rest) for rest in rests if older is None or rest.date > older]
    every: list[tuple[date, Workout | NotToday]] = [*dated, *rest_days]
    every.sort(key=lambda one: one[0], reverse=True)
    return [
        _week(number, list(group))
        for number, group in groupby(every, lambda one: _number(participant, one[0]))
    ]


def _number(participant: Participant, day: date) -> int | None:
    if participant.day_one is None:
        return None
    return clock.study_week(clock.study_day(day, participant.day_one))


def _week(number: int | None, items: list[tuple[date, Workout | NotToday]]) -> Week:
    done = [(day, item) for day, item in items if isinstance(item, Workout)]
    rows = [
        presenters.workout_row(item) if isinstance(item, Workout) else _rest_row(day, item)
        for day, item in items
    ]
    felt = [moods.Felt(day, item.mood_before, item.mood_after) for day, item in done]
    return Week(number, rows, moods.picture(felt))


def _rest_row(day: date, rest: NotToday) -> dict[str, Any]:
    return {"rest": True, "day": day, "why": rest.get_reason_display() if rest.reason else ""}
