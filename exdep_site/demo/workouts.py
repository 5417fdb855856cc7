"""What was done: the sessions of each week, kept with this person's adherence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from exdep_site.demo.course import Calendar, WorkoutDraw, mood_on, whole
from exdep_site.demo.people import CONTROL, Person
from protocol import Study
from schedule import rules
from schedule.rules import HeartRates, PlannedSession

# Days of the week (0 is its first) on which people tend to do each kind.
USUAL_DAYS = {"aerobic": (0, 2, 4), "strength": (1, 4), "flexibility": (5, 2)}
HRR_PERCENT = {"strength": (30, 48), "flexibility": (12, 26)}
RISE = {"aerobic": 1.0, "strength": 0.7, "flexibility": 0.3}
PER_MINUTE = {"fast_walking": (112, 96.0), "jogging": (155, 132.0), "cycling": (None, 290.0),
              "swimming": (None, 28.0)}  # fmt: skip
MOVES = {
    "dumbbells": ("Goblet squat", "Chest press", "One-arm row", "Shoulder press"),
    "elastic_bands": ("Band row", "Band chest press", "Band squat", "Band pull-apart"),
    "bodyweight": ("Squat", "Wall push-up", "Glute bridge", "Plank with knees down"),
}
BANDS = ("light", "medium", "heavy")
NOTES = ("Walked with my sister.", "It rained, so I stayed indoors.", "Easier than last week.",
         "Slow start, fine in the end.", "Went before breakfast.")  # fmt: skip
AMBER = ("dizziness", "unusual_fatigue", "leg_cramp", "nausea", "joint_pain")


@dataclass(frozen=True)
class _Slot:
    plan: PlannedSession
    offset: int
    hour: float


def workouts(
    person: Person, calendar: Calendar, study: Study, rng: np.random.Generator
) -> list[WorkoutDraw]:
    """Every workout up to the person's horizon, oldest first."""
    if person.arm == CONTROL:
        return _walks(person, calendar, study, rng)
    found = []
    for week in range(1, study.weeks + 1):
        sessions = rules.week_sessions(study, week)
        taken: set[str] = set()
        for slot in _slots(person, sessions, rng):
            key = rules.match_session(sessions, modality=slot.plan.modality, taken=taken)
            taken |= {key} if key else set()
            found.append(_workout(person, calendar, study, slot, key, rng))
    return found


def _slots(
    person: Person, sessions: tuple[PlannedSession, ...], rng: np.random.Generator
) -> list[_Slot]:
    slots = []
    for plan in sessions:
        day = USUAL_DAYS[plan.modality][plan.number - 1]
        moved = int(rng.integers(0, 2))
        chance, shown = rng.random(), bool(person.account)
        offset = 7 * (plan.week - 1) + day + (0 if shown else moved)
        kept = chance < person.traits.adherence or (shown and plan.week >= 5)
        if kept and offset <= person.horizon:
            later = 0 if plan.modality == "aerobic" else 2.5
            slots.append(_Slot(plan, offset, person.traits.hour + later + rng.normal(0, 0.3)))
    return sorted(slots, key=lambda slot: (slot.offset, slot.hour))


def _walks(
    person: Person, calendar: Calendar, study: Study, rng: np.random.Generator
) -> list[WorkoutDraw]:
    """Usual habits hold a walk now and then; nobody asked for it, so it answers no session."""
    found = []
    for week in range(1, study.weeks + 1):
        chance, day = rng.random(), int(rng.integers(0, 7))
        plan = next(
            (one for one in rules.week_sessions(study, 1) if one.modality == "aerobic"), None
        )
        if plan is None:
            continue
        offset = 7 * (week - 1) + day
        if chance < person.traits.walks_per_week and offset <= person.horizon:
            slot = _Slot(plan, offset, person.traits.hour)
            found.append(_workout(person, calendar, study, slot, None, rng, activity=0))
    return found


