"""Heart rates that guide a session. Pure functions; rates in bpm, reserve in percent.

Source: Karvonen (target = rest + f × (max − rest)) with Tanaka 2001 (208 − 0.7 × age; standard
error about 11 bpm, HERITAGE) or Fox (220 − age).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Pair = tuple[int, int]
# Standard error of an age-predicted maximum (HERITAGE, n = 762: 11.4 bpm for Tanaka).
PREDICTED_MAXIMUM_ERROR_BPM = 11


@dataclass(frozen=True)
class HeartRates:
    """What intensity is reckoned from, in bpm. `guides` is false under rate-limiting medicine."""

    resting: float
    maximum: float
    guides: bool = True


def max_hr_bpm(formula: str, age: int) -> float:
    """Age-predicted maximum: `tanaka` 208 − 0.7 × age, `fox` 220 − age. ValueError otherwise."""
    if formula == "tanaka":
        return 208 - 0.7 * age
    if formula == "fox":
        return 220 - age
    raise ValueError(f"{formula!r} is no formula for the maximum heart rate")


def karvonen_bpm(rates: HeartRates, percent: float) -> float:
    """The heart rate at `percent` of the reserve, in bpm, unrounded."""
    return rates.resting + percent / 100 * (rates.maximum - rates.resting)


def hr_target(
    rates: HeartRates | None, hrr_percent: Pair | None, *, limit_bpm: int | None = None
) -> Pair | None:
    """Beats per minute for a band of reserve, rounded, never above a clinician's `limit_bpm`.

    None where beats cannot guide.
    """
    if rates is None or not rates.guides or hrr_percent is None or rates.maximum <= rates.resting:
        return None
    low, high = (_whole(karvonen_bpm(rates, percent)) for percent in hrr_percent)
    if limit_bpm is not None:
        low, high = min(low, limit_bpm), min(high, limit_bpm)
    return low, high


def hr_reserve_percent(rates: HeartRates | None, bpm: float | None) -> float | None:
    """Where a heart rate lies between rest (0) and maximum (100), to 0.1.

    None where something is unknown, and under a rate-limiting medicine: it lowers the beats, not
    the maximum that they are measured against, and the figure would tell of a lower effort.
    """
    if rates is None or not rates.guides or bpm is None or rates.maximum <= rates.resting:
        return None
    return round(100 * (bpm - rates.resting) / (rates.maximum - rates.resting), 1)


def _whole(value: float) -> int:
    return int(Decimal(str(round(value, 6))).quantize(Decimal(1), rounding=ROUND_HALF_UP))
