"""What a night of the diary may say, when all of it is asked, and what is worth asking twice. Pure.

Sources: CONTRACT, "PUT /api/v1/sleep/<date>/"; clinical notes 2.1; the protocol's `[diary]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clock import date_of_study_day
from logging_app import sleep
from logging_app.rules import EARLIEST_YEAR, Problems
from protocol import Study

CLOCKS = ("in_bed_at", "tried_to_sleep_at", "woke_at", "out_of_bed_at")
ENTRY_FIELDS = (
    *CLOCKS, "sleep_onset_latency_min", "awakenings", "wake_after_sleep_onset_min", "quality",
)  # fmt: skip
# Clinical notes 2.1: an exchange of morning and evening shows as less or more sleep than this.
LIKELY_SLEEP_MIN = (180, 720)
LONGEST_IN_BED_MIN = 960


def problems(date_: date, night: sleep.Night, *, today: date) -> Problems:
    """Every field that breaks a rule, with what to do. `today` is the participant's own date."""
    if wrong := wrong_morning(date_, today=today):
        return {"date": [wrong]}
    found: Problems = {}
    if sleep.too_short_for_its_parts(night):
        found["wake_after_sleep_onset_min"] = [
            _("The night is shorter than the minutes awake in it. Please check them and the times.")
        ]
    return found


def wrong_morning(date_: date, *, today: date) -> Any:
    """Why no night can be told of this morning: it has not come, or is too long ago; or None."""
    if date_ > today:
        return _("This morning has not come yet.")
    if date_.year < EARLIEST_YEAR:
        return _("This morning is too long ago. Please check the year.")
    return None


@dataclass(frozen=True)
class Unlikely:
    """What is worth asking about before it is kept: minutes of sleep or in bed, or a time ahead."""

    sleep_min: int | None = None
    in_bed_min: int | None = None
    ahead: bool = False


def unlikely(night: sleep.Night, *, now: datetime) -> Unlikely | None:
    """What a slip of the clock would look like (clinical notes 2.1), or None.

    Under 3 or over 12 hours of sleep (of the time from trying to waking where a part is unknown),
    over 16 hours in bed, or a last time that lies ahead of `now`.
    """
    _in_bed, tried, woke, out = sleep.moments(night)
    last = out or woke
    if last is not None and last > now:
        return Unlikely(ahead=True)
    reckoned = sleep.reckon(night)
    asleep, in_bed_min = reckoned.total_sleep_min, reckoned.time_in_bed_min
    if asleep is None and tried and woke:
        asleep = round((woke - tried).total_seconds() / 60)
    low, high = LIKELY_SLEEP_MIN
    if asleep is not None and not low <= asleep <= high:
        return Unlikely(sleep_min=asleep)
    if in_bed_min is not None and in_bed_min > LONGEST_IN_BED_MIN:
        return Unlikely(in_bed_min=in_bed_min)
    return None


def diary_mornings(study: Study, day_one: date) -> frozenset[date]:
    """The mornings on which the whole diary is asked: those just before a visit's target day."""
    if study.diary is None:
        return frozenset()
    targets = [
        date_of_study_day(visit.target_day, day_one)
        for visit in study.enabled_visits
        if visit.code in study.diary.visits
    ]
    back = range(1, study.diary.nights_before + 1)
    return frozenset(target - timedelta(days=days) for target in targets for days in back)


def asks_whole_diary(study: Study, morning: date, day_one: date | None) -> bool:
    """Whether all eight questions are asked on a morning, or the quality alone.

    Before allocation nobody knows day 1 yet, so each morning may be one of the seven before it.
    """
    if day_one is None:
        return study.diary is not None
    return morning in diary_mornings(study, day_one)


def nights_are_asked(study: Study, today: date, day_one: date | None) -> bool:
    """Whether a night is asked for at all: by a study with a diary, till its last window closes."""
    if study.diary is None or day_one is None:
        return study.diary is not None
    last = max(visit.window[1] for visit in study.enabled_visits)
    return today <= date_of_study_day(last, day_one)


def night_of(date_: date, zone: Any, entry: Mapping[str, Any]) -> sleep.Night:
    """An entry as the formulas read it."""
    return sleep.Night(
        date=date_,
        zone=zone,
        **{name: entry.get(name) for name in CLOCKS},
        sleep_onset_latency_min=entry.get("sleep_onset_latency_min"),
        wake_after_sleep_onset_min=entry.get("wake_after_sleep_onset_min"),
    )
