"""What one person is asked to do, by kind of session: the content of a prescription. Pure.

A plan is the protocol's step, individualised: `step` (from 1) says which step of the kind it came
from. Units: minutes, percent of heart-rate reserve, effort 0–10, kilograms, seconds of a hold.
Source: the study protocol's sessions and progression; see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from protocol import SessionKind, Step, Study, Text

Pair = tuple[int, int]


@dataclass(frozen=True)
class ExercisePlan:
    """One exercise: `sets` × `reps` with a load, a band or the body's weight, or holds.

    Strength has `reps` (and `load_kg` or `band_level`, both None for body weight); flexibility
    has `hold_s`, repeated `sets` times. `exercise` is a code of the protocol.
    """

    exercise: str
    sets: int
    reps: int | None = None
    load_kg: float | None = None
    band_level: str | None = None
    hold_s: int | None = None


@dataclass(frozen=True)
class KindPlan:
    """What each session of one modality asks."""

    modality: str
    step: int
    per_week: int
    minutes: Pair
    activities: tuple[str, ...]
    effort: Pair
    hrr_percent: Pair | None = None
    exercises: tuple[ExercisePlan, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Every kind of session of a week. `heart_rate` is false where effort and talk test guide."""

    kinds: tuple[KindPlan, ...]
    heart_rate: bool = True

    def kind(self, modality: str) -> KindPlan | None:
        """The plan of a modality, or None where nothing of it is asked."""
        return next((kind for kind in self.kinds if kind.modality == modality), None)


def as_data(plan: Plan) -> dict[str, Any]:
    """A plan as JSON; `from_data` is its inverse."""
    return asdict(plan)


def from_data(data: Mapping[str, Any]) -> Plan:
    """The plan out of the JSON of a stored prescription."""
    return Plan(
        kinds=tuple(_kind(kind) for kind in data["kinds"]), heart_rate=bool(data["heart_rate"])
    )


def _kind(data: Mapping[str, Any]) -> KindPlan:
    hrr = data["hrr_percent"]
    return KindPlan(
        modality=data["modality"],
        step=data["step"],
        per_week=data["per_week"],
        minutes=_pair(data["minutes"]),
        activities=tuple(data["activities"]),
        effort=_pair(data["effort"]),
        hrr_percent=_pair(hrr) if hrr is not None else None,
        exercises=tuple(ExercisePlan(**line) for line in data["exercises"]),
    )


def _pair(values: Any) -> Pair:
    low, high = values
    return int(low), int(high)


def protocol_plan(study: Study, week: int) -> Plan:
    """What the protocol itself asks in a week, before anybody is individualised."""
    return Plan(
        tuple(
            KindPlan(
                modality=kind.modality,
                step=step_number(kind, week),
                per_week=kind.per_week,
                minutes=kind.step(week).minutes,
                activities=kind.activities,
                effort=kind.step(week).effort,
                hrr_percent=kind.step(week).hrr_percent,
            )
            for kind in study.session_kinds
        )
    )


def step_number(kind: SessionKind, week: int) -> int:
    """Which step (from 1) the protocol has for a week of the programme."""
    return kind.steps.index(kind.step(week)) + 1


def protocol_step(study: Study, plan: KindPlan) -> Step:
    """The protocol's step that a plan came from. Raises ValueError for a kind it has not."""
    kind = study.kind(plan.modality)
    if kind is None:
        raise ValueError(f"{study.name} has no {plan.modality} sessions")
    return kind.steps[min(max(plan.step, 1), len(kind.steps)) - 1]


def talk_test(study: Study, plan: KindPlan) -> Text:
    """How hard in words: those of the first step that reaches the plan's effort, else the last."""
    kind = study.kind(plan.modality)
    steps = kind.steps if kind else ()
    reaching = [step for step in steps if step.effort[1] >= plan.effort[1]]
    return (
        (reaching[0] if reaching else steps[-1]).talk_test if steps else study.intensity.talk_test
    )
