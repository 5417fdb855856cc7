"""Reads of check-ins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404

import protocol
from core import clock
from enrollment.models import Participant, ParticipantQuerySet
from logging_app.checkins import rules
from logging_app.checkins.rules import Window
from logging_app.models import CheckIn


def check_ins(participant: Participant) -> QuerySet[CheckIn]:
    """A participant's check-ins, newest first."""
    return participant.check_ins.all()


def own_check_in(participant: Participant, due_on: date) -> CheckIn:
    """The check-in of a day; Http404 where nothing was written."""
    return get_object_or_404(participant.check_ins, due_on=due_on)


def check_in_or_none(participant: Participant, due_on: date) -> CheckIn | None:
    """The check-in of a day, or None where nothing was written."""
    return participant.check_ins.filter(due_on=due_on).first()


@dataclass(frozen=True)
class Standing:
    """The check-in that is `due` and not written yet, the day of the `next` one after it, and one
    that opens `tomorrow`."""

    due: Window | None = None
    next: date | None = None
    tomorrow: Window | None = None


def standing(participant: Participant, now: datetime) -> Standing:
    """What is asked of a participant now and next; one query."""
    today = clock.local_date(now, participant.tz)
    windows = rules.windows(protocol.current(), participant.day_one)
    if not windows:
        return Standing()
    written = set(participant.check_ins.values_list("due_on", flat=True))
    due = next((w for w in windows if w.holds(today) and w.due not in written), None)
    coming = (w.due for w in windows if w.due >= today and w.due not in written and w != due)
    opening = (w for w in windows if w.opens == clock.next_day(today) and w.due not in written)
    return Standing(due, next(coming, None), next(opening, None))


def due(participant: Participant, now: datetime) -> Window | None:
    """The check-in that is due now and not written yet, or None."""
    return standing(participant, now).due


def to_come(participant: Participant, today: date) -> list[Window]:
    """The check-ins that are due or still to come and are not written, in order; one query at
    most."""
    windows = rules.windows(protocol.current(), participant.day_one)
    coming = [window for window in windows if window.closes >= today]
    if not coming:
        return []
    written = set(participant.check_ins.values_list("due_on", flat=True))
    return [window for window in coming if window.due not in written]


def begun(participant: Participant, now: datetime) -> list[tuple[Window, CheckIn | None]]:
    """Every check-in that may be written by now, newest first, each with what was written."""
    today = clock.local_date(now, participant.tz)
    written = {row.due_on: row for row in participant.check_ins.all()}
    found = rules.begun(protocol.current(), participant.day_one, today)
    return [(window, written.get(window.due)) for window in found]


def may_be_told(participant: Participant, due_on: date, today: date) -> bool:
    """Whether a check-in of this day may be written on the participant's day `today`."""
    study = protocol.current()
    return not rules.wrong_day(due_on, study=study, day_one=participant.day_one, today=today)


def entry(row: CheckIn) -> dict[str, Any]:
    """What was written, by field; `activity` is empty where unknown."""
    return model_to_dict(row, rules.ENTRY_FIELDS)


def is_late(row: CheckIn) -> bool:
    """Written more than 3 days after its day; what was copied from paper counts by its arrival."""
    return rules.is_late(row.due_on, clock.local_date(row.received_at, row.tz))


def waiting(people: ParticipantQuerySet) -> QuerySet[CheckIn]:
    """What these people told as new and nobody saw to, oldest first."""
    rows = CheckIn.objects.all().waiting().filter(participant__in=people)
    return rows.select_related("participant").order_by("received_at")
