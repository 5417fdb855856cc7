"""Visits and the answers given at them. Pure.

The question about suicide is always answered 0 here: any other answer owes an alert to a
clinician, and a demo must not show one that nobody answered.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assessments.scoring import TOTAL
from exdep_site.demo import phq9
from exdep_site.demo.course import (
    Calendar,
    ResponseDraw,
    VisitDraw,
    gained,
    mood_on,
    sleep_on,
    whole,
)
from exdep_site.demo.people import (
    CONTROL_ACCOUNT,
    PARTICIPANT_ACCOUNT,
    Person,
    Stage,
)
from protocol import Instrument, Study, VisitPlan

SUICIDE_ITEM = "3"
HIGHEST_HDRS = 40
NEVER_MISSING = frozenset({"1", SUICIDE_ITEM})
# How readily a depressed person scores on an item; every other item counts 1.
READINESS = {"1": 1.7, "4": 1.3, "7": 1.4, "8": 0.8, "9": 0.7, "10": 1.3, "13": 1.4, "15": 0.6,
             "17": 0.3}  # fmt: skip
MISSED = ("Away on a work trip", "Ill at home with a cold", "Could not get time off")
MOOD_VISITS = ("week-0", "week-6", "week-12")
ANSWERED = {"hdrs17": 0.99, "hdrs17-self": 0.88, "wellbeing": 0.97}


def visits(
    person: Person,
    calendar: Calendar,
    study: Study,
    instruments: Mapping[str, Instrument],
    rng: np.random.Generator,
) -> list[VisitDraw]:
    """The visits that this person has come to, or missed, so far."""
    found = []
    for plan in study.enabled_visits:
        offset = _offset(person, plan, rng)
        may_miss = plan.code in _between(study) and person.stage is Stage.FINISHED
        missed = may_miss and rng.random() < 0.04
        reason = MISSED[int(rng.integers(len(MISSED)))]
        waits = person.account == PARTICIPANT_ACCOUNT and _open_today(person, plan)
        if offset > person.horizon or waits:
            continue
        noticed = calendar.moment(offset, 10 + 5 * rng.random())
        if missed:
            found.append(VisitDraw(plan.code, None, noticed, reason))
            continue
        visit = VisitDraw(plan.code, offset, noticed)
        found.append(visit)
        for code in plan.instruments:
            if code != phq9.CODE and _answers_it(person, plan, instruments[code], rng):
                visit.responses.append(
                    _response(person, calendar, visit, offset, instruments[code], rng)
                )
    return found


def _between(study: Study) -> frozenset[str]:
    """The visits after allocation that are not the last."""
    later = [plan.code for plan in study.enabled_visits if not plan.before_allocation]
    return frozenset(later[:-1])


def _open_today(person: Person, plan: VisitPlan) -> bool:
    return not plan.before_allocation and plan.window[0] <= person.day <= plan.window[1]


def _offset(person: Person, plan: VisitPlan, rng: np.random.Generator) -> int:
    """The day of the visit, counted from day 1 as 0; a few fall outside the window."""
    jitter = int(np.clip(round(rng.normal(0, 2.5)), -6, 6))
    late = 9 if rng.random() < 0.04 else jitter
    if plan.before_allocation:
        first, last = (-25, -12) if plan.week < 0 else (-3, -1)
        return int(rng.integers(first, last + 1))
    if person.account == CONTROL_ACCOUNT:
        return plan.target_day
    return plan.target_day - 1 + late


def _answers_it(
    person: Person, plan: VisitPlan, instrument: Instrument, rng: np.random.Generator
) -> bool:
    code = instrument.code
    answered = bool(rng.random() < ANSWERED.get(code, 1.0))
    if person.account == CONTROL_ACCOUNT and code == "wellbeing" and _open_today(person, plan):
        return False
    baseline = plan.code == "week-0" and code in ("hdrs17", "wellbeing")
    return answered or bool(person.account) or plan.code == "screening" or baseline


def _response(
    person: Person,
    calendar: Calendar,
    visit: VisitDraw,
    offset: int,
    instrument: Instrument,
    rng: np.random.Generator,
) -> ResponseDraw:
    rater = instrument.mode == "rater"
    if instrument.score_only:
        total = _on_paper(person, offset, instrument, rng)
        return ResponseDraw(
            instrument.code, instrument.version, {TOTAL: total}, visit.noticed, by_rater=False,
            on_paper=True,
        )  # fmt: skip
    if instrument.scoring.kind == "sum":
        answers = _summed(person, visit.code, offset, instrument, rng)
    else:
        answers = _wellbeing(person, visit.code, offset, instrument, rng)
    at = visit.noticed if rater else calendar.moment(offset, 16 + 5 * rng.random())
    return ResponseDraw(instrument.code, instrument.version, answers, at, by_rater=rater)


def _summed(
    person: Person, visit: str, offset: int, instrument: Instrument, rng: np.random.Generator
) -> dict[str, int | None]:
    traits = person.traits
    total = traits.hdrs_start - traits.hdrs_fall * gained(offset) + rng.normal(0, 1.5)
    if visit == "screening":
        total = max(total, 17)
    elif instrument.mode == "self":
        total += rng.normal(1, 2.5)
    answers = _items(instrument, whole(total, 0, HIGHEST_HDRS), rng)
    whole_one = visit == "screening" or (visit == "week-0" and instrument.mode == "rater")
    if rng.random() < 0.02 and not whole_one:
        keys = [key for key, value in answers.items() if value is not None]
        gap = str(rng.choice([key for key in keys if key not in NEVER_MISSING]))
        if not gap.startswith("16"):
            answers[gap] = None
    return answers


def _on_paper(person: Person, offset: int, instrument: Instrument, rng: np.random.Generator) -> int:
    """A total that lies in its range as the person's HDRS lies in 0 to 40."""
    traits = person.traits
    as_hdrs = traits.hdrs_start - traits.hdrs_fall * gained(offset) + rng.normal(0, 2)
    low, high = instrument.scoring.total_range or (0, 0)
    return whole(low + (high - low) * as_hdrs / HIGHEST_HDRS, low, high)


