"""The sentences of check-ins that depend on data; the same in both arms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from logging_app.checkins.rules import Window
from logging_app.models import CheckIn
from logging_app.paper import presenters as paper


def due_line(window: Window) -> dict[str, Any]:
    """A check-in that is due, as Today and the log show it."""
    closes = formats.date_format(window.closes, "j F")
    return {
        "due": window.due,
        "opens": window.opens,
        "title": _("How have you been?"),
        "text": _("A few short questions, until %(day)s.") % {"day": closes},
    }


def row(window: Window, written: CheckIn | None, today: date) -> dict[str, Any]:
    """One line of the list of check-ins."""
    return {
        "due": window.due,
        "title": _("Around %(day)s") % {"day": formats.date_format(window.due, "j F")},
        "text": summary(written) if written else _("Not written. It can still be."),
        "written": written is not None,
        "now": window.holds(today),
    }


def summary(written: CheckIn) -> str:
    """What was written, in short."""
    parts = []
    if written.activity:
        parts.append(str(written.get_activity_display()))
    if written.resting_hr_bpm is not None:
        parts.append(_("at rest %(bpm)d beats a minute") % {"bpm": written.resting_hr_bpm})
    if written.anything_new:
        parts.append(_("something is new"))
    return " · ".join(parts) or _("Written")


def from_paper(written: CheckIn) -> str:
    """That the study team copied it, and when; empty where they did not."""
    return paper.copied(written, written.tz)
