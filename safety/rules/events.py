"""Adverse events: what must agree, and by when a serious one is reported. Pure.

Source: clinical notes 4.3 and ICH E2A: a serious event is reported within 24 hours after staff
became aware of it. Grade (how bad it was) is not seriousness (what it led to): a severe headache is
of grade 3 and not serious; a death is both of grade 5 and serious.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from safety.rules.tiers import Clock

REPORT_WITHIN = timedelta(hours=24)
DEATH, FATAL, GRADE_OF_DEATH = "death", "fatal", 5


def report_clock(
    *, serious: bool, aware_at: datetime, reported_at: datetime | None, now: datetime
) -> Clock:
    """By when a serious event is to be reported, and whether that is, or was, too late."""
    if not serious:
        return Clock(None, late=False)
    due = aware_at + REPORT_WITHIN
    return Clock(None if reported_at else due, late=(reported_at or now) > due)


def problems(entry: Mapping[str, Any], *, known: Collection[str], today: date) -> dict[str, str]:
    """What contradicts itself in an assessment, by field."""
    found = {}
    serious = set(entry.get("serious") or ())
    if not serious <= set(known):
        found["serious"] = _("Please choose from the list.")
    if entry["started_on"] > today:
        found["started_on"] = _("This is in the future.")
    elif (ended := entry.get("ended_on")) and ended < entry["started_on"]:
        found["ended_on"] = _("It ends after it begins.")
    elif ended and ended > today:
        found["ended_on"] = _("This is in the future.")
    signs = (entry.get("outcome") == FATAL, entry.get("grade") == GRADE_OF_DEATH, DEATH in serious)
    if any(signs) and not all(signs):
        found["outcome"] = _("A death has grade 5, the outcome “fatal”, and is serious.")
    return found
