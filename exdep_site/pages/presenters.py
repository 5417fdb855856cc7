"""The sentences of the pages that draw on several rooms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

import protocol
from accounts.models import User
from accounts.presenters import contact
from accounts.roles import Role
from assessments import presenters as assessments
from assessments.rules import Window
from enrollment.models import Participant
from enrollment.screening import presenters as screening_presenters
from exdep_site.pages.today import Today
from logging_app import presenters as log
from protocol import CrisisLine
from schedule.presenters import week_name


def today_page(today: Today, participant: Participant) -> dict[str, Any]:
    """Everything the Today template shows."""
    done = sum(session.done_by is not None for session in today.sessions)
    return {
        "date": formats.date_format(today.day.date, "l, j F"),
        "week_line": week_name(today.day.week, of_all=True),
        "kinds": log.kind_cards(today.sessions),
        "week_sentence": log.week_sentence(done, len(today.sessions)),
        "due": [assessments.due_line(d, (d.visit, d.instrument) in today.begun) for d in today.due],
        "next_visit": visit_line(today.next_visit, today.day.date),
        "next_check_in": check_in_line(today.next_check_in),
        "finished": _finished(today),
        "night_due": today.day.date if today.sleep_due else None,
        "pending_consent": today.pending_consent,
        "screening": screening_presenters.today_card(participant),
        "estimate_offered": today.estimate_offered,
        "contact": contact(participant.site),
        "offered_after": offered_after(participant),
    }


def _finished(today: Today) -> bool:
    return (today.day.week or 0) > protocol.current().weeks


def visit_line(window: Window | None, day: date) -> dict[str, str] | None:
    """The next visit with its dates as seen on `day`, or None after the last one."""
    if window is None:
        return None
    if window.target < day:
        closes = formats.date_format(window.closes, "j F")
        return {
            "title": _("Visit: %(label)s") % {"label": window.visit.label},
            "text": _("Any day until %(closes)s.") % {"closes": closes},
        }
    return {
        "title": _("Visit: %(label)s") % {"label": window.visit.label},
        "text": _("Around %(target)s (from %(opens)s to %(closes)s).") % {
            "target": formats.date_format(window.target, "j F"),
            "opens": formats.date_format(window.opens, "j F"),
            "closes": formats.date_format(window.closes, "j F"),
        },
    }  # fmt: skip


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
        Role.INSTRUCTOR: _(
            "Your participants and their sessions are not shown here. Please ask the coordinator "
            "of your site who takes part and how they are getting on."
        ),
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
