"""Energy by METs (2024 Adult Compendium): estimates, and labelled so wherever they are shown."""

from __future__ import annotations


def energy_kcal(met: float, weight_kg: float, minutes: float, *, net: bool = False) -> float:
    """MET × 3.5 × kg / 200 × minutes, in kcal; `net` takes the resting MET off."""
    return (met - 1 if net else met) * 3.5 * weight_kg / 200 * minutes


def met_minutes(met: float, minutes: float) -> float:
    """MET-minutes: how much, without the body's weight."""
    return met * minutes
