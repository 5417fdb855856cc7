"""What a participant does with their week: days for sessions, and "not today"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from core import clock
from core.errors import Forbidden, NotFound
from enrollment.models import Participant
from enrollment.permissions import is_self
from enrollment.selectors import may_write
from schedule import selectors
from schedule.models import NotToday, SessionPlan
from schedule.programme import Programme
from schedule.services.rows import keep, locked

WEEK_OF_KEY = re.compile(r"w(\d{2})-")


@transaction.atomic
def plan_day(
    *, participant: Participant, session_key: str, day: date | None, by: User, now: datetime
) -> SessionPlan | None:
    """Set the day for a session, inside its own week and from today on; None takes it off.

    None comes back where nothing was set and nothing is. Raises what the gate raises, Forbidden,
    NotFound for a session that is not asked for, and ValidationError for a day.
    """
    participant = _own(participant, by, now)
    programme = selectors.programme(participant)
    week = _week_of(programme, session_key)
    row = SessionPlan.objects.filter(participant=participant, session_key=session_key).first()
    if (row.planned_on if row else None) == day:
        return row
    if day is not None:
        _check_day(programme, week, day, clock.local_date(now, participant.tz))
    row = row or SessionPlan(participant=participant, session_key=session_key)
    row.planned_on, row.by = day, by
    return keep(
        row, by=by, action="schedule.day_planned", changes={"session": session_key, "on": day}
    )


@transaction.atomic
def plan_days(
    *, participant: Participant, days: Mapping[str, date | None], by: User, now: datetime
) -> None:
    """Set the days of several sessions, by key: all of them or, where one is refused, none.

    Errors as in `plan_day`; a ValidationError names the session's key.
    """
    for key, day in days.items():
        try:
            plan_day(participant=participant, session_key=key, day=day, by=by, now=now)
        except ValidationError as error:
            raise ValidationError({key: error.messages}) from error


@transaction.atomic
def not_today(
    *, participant: Participant, date: date, reason: str = "", by: User, now: datetime
) -> NotToday:
    """Keep that a day goes without a session; once per day, a later reason replaces the earlier.

    For today or, around midnight, yesterday. Raises what the gate raises, Forbidden, NotFound
    where no session is asked for, and ValidationError for another day or an unknown reason.
    """
    participant = _own(participant, by, now)
    if not selectors.exercises(participant):
        raise NotFound
    if clock.local_date(now, participant.tz) - date not in (timedelta(0), timedelta(days=1)):
        raise ValidationError({"date": _("This is for today only.")})
    row = NotToday.objects.filter(participant=participant, date=date).first()
    if row is not None and row.reason == reason:
        return row
    row = row or NotToday(participant=participant, date=date, made_at=now)
    row.reason, row.by = reason, by
    # Why somebody rests may tell of their health: it stays out of the trail.
    return keep(row, by=by, action="schedule.not_today", changes={"date": date})


@transaction.atomic
def today_after_all(*, participant: Participant, date: date, by: User, now: datetime) -> None:
    """Take "not today" back; its history stays. Raises what the gate raises, and Forbidden."""
    participant = _own(participant, by, now)
    row = NotToday.objects.filter(participant=participant, date=date).first()
    if row is None:
        return
    audit.record(action="schedule.today_after_all", by=by, obj=row, changes={"date": date})
    row._history_user = by  # type: ignore[attr-defined]
    row.delete()


def _own(participant: Participant, by: User, now: datetime) -> Participant:
    participant = locked(participant)
    may_write(participant, now)
    if not is_self(by, participant):
        raise Forbidden
    return participant


def _week_of(programme: Programme, session_key: str) -> int:
    """The week of a session that is asked for. Raises NotFound for any other."""
    found = WEEK_OF_KEY.match(session_key)
    week = int(found.group(1)) if found else None
    if week is None or session_key not in {session.key for session in programme.sessions(week)}:
        raise NotFound
    return week


def _check_day(programme: Programme, week: int, day: date, today: date) -> None:
    if not programme.span(week).holds(day):
        raise ValidationError({"day": _("Please choose a day of the same week.")})
    if day < today:
        raise ValidationError({"day": _("This day is over. Please choose another one.")})
