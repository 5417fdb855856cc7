"""When to step up or back, proposed to the instructor and never applied by itself. Pure.

Source: clinical notes 3.2. Up: at least 80 % of the last complete week's sessions, mean effort of
at most 4, no red flag, and not before the protocol's own week. Back: one step after 7 days off,
two after 14, with a new look at the assessment. A load rises by 2–10 % after two sessions running
above the target (ACSM 2009). One thing at a time: a step or a load, and a step at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from protocol import Progression, SessionKind, Step, Study
from schedule.rules import strength
from schedule.rules.plan import ExercisePlan, KindPlan, Pair, Plan
from schedule.rules.prescribing import Body, exercise_line, limited, load_kg
from schedule.rules.ranges import kind_is_inside

SESSIONS_RUNNING = 2


class Kind(StrEnum):
    """What is proposed."""

    UP = "up"
    BACK = "back"
    LOAD = "load"


@dataclass(frozen=True)
class Reason:
    """Why, as a code and what it is about; `schedule.desk.reason_words` says it.

    Codes: attendance (share), effort (mean 0–10), no_red_flag, days_off (days), recheck,
    lifted (exercise); against a step up: attendance_low, attendance_unknown, effort_high,
    effort_unknown, red_flag, paused.
    """

    code: str
    value: float | str | None = None


@dataclass(frozen=True)
class Lifted:
    """One session's work on an exercise: the fewest repetitions of its sets, and the load in kg."""

    reps: int
    load_kg: float | None


@dataclass(frozen=True)
class Course:
    """How it went. Weeks are weeks of the programme.

    `coming` is the first week that a change can count for; `judged` the last complete one, None
    before there is one; `since` the week from which the newest version counts. `attendance` is a
    share of 0–1 and `effort` a mean of 0–10, both of the judged week over all kinds and None where
    unknown. `days_off` are whole days without a session; `before` is the plan of the week in which
    the last one was done. `lifted` holds the newest sessions of each exercise, newest first.
    """

    coming: int
    judged: int | None = None
    since: int = 1
    attendance: float | None = None
    effort: float | None = None
    red_flag: bool = False
    days_off: int = 0
    before: Plan | None = None
    held: bool = False
    paused: bool = False
    lifted: Mapping[str, Sequence[Lifted]] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """A change worth making, with the whole plan that would follow. `recheck`: assess anew."""

    kind: Kind
    plan: Plan
    from_week: int
    reasons: tuple[Reason, ...]
    recheck: bool = False


def days_off(last: date | None, start: date, today: date) -> int:
    """Whole days without a session: those after the last one, or since the programme's start,
    and before today, which is not over."""
    return max(0, (today - last).days - 1 if last is not None else (today - start).days)


def propose(study: Study, plan: Plan, course: Course, body: Body) -> Proposal | None:
    """What is worth changing from `course.coming` on, or None. Nothing under a safety hold, which
    the clinician ends, and nothing in a study that names no rule."""
    rule = study.progression
    if rule is None or course.held or not 1 <= course.coming <= study.weeks:
        return None
    if course.days_off >= rule.back_after_days_off:
        return _back(study, rule, plan, course, body)
    if course.paused:
        return None
    return _up(study, rule, plan, course, body) or _load(study, rule, plan, course)


def against(study: Study, plan: Plan, course: Course, body: Body) -> tuple[Reason, ...]:
    """Why a step up that the protocol has reached is not proposed; empty where none is due."""
    rule = study.progression
    if rule is None or course.held or course.days_off >= rule.back_after_days_off:
        return ()
    if not _reached(study, plan, course, body) or not _was_tried(course):
        return ()
    paused = (Reason("paused"),) if course.paused else ()
    return (*paused, *_standing(rule, course))


# --- up


def _up(study: Study, rule: Progression, plan: Plan, course: Course, body: Body) -> Proposal | None:
    due = _reached(study, plan, course, body)
    if not due or not _was_tried(course) or _standing(rule, course):
        return None
    kinds = tuple(
        _at_step(study, kind, kind.step + 1, body) if kind.modality in due else kind
        for kind in plan.kinds
    )
    reasons = (
        Reason("attendance", course.attendance),
        Reason("effort", course.effort),
        Reason("no_red_flag"),
    )
    return Proposal(Kind.UP, Plan(kinds, body.heart_rate), course.coming, reasons)


def _reached(study: Study, plan: Plan, course: Course, body: Body) -> set[str]:
    """The kinds whose next step the protocol has by the coming week. What a clinician let leave
    the ranges stays as it was answered for."""
    found = set()
    for asked in plan.kinds:
        kind = study.kind(asked.modality)
        if kind is None or asked.step >= len(kind.steps) or not kind_is_inside(study, asked, body):
            continue
        if kind.steps[asked.step].weeks[0] <= course.coming:
            found.add(asked.modality)
    return found


def _was_tried(course: Course) -> bool:
    """The week that is judged was done under the newest version."""
    return course.judged is not None and course.since <= course.judged


def _standing(rule: Progression, course: Course) -> tuple[Reason, ...]:
    """What speaks against a step up. Unknown effort is unknown, and no reason to go on."""
    found = []
    if course.attendance is None:
        found.append(Reason("attendance_unknown"))
    elif course.attendance < rule.attendance_at_least:
        found.append(Reason("attendance_low", course.attendance))
    if course.effort is None:
        found.append(Reason("effort_unknown"))
    elif course.effort > rule.effort_at_most:
        found.append(Reason("effort_high", course.effort))
    if course.red_flag:
        found.append(Reason("red_flag"))
    return tuple(found)


