"""What leaves the protocol's ranges, and what is not possible at all. Pure.

Source: the study protocol's kinds of session, their steps and its band of intensity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from protocol import SessionKind, Study
from schedule.rules.plan import ExercisePlan, KindPlan, Pair, Plan
from schedule.rules.prescribing import Body

BANDS = ("light", "medium", "heavy")
MOST = {"per_week": 14, "minutes": 240, "sets": 10, "reps": 50, "hold_s": 120, "load_kg": 500}


@dataclass(frozen=True)
class Outside:
    """Something that leaves the protocol's ranges, or a clinician's limit (`by_limit`).

    `what` is a field of the plan ("minutes", "reps" …); `asked` and `allowed` are numbers, pairs
    or codes; `exercise` is a code where one is meant.
    """

    modality: str
    what: str
    asked: Any
    allowed: Any
    exercise: str = ""
    by_limit: bool = False


def problems(study: Study, plan: Plan, body: Body | None = None) -> list[Outside]:
    """Everything of a plan that leaves the protocol's ranges, or a clinician's limits in `body`.

    A plan may hold no more; a clinician answers for it, and it is a deviation.
    """
    found: list[Outside] = []
    for kind in study.session_kinds:
        asked = plan.kind(kind.modality)
        if asked is None or asked.per_week != kind.per_week:
            times = asked.per_week if asked else 0
            found.append(Outside(kind.modality, "per_week", times, kind.per_week))
        if asked is not None and asked.per_week:
            found += _kind_problems(study, kind, asked)
            found += _over_limits(asked, body or Body())
    return found


def kind_is_inside(study: Study, plan: KindPlan, body: Body) -> bool:
    """Whether everything of a kind lies within the protocol's ranges, but for what a clinician's
    limits leave of them."""
    kind = study.kind(plan.modality)
    if kind is None or plan.per_week != kind.per_week:
        return False
    found = list(_kind_problems(study, kind, plan))
    return not found or explained_by_limits(found, body)


def _kind_problems(study: Study, kind: SessionKind, asked: KindPlan) -> Iterator[Outside]:
    ranges = {
        "minutes": (asked.minutes, kind.minutes),
        "effort": (asked.effort, study.intensity.effort),
        "hrr_percent": (asked.hrr_percent, study.intensity.hrr_percent),
    }
    for what, (pair, allowed) in ranges.items():
        if pair is not None and not _inside(pair, allowed):
            yield Outside(kind.modality, what, pair, allowed)
    for code in asked.activities:
        if code not in kind.activities:
            yield Outside(kind.modality, "activities", code, kind.activities)
    for line in asked.exercises:
        yield from _exercise_problems(kind, line)


def _exercise_problems(kind: SessionKind, line: ExercisePlan) -> Iterator[Outside]:
    if line.exercise not in kind.exercises:
        yield Outside(kind.modality, "exercises", line.exercise, kind.exercises)
    times = "hold_times" if line.hold_s is not None else "sets"
    for what, value, allowed in (
        ("sets", line.sets, widest(kind, times)),
        ("reps", line.reps, widest(kind, "reps")),
        ("hold_s", line.hold_s, widest(kind, "hold_seconds")),
    ):
        if value is not None and allowed is not None and not _inside((value, value), allowed):
            yield Outside(kind.modality, what, value, allowed, exercise=line.exercise)


def _over_limits(asked: KindPlan, body: Body) -> Iterator[Outside]:
    for what, pair, limit in (
        ("minutes", asked.minutes, body.limit_minutes),
        ("effort", asked.effort, body.limit_effort),
    ):
        if limit is not None and pair[1] > limit:
            yield Outside(asked.modality, what, pair, limit, by_limit=True)


def widest(kind: SessionKind, name: str) -> Pair | None:
    """The range of a number (`sets`, `reps`, `hold_seconds` …) over all steps of a kind."""
    pairs = [pair for step in kind.steps if (pair := getattr(step, name)) is not None]
    return (min(p[0] for p in pairs), max(p[1] for p in pairs)) if pairs else None


def explained_by_limits(found: list[Outside], body: Body) -> bool:
    """Whether a clinician's limits alone lead outside: nothing is asked but what they leave."""
    limits = {"minutes": body.limit_minutes, "effort": body.limit_effort}
    return bool(found) and all(
        not one.by_limit and limits.get(one.what) is not None and one.asked[1] == limits[one.what]
        for one in found
    )


def outside_data(found: list[Outside]) -> list[dict[str, Any]]:
    """As JSON, for a prescription's `outside`."""
    return [
        {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(one).items()}
        for one in found
    ]


def impossible(study: Study, plan: Plan) -> dict[str, str]:
    """What no clinician could answer for, by `modality.field`, as a code: "order" (a pair the wrong
    way round), "range" (no such number), "unknown" (a code the study has not), "empty", "twice"."""
    found: dict[str, str] = {}
    for kind in plan.kinds:
        if study.kind(kind.modality) is None:
            found[f"{kind.modality}.modality"] = "unknown"
            continue
        found |= {f"{kind.modality}.{name}": code for name, code in _wrong(study, kind)}
    if not any(kind.per_week for kind in plan.kinds):
        found["plan"] = "empty"
    return found


def _wrong(study: Study, kind: KindPlan) -> Iterator[tuple[str, str]]:
    if not 0 <= kind.per_week <= MOST["per_week"]:
        yield "per_week", "range"
    for name, pair, limits in (
        ("minutes", kind.minutes, (1, MOST["minutes"])),
        ("effort", kind.effort, (0, 10)),
        ("hrr_percent", kind.hrr_percent, (1, 100)),
    ):
        if pair is not None and pair[0] > pair[1]:
            yield name, "order"
        elif pair is not None and not _inside(pair, limits):
            yield name, "range"
    if not kind.activities:
        yield "activities", "empty"
    elif any(code not in study.activities for code in kind.activities):
        yield "activities", "unknown"
    codes = [line.exercise for line in kind.exercises]
    if len(codes) != len(set(codes)):
        yield "exercises", "twice"
    for line in kind.exercises:
        yield from _wrong_line(study, kind, line)


def _wrong_line(study: Study, kind: KindPlan, line: ExercisePlan) -> Iterator[tuple[str, str]]:
    exercise = study.exercises.get(line.exercise)
    if exercise is None or exercise.modality != kind.modality:
        yield f"{line.exercise}.exercise", "unknown"
    if line.reps is None and line.hold_s is None:
        yield f"{line.exercise}.reps", "empty"
    for name in ("sets", "reps", "hold_s"):
        value = getattr(line, name)
        if value is not None and not 1 <= value <= MOST[name]:
            yield f"{line.exercise}.{name}", "range"
    if line.load_kg is not None and not 0 < line.load_kg <= MOST["load_kg"]:
        yield f"{line.exercise}.load_kg", "range"
    if line.band_level is not None and line.band_level not in BANDS:
        yield f"{line.exercise}.band_level", "unknown"
    if line.load_kg is not None and line.band_level is not None:
        yield f"{line.exercise}.load_kg", "twice"


def _inside(pair: Pair, allowed: Pair) -> bool:
    return allowed[0] <= pair[0] and pair[1] <= allowed[1]
