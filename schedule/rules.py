"""What a week asks, how hard it is, and which session a workout answered. Pure functions.

Sources: the study protocol's sessions and progression; heart rates by Karvonen (target = rest +
f × (max − rest)) with Tanaka 2001 (208 − 0.7 × age) or Fox (220 − age); see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from protocol import Study, Text

Pair = tuple[int, int]


@dataclass(frozen=True)
class HeartRates:
    """What intensity is reckoned from, in bpm. `guides` is false under rate-limiting medicine."""

    resting: float
    maximum: float
    guides: bool = True


@dataclass(frozen=True)
class PlannedSession:
    """One session of a study week. Minutes in whole minutes, effort on 0–10."""

    key: str
    week: int
    modality: str
    number: int
    label: Text
    activities: tuple[str, ...]
    minutes: Pair
    hrr_percent: Pair | None
    effort: Pair
    talk_test: Text


def session_key(week: int, modality: str, number: int) -> str:
    """The stable name of a session: `w07-aerobic-2`."""
    return f"w{week:02d}-{modality}-{number}"


def week_sessions(study: Study, week: int) -> tuple[PlannedSession, ...]:
    """The sessions of study week `week`, in the protocol's order; none outside the programme."""
    if not 1 <= week <= study.weeks:
        return ()
    return tuple(
        PlannedSession(
            key=session_key(week, kind.modality, number),
            week=week,
            modality=kind.modality,
            number=number,
            label=kind.label,
            activities=kind.activities,
            minutes=kind.step(week).minutes,
            hrr_percent=kind.step(week).hrr_percent,
            effort=kind.step(week).effort,
            talk_test=kind.step(week).talk_test,
        )
        for kind in study.session_kinds
        for number in range(1, kind.per_week + 1)
    )


def match_session(
    sessions: Iterable[PlannedSession], *, modality: str, taken: Collection[str]
) -> str | None:
    """The key of the first session of that modality that is still open, or None for an extra."""
    open_keys = (s.key for s in sessions if s.modality == modality and s.key not in taken)
    return next(open_keys, None)


def next_check_in_day(study: Study, study_day: int) -> int | None:
    """The study day of the next check-in from `study_day` on: the last day of every n-th week of
    the programme. None after the last one, or where the protocol has none."""
    every = study.check_in_every_weeks
    if every is None:
        return None
    days = range(7 * every, study.days + 1, 7 * every)
    return next((day for day in days if day >= study_day), None)


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


def hr_target(rates: HeartRates | None, hrr_percent: Pair | None) -> Pair | None:
    """Beats per minute for a band of reserve, rounded; None where beats cannot guide."""
    if rates is None or not rates.guides or hrr_percent is None:
        return None
    low, high = (_whole(karvonen_bpm(rates, percent)) for percent in hrr_percent)
    return low, high


def hr_reserve_percent(rates: HeartRates | None, bpm: float | None) -> float | None:
    """Where a heart rate lies between rest (0) and maximum (100), to 0.1; null where unknown."""
    if rates is None or bpm is None or rates.maximum <= rates.resting:
        return None
    return round(100 * (bpm - rates.resting) / (rates.maximum - rates.resting), 1)


def _whole(value: float) -> int:
    return int(Decimal(str(round(value, 6))).quantize(Decimal(1), rounding=ROUND_HALF_UP))
