"""Rules about the week's sessions, their progression and intensity."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from protocol.programme import EQUIPMENT, SessionKind, Step
from protocol.questionnaire import Instrument
from protocol.rules.common import Problem, StudyRule, inside, listed, spoken, twice
from protocol.study import Study

Instruments = Mapping[str, Instrument]
EFFORT = (0, 10)
DURATION = (1, 240)
HOURS_PER_WEEK = 168
ACTIVITIES = frozenset(
    {
        "fast_walking",
        "jogging",
        "cycling",
        "swimming",
        "dumbbells",
        "elastic_bands",
        "bodyweight",
        "yoga",
        "stretching",
        "other",
    }
)


def _steps(study: Study) -> Iterator[tuple[str, SessionKind, Step]]:
    for kind in study.session_kinds:
        for number, step in enumerate(kind.steps, start=1):
            yield f"session_kinds[{kind.modality}].steps[{number}]", kind, step


def kinds_some(study: Study, _: Instruments) -> Iterator[Problem]:
    """Who exercises is asked for something."""
    if not study.session_kinds:
        yield "session_kinds", "there must be at least one kind of session"


def kinds_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """A modality is one kind of session."""
    for code in twice(kind.modality for kind in study.session_kinds):
        yield f"session_kinds[{code}].modality", "stands there twice"


def kinds_counts(study: Study, _: Instruments) -> Iterator[Problem]:
    """Sessions a week and their minutes are possible (a log takes 1–240 minutes)."""
    for kind in study.session_kinds:
        key = f"session_kinds[{kind.modality}]"
        if not 1 <= kind.per_week <= 14:
            yield f"{key}.per_week", "must be from 1 to 14"
        if not inside(kind.minutes, DURATION):
            yield f"{key}.minutes", f"must lie within {spoken(DURATION)}"


def kinds_rest(study: Study, _: Instruments) -> Iterator[Problem]:
    """The rest between sessions leaves room for the week's count."""
    for kind in study.session_kinds:
        if kind.rest_hours is None:
            continue
        if kind.rest_hours < 0 or kind.rest_hours * kind.per_week > HOURS_PER_WEEK:
            rule = f"{kind.per_week} sessions with this rest do not fit into a week"
            yield f"session_kinds[{kind.modality}].rest_hours", rule


def activities_known(study: Study, _: Instruments) -> Iterator[Problem]:
    """The codes of activities are those that a log can carry."""
    for code in study.activities:
        if code not in ACTIVITIES:
            yield f"activities[{code}].code", f"is not one of {listed(ACTIVITIES)}"


def activities_met(study: Study, _: Instruments) -> Iterator[Problem]:
    """A MET value is possible and says which row of the Compendium it is."""
    for activity in study.activities.values():
        key = f"activities[{activity.code}]"
        if activity.met is not None and not 1.0 <= activity.met <= 23.0:
            yield f"{key}.met", "must be from 1 to 23"
        if (activity.met is None) != (activity.met_code is None):
            yield f"{key}.met_code", "met and met_code stand together"


def kinds_activities(study: Study, _: Instruments) -> Iterator[Problem]:
    """Each kind offers activities that the file describes."""
    for kind in study.session_kinds:
        key = f"session_kinds[{kind.modality}].activities"
        if not kind.activities:
            yield key, "must offer at least one activity"
        for code in kind.activities:
            if code not in study.activities:
                yield key, f"{code!r} is not described under activities"


def steps_cover(study: Study, _: Instruments) -> Iterator[Problem]:
    """The steps follow each other from week 1 to the last week, without gap or overlap."""
    for kind in study.session_kinds:
        if not kind.steps:
            yield f"session_kinds[{kind.modality}].steps", "must have at least one step"
    expected: dict[str, int] = {}
    for key, kind, step in _steps(study):
        due = expected.get(kind.modality, 1)
        if step.weeks[0] > due:
            yield f"{key}.weeks", f"leaves a gap: week {due} has no step"
        elif step.weeks[0] < due:
            yield f"{key}.weeks", f"overlaps: the next step begins in week {due}"
        if step.weeks[1] > study.weeks:
            yield f"{key}.weeks", f"leaves the study's {study.weeks} weeks"
        expected[kind.modality] = step.weeks[1] + 1
    for modality, due in expected.items():
        if due <= study.weeks:
            yield f"session_kinds[{modality}].steps", f"leaves a gap: week {due} has no step"


def steps_minutes(study: Study, _: Instruments) -> Iterator[Problem]:
    """A step asks for minutes inside its kind's range."""
    for key, kind, step in _steps(study):
        if not inside(step.minutes, kind.minutes):
            rule = f"{spoken(step.minutes)} is outside the kind's {spoken(kind.minutes)}"
            yield f"{key}.minutes", rule


def steps_intensity(study: Study, _: Instruments) -> Iterator[Problem]:
    """Heart-rate reserve and effort stay in the study's band."""
    band = study.intensity
    for key, _kind, step in _steps(study):
        if step.hrr_percent is not None and not inside(step.hrr_percent, band.hrr_percent):
            rule = f"{spoken(step.hrr_percent)} is outside the band {spoken(band.hrr_percent)}"
            yield f"{key}.hrr_percent", rule
        if not inside(step.effort, band.effort):
            rule = f"{spoken(step.effort)} is outside the band {spoken(band.effort)}"
            yield f"{key}.effort", rule


