"""What to prescribe: the protocol's step for one body. Pure.

Sources: the study protocol's sessions and progression; beats guide only where rest and maximum are
known and no medicine limits the heart rate (ACSM); loads by Epley's one-repetition maximum; a
stretch is held three times 20 seconds, about 60 s a muscle (Garber 2011).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from protocol import Exercise, SessionKind, Step, Study
from schedule.rules import strength
from schedule.rules.plan import ExercisePlan, KindPlan, Pair, Plan, step_number

# What everybody has who has a room.
ALWAYS = frozenset({"bodyweight", "wall", "chair"})
LOADED = frozenset({"dumbbells", "machines"})
FIRST_BAND = "light"


@dataclass(frozen=True)
class Body:
    """What is known of somebody when a plan is made for them.

    `heart_rate`: beats can guide. `equipment` and `likes` are codes of the protocol; equipment is
    None where nobody asked. `one_rm_kg` is the estimated most that they lift once, by exercise.
    The limits are a clinician's: minutes of a session, effort on 0–10.
    """

    heart_rate: bool = False
    equipment: frozenset[str] | None = None
    likes: frozenset[str] = frozenset()
    one_rm_kg: Mapping[str, float] = field(default_factory=dict)
    limit_minutes: int | None = None
    limit_effort: int | None = None


def one_rm_by_exercise(tests: list[dict[str, Any]]) -> dict[str, float]:
    """The best estimated one-repetition maximum in kg by exercise, of tests {exercise, load_kg,
    reps}; tests of more than ten repetitions say nothing."""
    found: dict[str, float] = {}
    for test in tests:
        most = strength.one_rm_kg(test["load_kg"], test["reps"])
        if most is not None:
            found[test["exercise"]] = max(most, found.get(test["exercise"], 0))
    return found


def default_plan(study: Study, week: int, body: Body) -> Plan:
    """What the protocol asks in a week of the programme, made for this body."""
    return Plan(
        kinds=tuple(
            default_kind(study, kind, step_number(kind, week), body) for kind in study.session_kinds
        ),
        heart_rate=body.heart_rate,
    )


def default_kind(study: Study, kind: SessionKind, number: int, body: Body) -> KindPlan:
    """Step `number` (from 1) of a kind of session, made for this body."""
    step = kind.steps[number - 1]
    plan = KindPlan(
        modality=kind.modality,
        step=number,
        per_week=kind.per_week,
        minutes=step.minutes,
        activities=_activities(kind, body),
        effort=step.effort,
        hrr_percent=step.hrr_percent,
        exercises=tuple(
            exercise_line(exercise, step, body) for exercise in choose(study, kind, body)
        ),
    )
    return limited(plan, body)


def first_free_week(week: int | None, done: Collection[str]) -> int:
    """The first week from the running one on (1 before the start) of which no session is done."""
    free = week or 1
    while any(key.startswith(f"w{free:02d}-") for key in done):
        free += 1
    return free


def limited(plan: KindPlan, body: Body) -> KindPlan:
    """The plan within a clinician's limits of minutes and effort."""
    return replace(
        plan,
        minutes=_at_most(plan.minutes, body.limit_minutes),
        effort=_at_most(plan.effort, body.limit_effort),
    )


def choose(study: Study, kind: SessionKind, body: Body) -> tuple[Exercise, ...]:
    """One exercise for each area of the body, in the protocol's order: one that was tested where
    there is one, else the first that can be done with what is at hand."""
    offered = [study.exercises[code] for code in kind.exercises]
    doable = [exercise for exercise in offered if _doable(exercise, body)]
    areas: dict[str, Exercise] = {}
    for exercise in sorted(doable, key=lambda one: one.code not in body.one_rm_kg):
        areas.setdefault(exercise.area.en, exercise)
    chosen = set(areas.values())
    return tuple(exercise for exercise in doable if exercise in chosen)


def exercise_line(exercise: Exercise, step: Step, body: Body) -> ExercisePlan:
    """An exercise as a step asks it: the lower end of sets and repetitions, and the middle of a
    stretch's holds."""
    if exercise.modality == "flexibility":
        return ExercisePlan(
            exercise.code, sets=_middle(step.hold_times, 1), hold_s=_middle(step.hold_seconds, 20)
        )
    load = load_kg(exercise, step, body)
    return ExercisePlan(
        exercise.code,
        sets=step.sets[0] if step.sets else 1,
        reps=step.reps[0] if step.reps else 10,
        load_kg=load,
        band_level=FIRST_BAND if load is None and _with_band(exercise, body) else None,
    )


def load_kg(exercise: Exercise, step: Step, body: Body) -> float | None:
    """The load from a strength test, in the middle of the step's band; None where none is known."""
    most = body.one_rm_kg.get(exercise.code)
    if most is None or step.one_rm_percent is None or not LOADED & set(exercise.equipment):
        return None
    return strength.load_for(most, step.one_rm_percent)


def _activities(kind: SessionKind, body: Body) -> tuple[str, ...]:
    """What they like of what the protocol offers and what is at hand; all where nothing is left."""
    at_hand = tuple(code for code in kind.activities if _at_hand(code, body)) or kind.activities
    return tuple(code for code in at_hand if code in body.likes) or at_hand


def _at_hand(activity: str, body: Body) -> bool:
    if body.equipment is None or activity not in ("dumbbells", "elastic_bands"):
        return True
    return activity in body.equipment or (activity == "dumbbells" and "machines" in body.equipment)


def _has(body: Body) -> frozenset[str]:
    return ALWAYS | (body.equipment or frozenset())


def _doable(exercise: Exercise, body: Body) -> bool:
    return bool(set(exercise.equipment) & _has(body))


def _with_band(exercise: Exercise, body: Body) -> bool:
    """A band is what they have for it: not where body weight, a wall or a chair will do."""
    return "elastic_bands" in set(exercise.equipment) & _has(body) and not (
        set(exercise.equipment) & ALWAYS
    )


def _middle(pair: Pair | None, otherwise: int) -> int:
    return sum(pair) // 2 if pair else otherwise


def _at_most(pair: Pair, limit: int | None) -> Pair:
    low, high = pair
    return pair if limit is None else (min(low, limit), min(high, limit))
