"""Today, as a page and as an API: what this week asks, what is done, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assessments import rules as visits
from assessments import selectors as assessments
from core.clock import next_day
from core.errors import ConsentPending
from enrollment import selectors as enrollment
from enrollment.models import Participant, Screening
from enrollment.services import screening
from estimates import selectors as estimates
from logging_app import selectors as log
from logging_app.checkins import selectors as check_ins
from logging_app.models import Workout
from protocol import Instrument
from schedule import selectors as schedule
from schedule.models import NotToday
from schedule.programme import Programme


@dataclass(frozen=True)
class Today:
    """Everything the page and the API draw on."""

    day: schedule.StudyDay
    exercises: bool
    programme: Programme
    sessions: list[log.WeekSession]
    rest: NotToday | None
    unsaid: list[Workout]
    due: list[visits.Due]
    begun: dict[tuple[str, str], Instrument]
    next_visit: assessments.NextVisit | None
    check_in: check_ins.Standing
    pending_consent: bool
    sleep_due: bool
    sleep_tomorrow: bool
    estimate_offered: bool
    screening: Screening | None


def today(participant: Participant, moment: datetime) -> Today:
    """Where a participant stands at `moment`."""
    refused = enrollment.refusal(participant, moment)
    pending = refused is ConsentPending
    day = schedule.study_day(participant, moment)
    exercises = schedule.exercises(participant)
    record = log.adherence([participant], moment)[participant.pk] if exercises else None
    programme = record.programme if record else Programme()
    return Today(
        day=day,
        exercises=exercises,
        programme=programme,
        sessions=log.sessions_of(record, programme.week(day.date)) if record else [],
        rest=schedule.day_off(participant, day.date) if exercises else None,
        unsaid=log.unsaid(participant) if exercises else [],
        due=assessments.due(participant, moment) if refused is None else [],
        begun=assessments.begun_by_version(participant),
        next_visit=assessments.next_visit(participant, moment),
        check_in=(
            check_ins.standing(participant, moment) if refused is None else check_ins.Standing()
        ),
        pending_consent=pending,
        sleep_due=refused is None and log.night_missing(participant, day.date),
        sleep_tomorrow=refused is None and log.night_asked(participant, next_day(day.date)),
        estimate_offered=(
            refused is None and day.day is not None and estimates.offered(participant, moment)
        ),
        screening=screening.of(participant) if participant.in_screening else None,
    )