def _items(instrument: Instrument, total: int, rng: np.random.Generator) -> dict[str, int | None]:
    """A total laid out over the items; of items of which one is rated, the first is."""
    unrated = {key for group in instrument.scoring.one_of for key in group[1:]}
    slots = [
        item.key
        for item in instrument.items
        if item.key not in unrated and item.key != SUICIDE_ITEM
        for _ in range(item.range[1])
    ]
    weights = np.array([READINESS.get(key, 1.0) for key in slots])
    chosen = rng.choice(len(slots), size=total, replace=False, p=weights / weights.sum())
    scored = [slots[int(i)] for i in chosen]
    return {
        item.key: None if item.key in unrated else scored.count(item.key)
        for item in instrument.items
    }


def _wellbeing(
    person: Person, visit: str, offset: int, instrument: Instrument, rng: np.random.Generator
) -> dict[str, int | None]:
    noise = person.traits.mood_noise[MOOD_VISITS.index(visit)] if visit in MOOD_VISITS else 0.0
    mood = mood_on(person, offset) + noise
    values = {
        "mood": mood,
        "cognition": 0.7 * mood + 1.4 + rng.normal(0, 0.8),
        "sleep_quality": sleep_on(person, offset) + rng.normal(0, 0.8),
        "daily_activities": 0.7 * mood + 1.8 + rng.normal(0, 0.8),
    }
    answers: dict[str, int | None] = {
        item.key: whole(values.get(item.key, mood), *item.range) for item in instrument.items
    }
    for key in answers:
        if rng.random() < 0.01:
            answers[key] = None
    return answers
