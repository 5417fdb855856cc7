"""A participant's days as an iCalendar file (RFC 5545): neutral words, whole days.

A whole day is a date without a zone, so that neither a change of clocks nor a journey moves it.
Only an appointment that is booked has a time, in UTC, and no place. Nothing in the file tells what
the days are for: titles are neutral, and a day's own id is a keyed hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

import protocol
from accounts import audit
from assessments.models import Visit
from assessments.rules import Window
from assessments.visits.selectors import booked_ahead, early_visits, visits_to_come
from core import clock
from enrollment.models import Participant
from logging_app.checkins import selectors as check_ins
from logging_app.checkins.rules import Window as CheckInWindow
from schedule import selectors as schedule

REFRESHED_EVERY = timedelta(hours=12)
# How long an appointment stands in the calendar; nobody writes how long it lasts.
APPOINTMENT_LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class WholeDay:
    """One day of the calendar. `name` is what it is to us and is only ever shown hashed.

    `at` is the moment of a booked appointment, None for a whole day.
    """

    name: str
    day: date
    title: str
    at: datetime | None = None


def calendar_file(participant: Participant, now: datetime) -> bytes:
    """The planned sessions, the check-ins and the visits to come, in the participant's own
    language."""
    today = clock.local_date(now, participant.tz)
    with translation.override(participant.user.language if participant.user else "en"):
        days = [
            *_sessions(participant),
            *_check_ins(participant, today),
            *_early_visits(participant, today),
            *_visits(participant, today),
        ]
        return written(days, owner=participant.pk, now=now)


def written(days: Iterable[WholeDay], *, owner: int, now: datetime) -> bytes:
    """The file: CRLF, folded lines, and a stable id for each day."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.EXDEP_SITE_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", settings.EXDEP_SITE_NAME)
    calendar.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESHED_EVERY)
    for one in days:
        calendar.add_component(_event(one, owner=owner, now=now))
    return bytes(calendar.to_ical())


def _event(one: WholeDay, *, owner: int, now: datetime) -> Event:
    event = Event()
    event.add("uid", audit.fingerprint(f"calendar {owner} {one.name}")[:40])
    event.add("dtstamp", now)
    if one.at is None:
        event.add("dtstart", one.day)
        event.add("dtend", clock.next_day(one.day))
    else:
        event.add("dtstart", one.at.astimezone(UTC))
        event.add("dtend", one.at.astimezone(UTC) + APPOINTMENT_LASTS)
    event.add("summary", one.title)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if one.at is None else "OPAQUE")
    return event


def _sessions(participant: Participant) -> list[WholeDay]:
    """Sessions with a day of their own, but for those that rest."""
    programme = schedule.programme(participant)
    weeks = range(1, protocol.current().weeks + 1)
    asked = {session.key for week in weeks for session in programme.sessions(week)}
    return [
        WholeDay(key, day, _("Planned time"))
        for key, day in sorted(programme.planned.items(), key=lambda item: (item[1], item[0]))
        if key in asked and not any(pause.holds(day) for pause in programme.pauses)
    ]


def _check_ins(participant: Participant, today: date) -> list[WholeDay]:
    """Check-ins that are not written and still can be in time; the same in both arms."""
    return [_check_in(window, today) for window in check_ins.to_come(participant, today)]


def _check_in(window: CheckInWindow, today: date) -> WholeDay:
    name = f"check-in {window.due.isoformat()}"
    if window.due >= today:
        return WholeDay(name, window.due, _("A few minutes around this day"))
    return WholeDay(name, window.closes, _("A few minutes by this day"))


def _early_visits(participant: Participant, today: date) -> list[WholeDay]:
    """Before allocation only what is booked has a day."""
    booked = booked_ahead(early_visits(participant), today, participant.tz)
    return [
        WholeDay(plan.code, clock.local_date(at, participant.tz), _("Appointment"), at)
        for plan, _row, at in booked
    ]


def _visits(participant: Participant, today: date) -> list[WholeDay]:
    """Visits after allocation that have not taken place and still can."""
    return [_visit(*found, today, participant.tz) for found in visits_to_come(participant, today)]


def _visit(window: Window, row: Visit | None, today: date, zone: ZoneInfo) -> WholeDay:
    if row and row.booked_at and (day := clock.local_date(row.booked_at, zone)) >= today:
        return WholeDay(window.visit.code, day, _("Appointment"), row.booked_at)
    if window.target >= today:
        return WholeDay(window.visit.code, window.target, _("Appointment around this day"))
    return WholeDay(window.visit.code, window.closes, _("Appointment by this day"))
