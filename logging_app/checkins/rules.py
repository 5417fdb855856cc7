"""When a check-in is asked, and what it may say. Pure.

Sources: the protocol's `check_in_every_weeks`; issue "Logging that loses nothing", "Check-ins".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clock import date_of_study_day
from logging_app.rules import Problems
from protocol import Study
from schedule.rules import next_check_in_day

ENTRY_FIELDS = (
    "resting_hr_bpm", "hr_after_bpm", "activity", "active_minutes", "diet_changed", "anything_new",
    "new_text",
)  # fmt: skip
# A check-in may be written this many days before the day it is asked for, and so many after it
# without being late.
AROUND_DAYS = 3


@dataclass(frozen=True)
class Window:
    """One check-in: the day it is asked for, and the days on which it is due."""

    due: date
    opens: date
    closes: date

    def holds(self, day: date) -> bool:
        return self.opens <= day <= self.closes


def windows(study: Study, day_one: date | None) -> tuple[Window, ...]:
    """Every check-in of the study, in order; none before allocation.

    Each opens 3 days before its own day and stays due until the day before the next one opens; the
    last one for as long as the others. So at any time at most one is due, and between the first
    and the last there is always one: who comes late still answers the newest.
    """
    every = study.check_in_every_weeks
    if every is None or day_one is None:
        return ()
    found, day = [], next_check_in_day(study, 1)
    while day is not None:
        due = date_of_study_day(day, day_one)
        opens = due - timedelta(days=AROUND_DAYS)
        found.append(Window(due, opens, opens + timedelta(days=7 * every - 1)))
        day = next_check_in_day(study, day + 1)
    return tuple(found)


def due_window(study: Study, day_one: date | None, today: date) -> Window | None:
    """The check-in that is due on a day, or None."""
    return next((w for w in windows(study, day_one) if w.holds(today)), None)


def begun(study: Study, day_one: date | None, today: date) -> tuple[Window, ...]:
    """Those that may be written by now, newest first; none is ever too old to be written."""
    found = (w for w in windows(study, day_one) if w.opens <= today)
    return tuple(sorted(found, key=lambda w: w.due, reverse=True))


def is_late(due: date, written_on: date) -> bool:
    """Written more than 3 days after the day it was asked for, by the participant's own date."""
    return written_on > due + timedelta(days=AROUND_DAYS)


def settled(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as it is kept: what it omits is unknown, and words say that something is new."""
    fields = {name: entry.get(name) for name in ENTRY_FIELDS}
    fields["activity"] = fields["activity"] or ""
    fields["new_text"] = (fields["new_text"] or "").strip() or None
    if fields["new_text"] and fields["anything_new"] is None:
        fields["anything_new"] = True
    return fields


def problems(
    due_on: date, fields: Mapping[str, Any], *, study: Study, day_one: date | None, today: date
) -> Problems:
    """Every field of a settled entry that breaks a rule. `today` is the participant's own date."""
    if wrong := wrong_day(due_on, study=study, day_one=day_one, today=today):
        return {"date": [wrong]}
    if fields["new_text"] and not fields["anything_new"]:
        return {"new_text": [_("Above you said no. Please say yes, or take these words out.")]}
    return {}


def wrong_day(due_on: date, *, study: Study, day_one: date | None, today: date) -> Any:
    """Why there is no check-in to write for a day, or None."""
    window = next((w for w in windows(study, day_one) if w.due == due_on), None)
    if window is None:
        return _("No check-in is asked for this day.")
    if window.opens > today:
        return _("This check-in has not come yet.")
    return None
