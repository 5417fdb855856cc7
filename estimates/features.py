"""From a participant's log to what the model is asked, in the units of the training data."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from core import clock
from enrollment.models import Participant
from estimates import rules
from estimates.rules import Observed, Window
from logging_app import selectors as log
from protocol import EstimateRules


def observe(participant: Participant, today: date, windows: EstimateRules) -> Observed:
    """What a participant wrote down inside the windows that end `today`; three queries.

    Only for someone with a day 1.
    """
    assert participant.day_one is not None
    index = (today - participant.day_one).days
    return rules.observed(
        today=index,
        rules=windows,
        workouts=_workouts(participant, rules.recent(index, windows)),
        nights=_nights(participant),
        check_ins=_check_ins(participant),
    )


def _workouts(
    participant: Participant, window: Window
) -> list[tuple[int, float | None, float | None]]:
    """(day, bpm before, bpm after) of the workouts that count, with a day to spare at each end."""
    day_one = participant.day_one
    assert day_one is not None
    rows = log.workouts(participant).filter(
        started_at__gte=_midnight(participant, window.first - 1),
        started_at__lt=_midnight(participant, window.last + 2),
    )
    found = rows.order_by("started_at").values_list("started_at", "hr_before_bpm", "hr_after_bpm")
    return [
        ((clock.local_date(started, participant.tz) - day_one).days, before, after)
        for started, before, after in found
    ]


def _midnight(participant: Participant, index: int) -> datetime:
    assert participant.day_one is not None
    day = participant.day_one + timedelta(days=index)
    return datetime.combine(day, time(), tzinfo=participant.tz)


def _nights(participant: Participant) -> list[tuple[int, float | None]]:
    day_one = participant.day_one
    assert day_one is not None
    rows = participant.nights.order_by("date").values_list("date", "quality")
    return [((day - day_one).days, quality) for day, quality in rows]


def _check_ins(participant: Participant) -> list[tuple[int, float | None, float | None]]:
    """(day it was asked for, bpm at rest, bpm after the day's usual activity)."""
    day_one = participant.day_one
    assert day_one is not None
    rows = participant.check_ins.order_by("due_on")
    found = rows.values_list("due_on", "resting_hr_bpm", "hr_after_bpm")
    return [((due - day_one).days, rest, after) for due, rest, after in found]


def days_used(participant: Participant, seen: Observed) -> dict[str, Any]:
    """The dates that went in, as they are kept with an estimate."""
    assert participant.day_one is not None
    day_one = participant.day_one

    def dates(rows: tuple[tuple[int, float], ...]) -> list[str]:
        return [(day_one + timedelta(days=day)).isoformat() for day, _ in rows]

    return {
        "heart_rate": dates(seen.rises),
        "nights": dates(seen.nights),
        "nights_before": dates(seen.before),
    }
