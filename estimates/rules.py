"""When an estimate may be made, from what, and how wide its range is. Pure.

Source: CONTRACT, "POST /api/v1/estimates/". Days are counted from day 1 as 0, so that day −1 of
the study is −1: a date less day 1 and a study day of an export come to the same count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean

from estimates.card import Card, Origin
from protocol import EstimateRules


class Why(StrEnum):
    """Why there is no estimate. The codes are part of the API."""

    SWITCHED_OFF = "switched_off"
    NO_CONSENT = "no_consent"
    MODEL_UNAVAILABLE = "model_unavailable"
    SIMULATED_MODEL = "simulated_model"
    FEW_TRAINING_PARTICIPANTS = "few_training_participants"
    RANGE_TOO_WIDE = "range_too_wide"
    NOT_STARTED = "not_started"
    OPEN_ALERT = "open_alert"
    AGE_UNKNOWN = "age_unknown"
    AGE_OUTSIDE = "age_outside"
    TOO_EARLY = "too_early"
    NO_WORKOUTS = "no_workouts"
    FEW_HEART_RATES = "few_heart_rates"
    FEW_NIGHTS = "few_nights"
    FEW_NIGHTS_BEFORE = "few_nights_before"
    HEART_RATE_OUTSIDE = "heart_rate_outside"
    SLEEP_OUTSIDE = "sleep_outside"
    UNUSUAL_TOGETHER = "unusual_together"


@dataclass(frozen=True)
class Reason:
    """One reason, with the numbers its sentence needs."""

    why: Why
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: int
    last: int

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Observed:
    """What was written down inside the windows.

    `rises` are (day, bpm after − bpm before), one per workout (or check-in) with both; `nights` and
    `before` are (day of the morning, quality 0–10). `workouts` counts also those without beats.
    """

    workouts: int
    rises: tuple[tuple[int, float], ...]
    nights: tuple[tuple[int, float], ...]
    before: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Inputs:
    """The model's two inputs, in bpm and in points of sleep quality (0–10)."""

    hr_change_bpm: float
    sleep_quality_change: float


@dataclass(frozen=True)
class Person:
    """What the estimate asks of the person, apart from what they wrote down.

    `today` is the day counted from day 1 as 0 (None before allocation), `age` the age in the year
    of allocation, `age_range` the protocol's.
    """

    today: int | None
    age: int | None
    age_range: tuple[int, int]
    open_alert: bool


def day_index(study_day: int) -> int:
    """A study day (1 on day 1, −1 the day before, no 0) counted from day 1 as 0."""
    return study_day - 1 if study_day > 0 else study_day


def recent(today: int, rules: EstimateRules) -> Window:
    """The last `window_days` days, today included."""
    return Window(today - rules.window_days + 1, today)


def baseline(rules: EstimateRules) -> Window:
    """The nights before day 1, by the mornings they ended on."""
    return Window(-rules.baseline_nights, -1)


def observed(
    *,
    today: int,
    rules: EstimateRules,
    workouts: Iterable[tuple[int, float | None, float | None]],
    nights: Iterable[tuple[int, float | None]],
    check_ins: Iterable[tuple[int, float | None, float | None]] = (),
) -> Observed:
    """What lies in the windows. `workouts` are (day, bpm before, bpm after), None unknown, and so
    are `check_ins` (at rest, after the day's usual activity), which count only where the window has
    no workout at all."""
    now, then = recent(today, rules), baseline(rules)
    inside = [row for row in workouts if row[0] in now]
    pairs = inside or [row for row in check_ins if row[0] in now]
    rated = [(day, quality) for day, quality in nights if quality is not None]
    return Observed(
        workouts=len(inside),
        rises=tuple(
            (day, after - before)
            for day, before, after in pairs
            if before is not None and after is not None
        ),
        nights=tuple(row for row in rated if row[0] in now),
        before=tuple(row for row in rated if row[0] in then),
    )


def inputs(seen: Observed) -> Inputs:
    """Means and their difference; only where `data_reasons` found nothing missing."""
    return Inputs(
        hr_change_bpm=fmean(rise for _, rise in seen.rises),
        sleep_quality_change=fmean(q for _, q in seen.nights) - fmean(q for _, q in seen.before),
    )


