"""Strength: what a load says of the most that somebody can lift once, and what to lift of it.

Sources: Epley w(1 + r/30), Brzycki 36w/(37 − r), both for r ≤ 10 repetitions; loads rise by 2–10 %
(ACSM 2009).
"""

from __future__ import annotations

Pair = tuple[int, int]
REPS_AT_MOST = 10
# The steps in which dumbbells and machines are loaded.
LOAD_STEP_KG = 0.5


def one_rm_kg(load_kg: float, reps: int, *, formula: str = "epley") -> float | None:
    """The estimated one-repetition maximum in kg; None for more than 10 repetitions, where no
    formula holds. `formula` is "epley" or "brzycki". Raises ValueError for any other."""
    if reps < 1 or reps > REPS_AT_MOST:
        return None
    if reps == 1:
        return load_kg
    if formula == "epley":
        return load_kg * (1 + reps / 30)
    if formula == "brzycki":
        return 36 * load_kg / (37 - reps)
    raise ValueError(f"{formula!r} is no formula for the one-repetition maximum")


def load_for(one_rm: float, percent: Pair) -> float:
    """The load in kg in the middle of a band of the one-repetition maximum, in steps of 0.5."""
    return to_step(one_rm * sum(percent) / 200)


def to_step(load_kg: float) -> float:
    """The load that can be put together: the nearest half kilogram, never nothing."""
    return max(LOAD_STEP_KG, round(load_kg / LOAD_STEP_KG) * LOAD_STEP_KG)


def volume_load_kg(sets: int, reps: int, load_kg: float | None) -> float | None:
    """sets × reps × kg; None for bands and body weight, which have no kilograms."""
    return None if load_kg is None else sets * reps * load_kg
