"""One person's way through the study, day by day. Pure.

Days are counted from day 1 as offset 0: offset −1 is the day before, offset 41 is study day 42.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from exdep_site.demo.people import Person

ZONE = "Asia/Shanghai"
# A gain is whole in the week of the last visit's diary, and grows fastest at first.
GAIN_WHOLE_AT = 78


@dataclass(frozen=True)
class Calendar:
    """Offsets as dates and moments of one person."""

    day_one: date

    def date(self, offset: int) -> date:
        return self.day_one + timedelta(days=offset)

    def moment(self, offset: int, hour: float) -> datetime:
        """`hour` o'clock (0 to under 24, local) on a day, to the minute, in UTC."""
        minutes = int(hour * 60)
        local = time(minutes // 60, minutes % 60)
        return datetime.combine(self.date(offset), local, ZoneInfo(ZONE)).astimezone(UTC)


@dataclass(frozen=True)
class WorkoutDraw:
    """A workout's fields as the model names them, its sets, and the session it answered."""

    fields: dict[str, Any]
    sets: list[dict[str, Any]]
    session_key: str | None


@dataclass(frozen=True)
class ResponseDraw:
    """The answers to one instrument; `by_rater` says who gave them.

    `on_paper`: the total of a score-only instrument, which a coordinator entered.
    """

    instrument: str
    version: str
    answers: dict[str, int | None]
    at: datetime
    by_rater: bool
    on_paper: bool = False


@dataclass(frozen=True)
class VisitDraw:
    """A visit with its day, or (None) with the reason why it was missed."""

    code: str
    offset: int | None
    noticed: datetime
    missed_reason: str = ""
    responses: list[ResponseDraw] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """Everything one person brought to the study."""

    person: Person
    calendar: Calendar
    uuid_source: np.random.Generator
    visits: list[VisitDraw]
    nights: list[dict[str, Any]]
    workouts: list[WorkoutDraw]

    def visit(self, code: str) -> VisitDraw | None:
        return next((visit for visit in self.visits if visit.code == code), None)


def gained(offset: int) -> float:
    """The part of a person's whole gain reached on a day: 0 before day 1, 1 from week 12."""
    if offset < 0:
        return 0.0
    return float(min(1.0, (offset + 1) / GAIN_WHOLE_AT) ** 0.8)


def mood_on(person: Person, offset: int) -> float:
    """Mood on a day, before noise and rounding (0–10)."""
    return person.traits.mood_start + person.traits.mood_gain * gained(offset)


def sleep_on(person: Person, offset: int) -> float:
    """Sleep quality on a day, before noise and rounding (0–10)."""
    return person.traits.sleep_start + person.traits.sleep_gain * gained(offset)


def whole(value: float, low: int, high: int) -> int:
    """The nearest whole number that the scale has."""
    return int(min(high, max(low, round(float(value)))))
