"""The sentences about adverse events that depend on data."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from accounts.models import User
from safety.models import ANSWERS_ALERTS, EVENT_STATES, AdverseEvent
from safety.presenters import duration
from safety.rules.events import report_clock

TONES = {"draft": "warn", "assessed": "info", "countersigned": "ok", "dismissed": "plain"}


def row(event: AdverseEvent, now: datetime) -> dict[str, Any]:
    """One line of the list."""
    late = report_words(event, now)
    return {
        "event": event,
        "study_id": event.participant.study_id,
        "site": event.participant.site.name,
        "title": event.term or event.verbatim,
        "source": event.get_source_display(),
        "state": event.get_state_display(),
        "tone": TONES[event.state],
        "serious": ", ".join(str(AdverseEvent.SERIOUS[code]) for code in event.serious),
        "report": late,
    }


def report_words(event: AdverseEvent, now: datetime) -> str:
    """How long there is left to report a serious event, or how late it is or was."""
    found = report_clock(
        serious=event.is_serious, aware_at=event.aware_at, reported_at=event.reported_at, now=now
    )
    if event.is_serious and event.reported_at:
        return _("reported, late") if found.late else _("reported")
    minutes = found.minutes_left(now)
    if minutes is None:
        return ""
    if minutes < 0:
        return _("Report late by %(time)s") % {"time": duration(-minutes)}
    return _("Report within %(time)s") % {"time": duration(minutes)}


def facts(event: AdverseEvent) -> list[tuple[str, str]]:
    """What is known of it, by the name of each field."""
    shown = (
        "verbatim", "term", "term_version", "started_on", "ended_on", "grade", "related_exercise",
        "related_procedure", "expected", "action", "outcome", "narrative",
    )  # fmt: skip
    found = [(str(AdverseEvent._meta.get_field(n).verbose_name), _shown(event, n)) for n in shown]  # type: ignore[union-attr]
    return [(name, words) for name, words in found if words]


def _shown(event: AdverseEvent, name: str) -> str:
    display = getattr(event, f"get_{name}_display", None)
    value = display() if display else getattr(event, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    return "" if value is None else str(value)


def history(event: AdverseEvent) -> list[dict[str, Any]]:
    """Each version, the newest first: when, by whom, what was done, and why it was corrected."""
    versions = list(event.history.select_related("history_user"))
    return [
        {
            "at": version.history_date,
            "who": version.history_user.name if version.history_user else "",
            "what": _done(version, before),
            "why": version.history_change_reason or "",
        }
        for version, before in pairwise([*versions, None])
    ]


def _done(version: Any, before: Any) -> str:
    """The state that a step led to; a report changes none."""
    if version.reported_at and (before is None or not before.reported_at):
        return str(AdverseEvent._meta.get_field("reported_at").verbose_name)
    return str(version.get_state_display())


def may(event: AdverseEvent, user: User) -> dict[str, bool]:
    """Which steps the page offers."""
    clinician = user.has_role(ANSWERS_ALERTS)
    allows = EVENT_STATES.allows
    return {
        "assess": clinician,
        "dismiss": clinician and allows(event.state, "dismiss"),
        "countersign": clinician
        and allows(event.state, "countersign")
        and event.assessed_by_id != user.pk,
        "report": event.is_serious and event.reported_at is None,
    }
