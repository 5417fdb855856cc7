"""Reads of visits and answers."""

from __future__ import annotations

from datetime import datetime

import protocol
from assessments import rules
from assessments.models import Response, Visit
from enrollment.models import Participant
from schedule.selectors import study_day


def next_visit(participant: Participant, moment: datetime) -> rules.Window | None:
    """The participant's next visit, or None before allocation and after the last one."""
    if participant.day_one is None:
        return None
    done = set(
        Visit.objects.filter(participant=participant)
        .exclude(done_on=None)
        .values_list("code", flat=True)
    )
    today = study_day(participant, moment).date
    return rules.next_window(
        rules.windows(protocol.current(), participant.day_one), today=today, done=done
    )


def due(participant: Participant, moment: datetime) -> list[rules.Due]:
    """The questionnaires open to this participant now."""
    if participant.day_one is None:
        return []
    submitted = set(
        Response.objects.filter(participant=participant)
        .exclude(submitted_at=None)
        .values_list("visit__code", "instrument")
    )
    return rules.due(
        rules.windows(protocol.current(), participant.day_one),
        protocol.instruments(),
        today=study_day(participant, moment).date,
        submitted=submitted,
    )