def model_reasons(card: Card | None, rules: EstimateRules, *, demo: bool) -> list[Reason]:
    """Why this model answers nobody here. A simulated one never answers outside the demo."""
    if card is None:
        return [Reason(Why.MODEL_UNAVAILABLE)]
    if card.data_origin is not Origin.STUDY and not demo:
        return [Reason(Why.SIMULATED_MODEL)]
    needed = rules.training_participants_at_least
    if card.participants < needed:
        return [
            Reason(
                Why.FEW_TRAINING_PARTICIPANTS,
                {"found": card.participants, "needed": needed},
            )
        ]
    if too_wide(card):
        return [Reason(Why.RANGE_TOO_WIDE)]
    return []


def too_wide(card: Card) -> bool:
    """Whether the range tells no more than the one around the mean change, or is not finite.

    Source: clinical.md section 6, "wider than … the predict-mean interval".
    """
    return not card.half_width < card.half_width_of_mean


def person_reasons(person: Person, rules: EstimateRules) -> list[Reason]:
    """The first thing about the person that stands against an estimate, or nothing."""
    if person.today is None or person.today < 0:
        return [Reason(Why.NOT_STARTED)]
    if person.open_alert:
        return [Reason(Why.OPEN_ALERT)]
    if person.age is None:
        return [Reason(Why.AGE_UNKNOWN)]
    low, high = person.age_range
    if not low <= person.age <= high:
        return [Reason(Why.AGE_OUTSIDE, {"low": low, "high": high})]
    if recent(person.today, rules).first < 0:
        return [Reason(Why.TOO_EARLY, {"needed": rules.window_days, "found": person.today + 1})]
    return []


def data_reasons(seen: Observed, rules: EstimateRules) -> list[Reason]:
    """Everything there is too little of, each with how much was found and is needed."""
    pairs, days = len(seen.rises), rules.window_days
    found = []
    if pairs < rules.hr_pairs_at_least:
        why = Why.FEW_HEART_RATES if seen.workouts else Why.NO_WORKOUTS
        found.append(_too_few(why, pairs, rules.hr_pairs_at_least, days))
    if len(seen.nights) < rules.nights_at_least:
        found.append(_too_few(Why.FEW_NIGHTS, len(seen.nights), rules.nights_at_least, days))
    if len(seen.before) < rules.baseline_nights_at_least:
        needed = rules.baseline_nights_at_least
        found.append(
            _too_few(Why.FEW_NIGHTS_BEFORE, len(seen.before), needed, rules.baseline_nights)
        )
    return found


def _too_few(why: Why, found: int, needed: int, days: int) -> Reason:
    return Reason(why, {"found": found, "needed": needed, "days": days})


def range_reasons(given: Inputs, card: Card) -> list[Reason]:
    """Each input outside what the training saw; else the two together being unusual."""
    found = []
    if not card.hr_range[0] <= given.hr_change_bpm <= card.hr_range[1]:
        found.append(Reason(Why.HEART_RATE_OUTSIDE, _ends(card.hr_range)))
    if not card.sleep_range[0] <= given.sleep_quality_change <= card.sleep_range[1]:
        found.append(Reason(Why.SLEEP_OUTSIDE, _ends(card.sleep_range)))
    if not found and distance_squared(given, card) > card.distance_squared_limit:
        found.append(Reason(Why.UNUSUAL_TOGETHER))
    return found


def _ends(pair: tuple[float, float]) -> dict[str, float]:
    return {"low": pair[0], "high": pair[1]}


def distance_squared(given: Inputs, card: Card) -> float:
    """The squared Mahalanobis distance of the inputs from the training data's centre."""
    a = given.hr_change_bpm - card.centre[0]
    b = given.sleep_quality_change - card.centre[1]
    (aa, ab), (ba, bb) = card.inverse_covariance
    return a * (aa * a + ab * b) + b * (ba * a + bb * b)


def conformal_half_width(residuals: Sequence[float], coverage: float) -> float:
    """Half the width of the split-conformal range: the ceil((n+1)·coverage)-th smallest |residual|.

    At 90 %: n = 9 gives the 9th, 19 the 18th, 49 the 45th (clinical.md section 6). Infinite where
    there are too few.
    """
    place = conformal_place(len(residuals), coverage)
    if place is None:
        return math.inf
    return sorted(abs(value) for value in residuals)[place - 1]


def conformal_place(count: int, coverage: float) -> int | None:
    """Which of `count` ordered residuals (from 1) bounds the range; None where none does."""
    # Rounded first: 0.9 × 30 is a hair above 27 in binary, and would ask for the 28th.
    place = math.ceil(round((count + 1) * coverage, 9))
    return place if 1 <= place <= count else None
