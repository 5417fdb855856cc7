"""Reads of the schedule: a participant's day, week, sessions and heart rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import protocol
from core import clock
from enrollment.models import Participant
from schedule import rules
from schedule.models import FitnessAssessment
from schedule.rules import HeartRates, PlannedSession


@dataclass(frozen=True)
class StudyDay:
    """Where a participant stands. `day` and `week` are None before allocation."""

    date: date
    day: int | None
    week: int | None


def study_day(participant: Participant, moment: datetime, zone: ZoneInfo | None = None) -> StudyDay:
    """The study day of a moment, in `zone`: by default the participant's own of today."""
    today = clock.local_date(moment, zone or participant.tz)
    if participant.day_one is None:
        return StudyDay(today, None, None)
    day = clock.study_day(today, participant.day_one)
    return StudyDay(today, day, clock.study_week(day))


def next_check_in(participant: Participant, moment: datetime) -> date | None:
    """The date of the next check-in, or None before allocation and after the last one."""
    here = study_day(participant, moment)
    if here.day is None or participant.day_one is None:
        return None
    day = rules.next_check_in_day(protocol.current(), here.day)
    return clock.date_of_study_day(day, participant.day_one) if day else None


def exercises(participant: Participant) -> bool:
    """Whether sessions are prescribed to this participant at all."""
    return bool(participant.arm) and protocol.current().arm(participant.arm).exercises


def sessions_of_week(participant: Participant, week: int | None) -> tuple[PlannedSession, ...]:
    """The sessions a study week asks of this participant; none for the control arm."""
    if week is None or not exercises(participant):
        return ()
    return rules.week_sessions(protocol.current(), week)


def heart_rates(participant: Participant, on: date) -> HeartRates | None:
    """What the newest assessment up to `on` says; None where there is none."""
    found = (
        FitnessAssessment.objects.filter(participant=participant, assessed_on__lte=on)
        .order_by("-assessed_on", "-pk")
        .first()
    )
    return rates_from(found, participant.birth_year) if found else None


def rates_from(assessment: FitnessAssessment, birth_year: int | None) -> HeartRates | None:
    """An assessment as heart rates; None where the formula needs an age that is not known."""
    maximum: float | None = assessment.max_hr_measured_bpm
    if assessment.max_hr_source != FitnessAssessment.MaxSource.MEASURED:
        if birth_year is None:
            return None
        age = assessment.assessed_on.year - birth_year
        maximum = rules.max_hr_bpm(assessment.max_hr_source, age)
    if maximum is None:
        return None
    return HeartRates(
        resting=assessment.resting_hr_bpm,
        maximum=maximum,
        guides=not assessment.rate_limiting_drug,
    )
