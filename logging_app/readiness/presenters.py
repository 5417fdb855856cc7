"""The sentences before a session that depend on data."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.forms.boundfield import BoundField, BoundWidget
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

import protocol
from enrollment.models import Participant
from logging_app.models import ReadinessCheck
from logging_app.readiness import begun, rules
from logging_app.readiness.begun import Begun
from logging_app.selectors import has_workout


def with_advice(field: BoundField) -> list[tuple[BoundWidget, str, str]]:
    """Each line to tick, with how serious it is and what to do."""
    known = {row.code: row for row in protocol.current().readiness}
    return [
        (option, known[code].severity, str(known[code].advice))
        for option in field
        if (code := str(option.data["value"])) in known
    ]


def advice(check: ReadinessCheck) -> list[dict[str, str]]:
    """What to do about each line that was ticked, red ones first."""
    return [
        {"tone": "urgent" if row.severity == "red" else "warn",
         "title": str(row.label), "text": str(row.advice)}
        for row in rules.said(check.answers, protocol.current())
    ]  # fmt: skip


def stop_list() -> list[dict[str, str]]:
    """When to stop, red signs first."""
    rows = sorted(protocol.current().stop_list, key=lambda row: row.severity != "red")
    return [{"severity": row.severity, "label": str(row.label)} for row in rows]


def running(request: HttpRequest, participant: Participant, now: datetime) -> dict[str, Any] | None:
    """The session that runs, begun here and not written down yet; None where there is none."""
    found = begun.found(request, now)
    if found is None or has_workout(participant, found.entry):
        return None
    return timer(found, now, participant.tz)


def timer(running: Begun, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """A session that was begun: since when, and for how long."""
    minutes = max(int((now - running.started_at).total_seconds() // 60), 0)
    at = formats.date_format(timezone.localtime(running.started_at, zone), "H:i")
    return {
        "entry": running.entry,
        "session": running.session,
        "since": _("Since %(time)s") % {"time": at},
        "minutes": ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes},
        "started_at": running.started_at.isoformat(),
        "mood_before": "" if running.mood_before is None else running.mood_before,
        "hr_before_bpm": "" if running.hr_before_bpm is None else running.hr_before_bpm,
    }
