"""The sentences of the pages that draw on several rooms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from accounts.models import User
from accounts.presenters import contact
from accounts.roles import Role
from assessments import presenters as assessments
from assessments.selectors import NextVisit
from core import clock
from enrollment.models import Participant
from enrollment.screening import presenters as screening_presenters
from enrollment.selectors import ambulance
from exdep_site.pages.today import Today
from logging_app import presenters as log
from logging_app.checkins import presenters as check_ins
from logging_app.models import Workout
from protocol import CrisisLine
from schedule.guide.presenters import stop_list
from schedule.models import NotToday
from schedule.presenters import week_name
from schedule.programme import Programme
from schedule.rules import KindPlan, PlannedSession, Span


def today_page(today: Today, participant: Participant) -> dict[str, Any]:
    """Everything the Today template shows."""
    stands = stand(today.programme, today.day.date) if today.exercises else None
    sessions = [] if stands else today.sessions
    return {
        "date": formats.date_format(today.day.date, "l, j F"),
        "week_line": _week_line(today, participant),
        "exercises": today.exercises,
        "stand": stands,
        "kinds": log.kind_cards(sessions, today.day.date),
        "week_sentence": log.week_sentence(log.done(sessions), log.asked(sessions)),
        "rest": rest_card(today.rest) if sessions else None,
        "rest_reasons": NotToday.Reason.choices,
        "today": today.day.date.isoformat(),
        "unsaid": [unsaid_line(workout) for workout in today.unsaid],
        "due": [
            assessments.due_line(d, today.begun.get((d.visit, d.instrument))) for d in today.due
        ],
        "next_visit": visit_line(today.next_visit, today.day.date, participant.tz),
        "check_in": check_ins.due_line(today.check_in.due) if today.check_in.due else None,
        "check_in_tomorrow": (
            check_ins.due_line(today.check_in.tomorrow) if today.check_in.tomorrow else None
        ),
        "next_check_in": check_in_line(today.check_in.next),
        "finished": _finished(today),
        "night_due": today.day.date if today.sleep_due else None,
        "tomorrow": clock.next_day(today.day.date) if today.sleep_tomorrow else None,
        "pending_consent": today.pending_consent,
        "screening": screening_presenters.today_card(participant, today.screening),
        "estimate_offered": today.estimate_offered,
        "contact": contact(participant.site),
        "offered_after": offered_after(participant),
    }


def _week_line(today: Today, participant: Participant) -> str:
    """The study week; nothing where no study will begin."""
    if participant.state == Participant.State.NOT_ELIGIBLE:
        return ""
    return week_name(today.day.week, of_all=True)


def _finished(today: Today) -> bool:
    """Whether the weeks are over: the programme's own, where there is one."""
    if today.exercises and today.programme.starts_on:
        return over(today.programme, today.day.date)
    return (today.day.week or 0) > protocol.current().weeks


def over(programme: Programme, day: date) -> bool:
    """Whether a day lies after the last week of somebody's programme."""
    return (programme.week(day) or 0) > protocol.current().weeks


def stand(programme: Programme, day: date) -> dict[str, str] | None:
    """Why a day asks for no session, in words; None where it asks as planned, or all is over."""
    if programme.left_on is not None or over(programme, day):
        return None
    if programme.study_rests(day):
        return {
            "tone": "pause",
            "title": _("The study rests"),
            "text": _("No sessions are asked of anybody now. What you log is kept all the same."),
        }
    if programme.held(day):
        return {
            "tone": "hold",
            "title": _("Your sessions are on hold"),
            "text": _("Please do none for now. The study team will be in touch with you."),
        }
    if programme.starts_on is None:
        return {
            "tone": "wait",
            "title": _("Your plan is being prepared"),
            "text": _("Your instructor is preparing it with you. Until then nothing is asked."),
        }
    if day < programme.starts_on:
        starts = formats.date_format(programme.starts_on, "l, j F")
        return {
            "tone": "soon",
            "title": _("Your sessions start on %(day)s") % {"day": starts},
            "text": _("Until then nothing is asked. Your plan is there to look at."),
        }
    paused = [span for span in programme.pauses if span.holds(day)]
    return _pause_card(paused) if paused else None


def _pause_card(paused: list[Span]) -> dict[str, str]:
    ends = [span.last for span in paused if span.last is not None]
    title = _("Your sessions rest")
    if len(ends) == len(paused):
        last = formats.date_format(max(ends), "l, j F")
        title = _("Your sessions rest until %(day)s") % {"day": last}
    text = _("Nothing needs to be made up for. Come back whenever you are ready.")
    return {"tone": "pause", "title": title, "text": text}


def rest_card(rest: NotToday | None) -> dict[str, str] | None:
    """The answer to "not today": never a question back, never blame."""
    if rest is None:
        return None
    text = _("Any other day of the week will do as well. Nothing needs to be made up for.")
    if rest.reason in (NotToday.Reason.UNWELL, NotToday.Reason.PAIN):
        text = _("If it does not get better, please tell the study team. Be well.")
    return {"title": _("Rest is fine"), "text": text}


