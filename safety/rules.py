"""Which tier a danger belongs to. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from protocol import SafetyTier


def red_flag_tier(tiers: Sequence[SafetyTier]) -> SafetyTier:
    """A red-flag symptom is answered as fast as the study answers anything (clinical notes 3.3)."""
    return min(tiers, key=lambda tier: tier.acknowledge_minutes)


def most_urgent(tiers: Sequence[SafetyTier]) -> SafetyTier:
    """Of several tiers that one answer calls for, the highest."""
    return max(tiers, key=lambda tier: tier.rank)