def _workout(
    person: Person,
    calendar: Calendar,
    study: Study,
    slot: _Slot,
    key: str | None,
    rng: np.random.Generator,
    activity: int | None = None,
) -> WorkoutDraw:
    plan = slot.plan
    # People have a favourite and try the others.
    choice = person.number + int(rng.random() < 0.3) if activity is None else activity
    name = plan.activities[choice % len(plan.activities)]
    low, high = plan.minutes
    minutes = int(rng.integers(low - 4, high + 6))
    stopped = bool(rng.random() < 0.02)
    minutes = max(10, minutes // 2 if stopped else minutes)
    fields: dict[str, Any] = {
        "modality": plan.modality,
        "activity": name,
        "started_at": calendar.moment(slot.offset, min(slot.hour, 21.5)),
        "duration_min": minutes,
        "stopped_early": None if rng.random() < 0.1 and not stopped else stopped,
        "symptoms": None if rng.random() < 0.1 else [],
        "notes": NOTES[int(rng.integers(len(NOTES)))] if rng.random() < 0.05 else None,
    }
    if rng.random() < 0.015:
        fields["symptoms"] = [AMBER[int(rng.integers(len(AMBER)))]]
    fields |= _feelings(person, slot, rng)
    fields |= _pulse(person, plan, rng)
    fields |= _measures(person, study, name, minutes, plan.week, rng)
    _lose_some(person, fields, rng)
    late = rng.random() < 0.06 and slot.offset < person.horizon
    received = (
        calendar.moment(slot.offset + 1, 8.5) if late
        else calendar.moment(slot.offset, min(slot.hour + minutes / 60 + 0.1, 23.9))
    )  # fmt: skip
    fields |= {"device_time": received, "received_at": received}
    sets = _sets(person, study, plan, name, rng) if plan.modality == "strength" else []
    return WorkoutDraw(fields, sets, key)


def _feelings(person: Person, slot: _Slot, rng: np.random.Generator) -> dict[str, Any]:
    before = whole(mood_on(person, slot.offset) + rng.normal(0, 1), 0, 10)
    lift = whole(rng.normal(0.9, 0.8), -1, 3)
    low, high = slot.plan.effort
    return {
        "mood_before": before,
        "mood_after": whole(before + lift, 0, 10),
        "mood_before_recalled": bool(rng.random() < 0.15),
        "feeling": whole(lift + rng.normal(0.8, 1.2), -5, 5),
        "effort": whole((low + high) / 2 + rng.normal(0, 0.8), 0, 10),
    }


def _pulse(person: Person, plan: PlannedSession, rng: np.random.Generator) -> dict[str, Any]:
    rates = HeartRates(person.traits.resting_hr, rules.max_hr_bpm("tanaka", person.age))
    low, high = plan.hrr_percent or HRR_PERCENT[plan.modality]
    percent = float(rng.uniform(low - 3, high + 3))
    mean = whole(rules.karvonen_bpm(rates, percent), 40, 180)
    before = whole(rates.resting + rng.normal(8, 3), 45, 120)
    rise = person.traits.hr_rise * RISE[plan.modality] + rng.normal(0, 4)
    row: dict[str, Any] = {"hr_before_bpm": before, "hr_after_bpm": whole(before + rise, 45, 190)}
    if person.traits.wears_tracker:
        row |= {
            "hr_mean_bpm": mean,
            "hr_max_bpm": whole(mean + rng.uniform(7, 18), mean, 200),
            "hrv_rmssd_ms": round(float(rng.uniform(18, 55)), 1),
            "resp_mean_brpm": round(14 + percent / 5 + float(rng.normal(0, 1.5)), 1),
        }
        row["resp_max_brpm"] = round(row["resp_mean_brpm"] + float(rng.uniform(2, 7)), 1)
    return row


def _measures(
    person: Person, study: Study, name: str, minutes: int, week: int, rng: np.random.Generator
) -> dict[str, Any]:
    """Steps, metres, kilocalories (MET × 3.5 × kg / 200 per minute) and centimetres."""
    row: dict[str, Any] = {}
    steps, metres = PER_MINUTE.get(name, (None, None))
    if person.traits.wears_tracker:
        if steps is not None:
            row["steps"] = int(minutes * steps * rng.uniform(0.9, 1.1))
        if metres is not None:
            row["distance_m"] = float(round(minutes * metres * rng.uniform(0.88, 1.12), -1))
        met = study.activities[name].met
        if met is not None:
            row["energy_kcal"] = float(round(met * 3.5 * person.traits.weight_kg / 200 * minutes))
    if name in ("yoga", "stretching"):
        reach = person.number % 9 - 2 + 0.5 * week + float(rng.normal(0, 1))
        row["range_of_motion_cm"] = round(reach, 1)
    return row


def _lose_some(person: Person, fields: dict[str, Any], rng: np.random.Generator) -> None:
    """Nobody fills everything: each optional number is missing now and then."""
    kept = {"hr_before_bpm", "hr_after_bpm"} if person.account else set()
    for name, value in list(fields.items()):
        optional = isinstance(value, int | float) and name != "duration_min"
        if optional and rng.random() < 0.06 and name not in kept:
            fields[name] = None
    if fields["mood_before"] is None:
        fields["mood_before_recalled"] = None


def _sets(
    person: Person, study: Study, plan: PlannedSession, equipment: str, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Sets and repetitions as the step asks; kilograms for dumbbells only, a level for bands."""
    step = study.step(plan.modality, plan.week)
    (set_low, set_high), (rep_low, rep_high) = step.sets or (1, 2), step.reps or (8, 12)
    kilograms = float(2 * (1 + person.number % 3) + plan.week // 4)
    return [
        {
            "exercise": move,
            "equipment": equipment,
            "sets": int(rng.integers(set_low, set_high + 1)),
            "reps": int(rng.integers(rep_low, rep_high + 1)),
            "load_kg": kilograms if equipment == "dumbbells" else None,
            "band_level": BANDS[min(2, plan.week // 5)] if equipment == "elastic_bands" else None,
        }
        for move in MOVES[equipment]
    ]
