"""Reads of safety."""

from __future__ import annotations

from datetime import date

import protocol
from enrollment.models import Participant
from safety.models import SafetyAlert


def has_open_alert(participant: Participant) -> bool:
    """Whether an alert about this participant is open: somebody may have to reach them."""
    return participant.alerts.filter(state=SafetyAlert.State.OPEN).exists()


def help_lines_not_rung(today: date) -> tuple[str, ...]:
    """The telephones of the help page that nobody has rung within the protocol's days, or ever."""
    study = protocol.current()
    lines = [line for of_region in study.crisis.values() for line in of_region]
    stale = (line.phone for line in lines if line.is_stale(today, study.crisis_valid_days))
    return tuple(dict.fromkeys(stale))