def unsaid_line(workout: Workout) -> dict[str, Any]:
    """A session that the instructor wrote down, and how it felt is still unsaid."""
    day = formats.date_format(clock.local_date(workout.started_at, workout.tz), "l, j F")
    return {
        "uuid": workout.pk,
        "title": _("How was %(day)s for you?") % {"day": day},
        "text": _("Your instructor wrote down: %(activity)s, %(minutes)s.") % {
            "activity": log.activity_label(workout),
            "minutes": log.minutes_range((workout.duration_min, workout.duration_min)),
        },
    }  # fmt: skip


def plan_page(programme: Programme, participant: Participant, today: date) -> dict[str, Any]:
    """The printable plan: what counts now, or from the first day on where it has not come."""
    weeks = protocol.current().weeks
    week = min(max(programme.week(today) or 1, 1), weeks)
    plan = programme.plan(week)
    sessions = {session.modality: session for session in reversed(programme.sessions(week))}
    on = max(today, programme.starts_on) if programme.starts_on else today
    return {
        "stand": stand(programme, today),
        "week_line": week_name(week, of_all=True) if plan else "",
        "kinds": [_plan_kind(programme, kind, sessions, on) for kind in plan.kinds] if plan else [],
        "stop": stop_list(),
        "ambulance": ambulance(participant.site.region),
        "contact": contact(participant.site),
        "printed": formats.date_format(today, "DATE_FORMAT"),
    }


def _plan_kind(
    programme: Programme, kind: KindPlan, sessions: dict[str, PlannedSession], on: date
) -> dict[str, Any]:
    session = sessions.get(kind.modality)
    times = ngettext("%(count)d time a week", "%(count)d times a week", kind.per_week)
    named = protocol.current().kind(kind.modality)
    return {
        "title": str(named.label) if named else kind.modality,
        "times": times % {"count": kind.per_week},
        **log.how(session or kind, programme.hr_bpm(session, on) if session else None),
    }


def visit_line(found: NextVisit | None, day: date, zone: ZoneInfo) -> dict[str, str] | None:
    """The next visit with its dates as seen on `day`, or None after the last one."""
    if found is None:
        return None
    return {
        "title": _("Visit: %(label)s") % {"label": found.visit.label},
        "text": _visit_when(found, day, zone),
    }


def _visit_when(found: NextVisit, day: date, zone: ZoneInfo) -> str:
    if found.booked_at is not None:
        return _booked(found.booked_at.astimezone(zone), found.place)
    window = found.window
    if window is None:
        return _("The study team makes a time with you.")
    if window.target < day:
        closes = formats.date_format(window.closes, "j F")
        return _("Any day until %(closes)s.") % {"closes": closes}
    return _("Around %(target)s (from %(opens)s to %(closes)s).") % {
        "target": formats.date_format(window.target, "j F"),
        "opens": formats.date_format(window.opens, "j F"),
        "closes": formats.date_format(window.closes, "j F"),
    }


def _booked(at: datetime, place: str) -> str:
    when = {"day": formats.date_format(at, "l, j F"), "time": formats.time_format(at, "H:i")}
    if not place:
        return _("%(day)s at %(time)s.") % when
    return _("%(day)s at %(time)s: %(place)s.") % {**when, "place": place}


def check_in_line(day: date | None) -> str:
    """When the study asks next how things are; the same words in both arms."""
    if day is None:
        return ""
    shown = formats.date_format(day, "j F")
    return _("Around %(day)s the study team asks briefly how you have been.") % {"day": shown}


def offered_after(participant: Participant) -> str:
    """What this participant's arm is offered after the program, in the protocol's words."""
    if not participant.arm:
        return ""
    offer = protocol.current().arm(participant.arm).offered_after
    return str(offer) if offer else ""


def staff_notes(user: User) -> list[str]:
    """What comes to whoever has no page of their own here yet, and whom to ask."""
    notes = {
        Role.STATISTICIAN: _(
            "The study's data come to you as a download that the coordinator makes, with group "
            "labels that do not say which is which. Please ask them for it."
        ),
    }
    return [note for role, note in notes.items() if user.has_role(role)]


def crisis_regions() -> tuple[list[CrisisLine], list[dict[str, Any]]]:
    """The emergency numbers of the study's own country (first in its file), then every region."""
    study = protocol.current()
    home = next(iter(study.crisis))
    emergency = [line for line in study.crisis[home] if line.emergency]
    regions = [
        {
            "label": str(study.region_labels[code]),
            "lines": [line for line in lines if line not in emergency],
        }
        for code, lines in study.crisis.items()
    ]
    return emergency, [region for region in regions if region["lines"]]
