"""Which tier a danger belongs to, and how late an answer is. Pure.

Source: the study protocol's safety tiers (clinical notes 1.7): minutes since the alert was raised,
by the clock on the wall, nights and holidays included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol import SafetyTier


def red_flag_tier(tiers: Sequence[SafetyTier]) -> SafetyTier:
    """A red-flag symptom is answered as fast as the study answers anything (clinical notes 3.3)."""
    return min(tiers, key=lambda tier: tier.acknowledge_minutes)


def most_urgent(tiers: Sequence[SafetyTier]) -> SafetyTier:
    """Of several tiers that one answer calls for, the highest."""
    return max(tiers, key=lambda tier: tier.rank)


@dataclass(frozen=True)
class Clock:
    """What an alert waits for: by when (`due`, None once nothing is), and whether it is late."""

    due: datetime | None
    late: bool

    def minutes_left(self, now: datetime) -> int | None:
        """Whole minutes until it is late; negative when it is."""
        return None if self.due is None else int((self.due - now).total_seconds() // 60)


def clock_of(tier: SafetyTier, *, state: str, raised_at: datetime, now: datetime) -> Clock:
    """The clock of an alert in `state`: acknowledged by a time, then assessed by a time."""
    minutes = {"open": tier.acknowledge_minutes, "acknowledged": tier.assess_minutes}.get(state)
    if minutes is None:
        return Clock(None, late=False)
    due = raised_at + timedelta(minutes=minutes)
    return Clock(due, late=now > due)


def passed_on_times(tier: SafetyTier, raised_at: datetime, now: datetime) -> int:
    """How often an unanswered alert should have been passed on by now."""
    gone = now - raised_at
    return sum(gone >= timedelta(minutes=minutes) for minutes in tier.escalate_minutes)
