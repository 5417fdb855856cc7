"""Today, as a page and as an API: what this week asks, what is done, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assessments import rules as visits
from assessments import selectors as assessments
from core.errors import ConsentPending
from enrollment import selectors as enrollment
from enrollment.models import Participant
from estimates import selectors as estimates
from logging_app import selectors as log
from schedule import selectors as schedule


@dataclass(frozen=True)
class Today:
    """Everything the page and the API draw on."""

    day: schedule.StudyDay
    sessions: list[log.WeekSession]
    due: list[visits.Due]
    begun: set[tuple[str, str]]
    next_visit: visits.Window | None
    next_check_in: date | None
    pending_consent: bool
    sleep_due: bool
    estimate_offered: bool


def today(participant: Participant, moment: datetime) -> Today:
    """Where a participant stands at `moment`."""
    refused = enrollment.refusal(participant, moment)
    pending = refused is ConsentPending
    day = schedule.study_day(participant, moment)
    return Today(
        day=day,
        sessions=log.week_sessions(participant, moment),
        due=[] if pending else assessments.due(participant, moment),
        begun=assessments.begun(participant),
        next_visit=assessments.next_visit(participant, moment),
        next_check_in=schedule.next_check_in(participant, moment),
        pending_consent=pending,
        sleep_due=refused is None and log.night_missing(participant, day.date),
        estimate_offered=refused is None and estimates.offered(participant, moment),
    )
