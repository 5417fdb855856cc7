"""Reads of safety."""

from __future__ import annotations

from enrollment.models import Participant
from safety.models import SafetyAlert


def has_open_alert(participant: Participant) -> bool:
    """Whether an alert about this participant is open: somebody may have to reach them."""
    return participant.alerts.filter(state=SafetyAlert.State.OPEN).exists()
