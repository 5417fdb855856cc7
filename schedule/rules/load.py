"""Training load from effort and minutes (session RPE). Pure; loads in arbitrary units (AU).

Sources: clinical notes 2 (load = effort × minutes; week = sum; monotony = mean daily load / SD of
the daily loads; strain = week × monotony; Foster 1998). What is unknown is None, never zero; a day
without a workout is a day of load 0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import mean, stdev

from schedule.rules.weeks import DAYS_PER_WEEK


@dataclass(frozen=True)
class WeekLoad:
    """One week. `load` sums the workouts that give an effort (None where none does); monotony and
    strain need them all, and are undefined (None) where every day was alike."""

    load: int | None
    monotony: float | None
    strain: float | None


def session_load(effort: int | None, minutes: int | None) -> int | None:
    """Effort (0–10) × minutes."""
    return None if effort is None or minutes is None else effort * minutes


def week_load(days: Iterable[Collection[int | None]]) -> WeekLoad:
    """A week of its seven days, each the loads of its workouts. The SD is the sample's (n − 1).

    ValueError for other than seven days: a week that is not over has no monotony to speak of.
    """
    week = [list(day) for day in days]
    if len(week) != DAYS_PER_WEEK:
        raise ValueError(f"a week has {DAYS_PER_WEEK} days, not {len(week)}")
    loads = [load for day in week for load in day]
    known = [load for load in loads if load is not None]
    if not known:
        return WeekLoad(None, None, None)
    total = sum(known)
    daily = [sum(load or 0 for load in day) for day in week]
    spread = stdev(daily)
    if len(known) < len(loads) or not spread:
        return WeekLoad(total, None, None)
    monotony = mean(daily) / spread
    return WeekLoad(total, round(monotony, 3), round(total * monotony, 1))