def steps_aerobic_hrr(study: Study, _: Instruments) -> Iterator[Problem]:
    """Aerobic sessions are guided by heart rate."""
    for key, kind, step in _steps(study):
        if kind.modality == "aerobic" and step.hrr_percent is None:
            yield f"{key}.hrr_percent", "is missing: aerobic steps name it"


def steps_strength(study: Study, _: Instruments) -> Iterator[Problem]:
    """Sets, repetitions and load are for strength, and possible."""
    limits = {"sets": (1, 10), "reps": (1, 50), "one_rm_percent": (1, 100)}
    for key, kind, step in _steps(study):
        for name, limit in limits.items():
            pair = getattr(step, name)
            if pair is None:
                continue
            if kind.modality != "strength":
                yield f"{key}.{name}", "is for strength only"
            elif not inside(pair, limit):
                yield f"{key}.{name}", f"must lie within {spoken(limit)}"


def steps_flexibility(study: Study, _: Instruments) -> Iterator[Problem]:
    """Holds are for flexibility, and possible."""
    limits = {"hold_seconds": (5, 120), "hold_times": (1, 10)}
    for key, kind, step in _steps(study):
        for name, limit in limits.items():
            pair = getattr(step, name)
            if pair is None:
                continue
            if kind.modality != "flexibility":
                yield f"{key}.{name}", "is for flexibility only"
            elif not inside(pair, limit):
                yield f"{key}.{name}", f"must lie within {spoken(limit)}"


def exercises_told(study: Study, _: Instruments) -> Iterator[Problem]:
    """An exercise says how it is done and with what; strength work says when to breathe."""
    for exercise in study.exercises.values():
        key = f"exercises[{exercise.code}]"
        if not 2 <= len(exercise.how) <= 4:
            yield f"{key}.how", "must be two to four sentences"
        if not exercise.equipment:
            yield f"{key}.equipment", "must name at least one"
        for code in exercise.equipment:
            if code not in EQUIPMENT:
                yield f"{key}.equipment", f"{code!r} is not one of {listed(EQUIPMENT)}"
        if exercise.modality == "strength" and exercise.breathing is None:
            yield f"{key}.breathing", "is missing: strength work says when to breathe"
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", exercise.drawing):
            yield f"{key}.drawing", "must be a file's name in small letters and hyphens"


def kinds_exercises(study: Study, _: Instruments) -> Iterator[Problem]:
    """Strength and flexibility sessions offer exercises of their own kind, others none."""
    for kind in study.session_kinds:
        key = f"session_kinds[{kind.modality}].exercises"
        if kind.modality not in ("strength", "flexibility"):
            if kind.exercises:
                yield key, "is for strength and flexibility only"
            continue
        if not kind.exercises:
            yield key, "must offer at least one exercise"
        for code in kind.exercises:
            exercise = study.exercises.get(code)
            if exercise is None:
                yield key, f"{code!r} is not described under exercises"
            elif exercise.modality != kind.modality:
                yield key, f"{code!r} is an exercise of {exercise.modality}"


def assumed_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No assumption's code stands twice."""
    for code in twice(row.code for row in study.assumed):
        yield f"assumed[{code}].code", "stands there twice"


def checklist_once(study: Study, _: Instruments) -> Iterator[Problem]:
    """No line of the fidelity checklist stands twice."""
    for code in twice(row.code for row in study.fidelity):
        yield f"fidelity[{code}].code", "stands there twice"


def schedule_days(study: Study, _: Instruments) -> Iterator[Problem]:
    """Sessions begin soon after allocation, and a cover ends."""
    for key, value, limit in (
        ("program_starts_within_days", study.program_starts_within_days, (0, 28)),
        ("cover_days_at_most", study.cover_days_at_most, (1, 92)),
    ):
        if not inside((value, value), limit):
            yield key, f"must lie within {spoken(limit)}"


def band_possible(study: Study, _: Instruments) -> Iterator[Problem]:
    """The band itself is possible."""
    if not inside(study.intensity.hrr_percent, (1, 100)):
        yield "intensity.hrr_percent", "must lie within [1, 100]"
    if not inside(study.intensity.effort, EFFORT):
        yield "intensity.effort", f"must lie within {spoken(EFFORT)}"


def progression_possible(study: Study, _: Instruments) -> Iterator[Problem]:
    """The rule for stepping up and back is possible."""
    rule = study.progression
    if rule is None:
        return
    if not 0 < rule.attendance_at_least <= 1:
        yield "progression.attendance_at_least", "must be above 0 and at most 1"
    if not EFFORT[0] <= rule.effort_at_most <= EFFORT[1]:
        yield "progression.effort_at_most", f"must lie within {spoken(EFFORT)}"
    if not 0 < rule.back_after_days_off < rule.back_two_after_days_off:
        yield "progression.back_after_days_off", "must be above 0 and below the two steps' days"
    if not inside(rule.load_raise_percent, (1, 20)):
        yield "progression.load_raise_percent", "must lie within [1, 20]"
    if not 1 <= rule.reps_above_for_raise <= 10:
        yield "progression.reps_above_for_raise", "must be from 1 to 10"


SESSION_RULES: tuple[StudyRule, ...] = (
    kinds_some,
    kinds_once,
    kinds_counts,
    kinds_rest,
    activities_known,
    activities_met,
    kinds_activities,
    exercises_told,
    kinds_exercises,
    band_possible,
    steps_cover,
    steps_minutes,
    steps_intensity,
    steps_aerobic_hrr,
    steps_strength,
    steps_flexibility,
    progression_possible,
    schedule_days,
    assumed_once,
    checklist_once,
)
