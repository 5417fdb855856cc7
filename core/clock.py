"""The clock, and study days.

Day 1 is the day of allocation in the participant's own zone, there is no day 0 (CDISC), and
week n is days 7(n−1)+1 … 7n. Before day 1 days and weeks are negative: day −1 … −7 is week −1.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar date of an aware moment in `zone`."""
    return moment.astimezone(zone).date()


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def study_day(day: date, day_one: date) -> int:
    """1 on `day_one`, −1 on the day before it."""
    difference = (day - day_one).days
    return difference + 1 if difference >= 0 else difference


def study_week(study_day: int) -> int:
    """1 for days 1–7, −1 for days −7 … −1."""
    if study_day > 0:
        return (study_day - 1) // 7 + 1
    return -((-study_day - 1) // 7 + 1)


def date_of_study_day(day: int, day_one: date) -> date:
    """The inverse of `study_day`; day 0 does not exist and is refused."""
    if day == 0:
        raise ValueError("There is no study day 0.")
    return day_one + timedelta(days=day - 1 if day > 0 else day)