# --- back


def _back(
    study: Study, rule: Progression, plan: Plan, course: Course, body: Body
) -> Proposal | None:
    """Steps are counted from the plan before the break, so that one break is answered once."""
    long = course.days_off >= rule.back_two_after_days_off
    before = course.before or plan
    targets = {
        kind.modality: max(1, kind.step - (2 if long else 1)) for kind in before.kinds
    }  # fmt: skip
    kinds = tuple(
        _at_step(study, kind, targets[kind.modality], body)
        if kind.step > targets.get(kind.modality, kind.step) and kind_is_inside(study, kind, body)
        else kind
        for kind in plan.kinds
    )
    if kinds == plan.kinds:
        return None
    reasons = (Reason("days_off", course.days_off), *((Reason("recheck"),) if long else ()))
    return Proposal(
        Kind.BACK, Plan(kinds, body.heart_rate), course.coming, reasons, recheck=long
    )  # fmt: skip


# --- from one step to another


def _at_step(study: Study, plan: KindPlan, number: int, body: Body) -> KindPlan:
    """The kind at another step: what the instructor set apart from the protocol stays apart by as
    much, as far as the ranges go; activities and exercises stay those that were chosen."""
    kind = study.kind(plan.modality)
    assert kind is not None
    old, new = kind.steps[plan.step - 1], kind.steps[number - 1]
    hrr = plan.hrr_percent
    if hrr is not None and old.hrr_percent and new.hrr_percent:
        hrr = _moved(hrr, old.hrr_percent, new.hrr_percent, study.intensity.hrr_percent)
    moved = replace(
        plan,
        step=number,
        minutes=_moved(plan.minutes, old.minutes, new.minutes, kind.minutes),
        effort=_moved(plan.effort, old.effort, new.effort, study.intensity.effort),
        hrr_percent=hrr,
        exercises=tuple(_line(study, kind, line, old, new, body) for line in plan.exercises),
    )
    return limited(moved, body)


def _moved(pair: Pair, old: Pair, new: Pair, allowed: Pair) -> Pair:
    """A pair moved as the protocol moves, and kept inside what is allowed."""
    low = _clamp(pair[0] + new[0] - old[0], allowed)
    return low, max(low, _clamp(pair[1] + new[1] - old[1], allowed))


def _clamp(value: int, allowed: Pair) -> int:
    return min(max(value, allowed[0]), allowed[1])


def _line(
    study: Study, kind: SessionKind, line: ExercisePlan, old: Step, new: Step, body: Body
) -> ExercisePlan:
    """An exercise at another step: numbers that were the old step's become the new one's; a load
    follows the strength test, never down on the way up nor up on the way down."""
    exercise = study.exercises[line.exercise]
    was, becomes = exercise_line(exercise, old, body), exercise_line(exercise, new, body)
    changes = {
        name: getattr(becomes, name)
        for name in ("sets", "reps", "hold_s")
        if getattr(line, name) == getattr(was, name)
    }
    load = line.load_kg
    tested = load_kg(exercise, new, body)
    if load is not None and tested is not None:
        up = kind.steps.index(new) > kind.steps.index(old)
        load = max(load, tested) if up else min(load, tested)
    return replace(line, **changes, load_kg=load)


# --- loads


def _load(study: Study, rule: Progression, plan: Plan, course: Course) -> Proposal | None:
    if course.red_flag or course.effort is None or course.effort > rule.effort_at_most:
        return None
    raised: list[Reason] = []
    kinds = []
    for kind in plan.kinds:
        lines = []
        for line in kind.exercises:
            load = _raised(rule, line, course.lifted.get(line.exercise, ()))
            if load is not None:
                raised.append(Reason("lifted", line.exercise))
            lines.append(line if load is None else replace(line, load_kg=load))
        kinds.append(replace(kind, exercises=tuple(lines)))
    if not raised or not _was_tried(course):
        return None
    return Proposal(Kind.LOAD, replace(plan, kinds=tuple(kinds)), course.coming, tuple(raised))


def _raised(rule: Progression, line: ExercisePlan, sessions: Sequence[Lifted]) -> float | None:
    """The next load, or None: two sessions running above the target, with the load asked for."""
    if line.load_kg is None or line.reps is None or len(sessions) < SESSIONS_RUNNING:
        return None
    enough = line.reps + rule.reps_above_for_raise
    for done in sessions[:SESSIONS_RUNNING]:
        if done.reps < enough or done.load_kg is None or done.load_kg < line.load_kg:
            return None
    return raised_load(line.load_kg, rule.load_raise_percent)


def raised_load(load: float, percent: Pair) -> float | None:
    """The load that can be put together nearest to the middle of the raise; None where the next
    half kilogram is more than allowed."""
    wanted = load * (1 + sum(percent) / 200)
    low, high = (load * (1 + p / 100) for p in percent)
    steps = range(1, int(high / strength.LOAD_STEP_KG) + 1)
    loads = [n * strength.LOAD_STEP_KG for n in steps]
    fitting = [one for one in loads if low - 1e-9 <= one <= high + 1e-9]
    return min(fitting, key=lambda one: abs(one - wanted), default=None)
