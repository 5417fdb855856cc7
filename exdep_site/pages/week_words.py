"""What the week's page shows: its days, its sessions, its pauses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

import protocol
from exdep_site.pages.week_forms import DaysForm
from logging_app import presenters as log
from logging_app.selectors import WeekSession, sessions_of
from schedule.models import NotToday, Pause
from schedule.presenters import week_name
from schedule.rules import Outcome, Span
from schedule.rules.adherence import Done, Record
from schedule.rules.weeks import DAYS_PER_WEEK, too_close


def week_page(record: Record, week: int, form: DaysForm, off: Iterable[NotToday]) -> dict[str, Any]:
    """A week of somebody's programme as seen on their today."""
    sessions = sessions_of(record, week)
    span = record.programme.span(week)
    return {
        "week": week,
        "week_line": week_name(week, of_all=True),
        "dates": _dates(span),
        "before": week - 1 if week > 1 else None,
        "after": week + 1 if record.programme.sessions(week + 1) else None,
        "sentence": _sentence(record, week, sessions),
        "days": _days(record, span, sessions, {day.date for day in off}),
        "sessions": [_session(record, one, sessions, form) for one in sessions],
        "form": form,
    }


def days_to_choose(record: Record, week: int) -> list[date]:
    """The days of a week on which something can still be done."""
    return [day for day in _days_of(record.programme.span(week)) if day >= record.today]


def pause_lines(pauses: Iterable[Pause], today: date) -> list[dict[str, Any]]:
    """Pauses that last, come, or ended not long ago."""
    recent = today - timedelta(days=2 * DAYS_PER_WEEK)
    return [
        {
            "pk": row.pk,
            "title": capfirst(row.get_kind_display()),
            "dates": _dates(Span(row.starts_on, row.ends_on)),
            "reason": row.reason,
            "lasts": row.ends_on is None or row.ends_on >= today,
            "begun": row.starts_on <= today,
        }
        for row in pauses
        if row.ends_on is None or row.ends_on >= recent
    ]


def _sentence(record: Record, week: int, sessions: list[WeekSession]) -> str:
    now = record.programme.week(record.today)
    if now is None or week > now:
        return _("This week is still to come. Days can be planned already, or not at all.")
    if week < now:
        return _("This week is over. It stays as it was.")
    return log.week_sentence(log.done(sessions), log.asked(sessions))


def _days_of(span: Span) -> list[date]:
    return [span.first + timedelta(days=n) for n in range(DAYS_PER_WEEK)]


def _days(
    record: Record, span: Span, sessions: list[WeekSession], off: set[date]
) -> list[dict[str, Any]]:
    return [_day(record, day, sessions, off) for day in _days_of(span)]


def _day(record: Record, day: date, sessions: list[WeekSession], off: set[date]) -> dict[str, Any]:
    planned = [s for s in sessions if s.planned_on == day and s.outcome is Outcome.OPEN]
    done = [one for one in record.workouts if one.day == day]
    return {
        "name": formats.date_format(day, "l"),
        "date": formats.date_format(day, "j F"),
        "is_today": day == record.today,
        "done": [_done(one) for one in done],
        "planned": [
            {"title": _name(s, sessions), "minutes": log.minutes_range(s.plan.minutes)}
            for s in planned
        ],
        "paused": any(pause.holds(day) for pause in record.programme.pauses),
        "off": day in off,
        "rests": _rests(record, day) if not planned and not done else "",
    }


def _done(one: Done) -> dict[str, Any]:
    known = protocol.current().kind(one.modality)
    minutes = log.minutes_range((one.minutes, one.minutes))
    title = str(known.label) if known else _("Something else")
    return {"uuid": one.workout_id, "title": title, "minutes": minutes}


def _rests(record: Record, day: date) -> str:
    """That the body rests from a kind of session which needs it, by the protocol's hours."""
    study = protocol.current()
    for kind in study.session_kinds:
        others = _days_with(record, kind.modality)
        if too_close(study, kind.modality, day, others) is not None:
            return _("Rest from: %(kind)s") % {"kind": kind.label}
    return ""


def _days_with(record: Record, modality: str, but: str = "") -> list[date]:
    """The days with a session of a kind, done or planned and open, but for one by its key."""
    done = [one.day for one in record.workouts if one.modality == modality and one.key != but]
    answered = set(record.answers)
    planned = [
        day
        for key, day in record.programme.planned.items()
        if f"-{modality}-" in key and key != but and key not in answered and day >= record.today
    ]
    return [*done, *planned]


def _session(
    record: Record, session: WeekSession, sessions: list[WeekSession], form: DaysForm
) -> dict[str, Any]:
    plan = session.plan
    done = record.answers.get(plan.key)
    return {
        "name": _name(session, sessions),
        "icon": log.ICONS.get(plan.modality, "log"),
        "how": log.how(plan, session.hr_bpm),
        "open": session.outcome is Outcome.OPEN,
        "state": _state(session, record),
        "tone": "ok" if done else "",
        "done": {**_done(done), "day": formats.date_format(done.day, "l, j F")} if done else None,
        "field": form[plan.key] if plan.key in form.fields else None,
        "warning": _warning(record, session),
    }


def _name(session: WeekSession, sessions: list[WeekSession]) -> str:
    of = sum(one.plan.modality == session.plan.modality for one in sessions)
    return log.session_name(session.plan, of)


def _state(session: WeekSession, record: Record) -> str:
    """What became of a session, without praise or blame."""
    if session.outcome is Outcome.DONE:
        return _("Done")
    if session.outcome is Outcome.EXCUSED:
        return _("Rests: there was or is a pause")
    if session.outcome is Outcome.MISSED:
        return _("Not done, and that is all right")
    return log.planned_for(session.planned_on, record.today) or _("Open")


def _warning(record: Record, session: WeekSession) -> str:
    """That two sessions lie closer than the body's rest; it is said, never refused."""
    day, plan = session.planned_on, session.plan
    if day is None or session.outcome is not Outcome.OPEN or day < record.today:
        return ""
    study = protocol.current()
    near = too_close(study, plan.modality, day, _days_with(record, plan.modality, but=plan.key))
    kind = study.kind(plan.modality)
    if near is None or kind is None:
        return ""
    return _(
        "Close to the same kind of session on %(day)s: muscles like %(hours)d hours of rest in "
        "between. Another day may feel better."
    ) % {"day": formats.date_format(near, "l, j F"), "hours": kind.rest_hours or 0}


def _dates(span: Span) -> str:
    first = formats.date_format(span.first, "j F")
    if span.last is None:
        return _("From %(first)s on") % {"first": first}
    if span.last == span.first:
        return first
    last = formats.date_format(span.last, "j F")
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
