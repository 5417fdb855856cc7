"""The figures that a workout is read back with, by what was in force on its own day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

from core import clock
from enrollment.models import Participant
from logging_app.models import Workout
from schedule import selectors as schedule
from schedule.rules import HeartRates, hr_reserve_percent, session_load


@dataclass(frozen=True)
class Numbers:
    """Heart rates in percent of the reserve, and load (effort × minutes); null where unknown.

    `in_zone` is judged from heart-rate samples; an entry that was typed has none.
    """

    hr_mean_percent: float | None
    hr_max_percent: float | None
    load: int | None
    in_zone: bool | None = None


RatesOn = Callable[[date], HeartRates | None]


def numbers(workout: Workout, rates_on: RatesOn) -> Numbers:
    """A workout's figures. `rates_on` is asked only where there are heart rates to judge."""
    beats = (workout.hr_mean_bpm, workout.hr_max_bpm)
    rates = None
    if beats != (None, None):
        rates = rates_on(clock.local_date(workout.started_at, workout.tz))
    mean, highest = (hr_reserve_percent(rates, bpm) for bpm in beats)
    return Numbers(mean, highest, session_load(workout.effort, workout.duration_min))


def rates_of_a_day(participant: Participant) -> RatesOn:
    """The heart rates in force on a day: one query a day, for a single workout."""
    return cache(lambda on: schedule.heart_rates(participant, on))


def rates_of_any_day(participant: Participant) -> RatesOn:
    """The same for many workouts: the whole programme is read once, if any of them asks."""
    programme = cache(lambda: schedule.programme(participant))
    return lambda on: programme().rates(on)
