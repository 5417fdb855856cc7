"""What the worker does for the schedule from time to time."""

from __future__ import annotations

from core import clock
from schedule.services.instructing import tell_ended_covers


def note_ended_covers() -> None:
    """Hourly: a cover that ended by itself stands in the trail like one that was ended."""
    tell_ended_covers(clock.now())
